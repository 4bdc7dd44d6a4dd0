import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TokenizeOptions } from '../../src/tokenize/options.js';
import { splitWhitespace, splitWords } from '../../src/tokenize/split-text.js';
import { tokenizeText } from './helpers.js';

type Variant = Pick<TokenizeOptions, 'splitter' | 'normalize' | 'lowercase' | 'foldNumbers'>;

/** All ways to combine the options that the splitter of bytes knows. */
function* variants(): Generator<Variant> {
  for (const splitter of ['words', 'whitespace'] as const) {
    for (const normalize of ['NFC', 'NFKC', 'none'] as const) {
      for (const lowercase of [true, false]) {
        for (const foldNumbers of [false, true]) yield { splitter, normalize, lowercase, foldNumbers };
      }
    }
  }
}

/** The splitter of bytes gives the very tokens and sentences that whole units give by way of strings. */
async function assertAsSpecified(text: string, variant: Variant): Promise<void> {
  const { splitter, ...others } = variant;
  const split = splitter === 'words' ? splitWords : splitWhitespace;
  const [fast, specified] = [
    await tokenizeText(text, variant),
    await tokenizeText(text, { ...others, split }),
  ];
  const equal =
    fast.blocks.length === specified.blocks.length &&
    fast.blocks.every((block, i) => {
      const other = specified.blocks[i]!;
      return (
        Buffer.compare(block.bytes, other.bytes) === 0 &&
        Buffer.compare(bytesOf(block.tokenEnds), bytesOf(other.tokenEnds)) === 0 &&
        Buffer.compare(bytesOf(block.sentenceEnds), bytesOf(other.sentenceEnds)) === 0
      );
    });
  // Sentences are unpacked only to show what differs: that is slow.
  if (!equal) assert.deepEqual(fast.sentences, specified.sentences, JSON.stringify(variant));
  assert.ok(equal, 'the same sentences, but blocks that differ');
  assert.deepEqual(fast.report.stages, specified.report.stages);
}

function bytesOf(array: Uint32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** A line with a character in every place that could matter: alone, in words, at apostrophes, at the ends of chunks. */
function inAllPlaces(character: string): string {
  const c = character;
  return `${c} a${c} ${c}a a${c}b a'${c} ${c}'b ’${c}’b ΑΣ${c} ${c}ΣΑ Σ${c}Σ\te${c}\u0301 ${c}${c}\n`;
}

function linesOfAllPlaces(wanted: (character: string) => boolean): string[] {
  const blocks: string[] = [];
  let lines = '';
  for (let code = 1; code <= 0x10ffff; code++) {
    if ((code >= 0xd800 && code <= 0xdfff) || code === 0x0a) continue;
    const character = String.fromCodePoint(code);
    if (wanted(character)) lines += inAllPlaces(character);
    if (lines.length > 500_000) {
      blocks.push(lines);
      lines = '';
    }
  }
  return [...blocks, lines];
}

/** Ideographs and syllables, which have one behaviour, and what is unassigned are sampled, unless all are asked for. */
const MANY = /\p{Ideographic}|[\uac00-\ud7a3]|\p{Co}|\p{Cn}/u;

/** Three variants that differ in everything. */
const DIVERSE: Variant[] = [
  { splitter: 'words', normalize: 'NFC', lowercase: true, foldNumbers: false },
  { splitter: 'words', normalize: 'NFKC', lowercase: false, foldNumbers: true },
  { splitter: 'whitespace', normalize: 'none', lowercase: true, foldNumbers: false },
];

test('every character, wherever it stands, is tokenised as specified', async () => {
  const every = process.env['WORDMILL_TEST_EVERY_CHARACTER'] !== undefined;
  const blocks = linesOfAllPlaces(
    (character) => every || !MANY.test(character) || character.codePointAt(0)! % 61 === 0,
  );
  for (const variant of DIVERSE) {
    for (const block of blocks) await assertAsSpecified(block, variant);
  }
});

/** What is difficult somewhere: in normalising, lower-casing, at apostrophes, as white space, in its number of bytes. */
const DIFFICULT = [
  ...["'", "'", '\u2019', '\u02bc', '.', ':', '-', '<', '=', '\u0001', '\u001f', '\u007f'],
  ...[' ', ' ', ' ', '\t', '\v', '\f', '\r', '\n', '\u00a0', '\u0085', '\u2028', '\u3000', '\ufeff'],
  ...['\u00ad', '\u200b', '\u200c', '\u200d', '\u0301', '\u0307', '\u0338', '\u0345', '\u0327', '\u00a8'],
  ...['a', 'b', 'I', 'X', 'Z', 'é', 'E\u0301', 'Å', '\u212b', '\u212a', 'ß', '\u1e9e', 'ﬁ', 'Ǆ', 'ǅ'],
  ...[
    'Σ',
    'σ',
    'ς',
    'ΑΣ',
    'İ',
    'i\u0307',
    'ı',
    'Я',
    '한',
    '\u1112',
    '\u1161',
    '\u11ab',
    '漢',
    'が',
    'ｶﾞ',
    'ไ',
    'ท',
  ],
  ...['\u{10400}', '\u{1d400}', '\u{1f600}', '\u{1f468}\u200d\u{1f469}', '\u{20000}', '\ufdfa', '\u0958'],
  ...['1', '9', '²', '½', '٣', '\u{1d7d8}', '１', 'Ⅳ'],
];

/** Numbers below `limit`, always the same ones. */
function numbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

test('mixtures of difficult characters are tokenised as specified, under all options', async () => {
  const below = numbers(1);
  let text = '';
  for (let i = 0; i < 20_000; i++) text += DIFFICULT[below(DIFFICULT.length)];
  // Twice, so that chunks are met again; and once more where almost all is plain.
  for (let i = 0; i < 20_000; i++)
    text += below(40) === 0 ? DIFFICULT[below(DIFFICULT.length)] : "aB' .9"[below(6)];
  for (const variant of variants()) await assertAsSpecified(`${text}\n${text}\n`, variant);
});

test('words near the limit of length are tokenised as specified, plain or not', async () => {
  const lengths = [53, 54, 55, 64, 65, 999, 1_000, 1_001, 1_002, 5_000];
  const plain = lengths.map((length) => `x ${'a'.repeat(length)}'b-${'A'.repeat(length)}c d`);
  const accented = lengths.map((length) => `x ${'a'.repeat(length - 2)}é ${'é'.repeat(length)} d`);
  const expanding = ['\ufdfa'.repeat(40), '\u0390'.repeat(400), 'İ'.repeat(499), '\ufdfa '.repeat(3_000)];
  const text = `${[...plain, ...accented, ...expanding].join('\n')}\n`;
  for (const variant of variants()) await assertAsSpecified(text.repeat(2), variant);
});

test('plain text after text that grows is tokenised as specified', async () => {
  // NFKC makes 33 bytes of the 3 of U+FDFA; whatever room that leaves, what follows must fit.
  const variant = { ...DIVERSE[0]!, normalize: 'NFKC' } as const;
  for (let times = 0; times < 150; times++) {
    await assertAsSpecified(
      `${'\ufdfa '.repeat(times)}${'plain text '.repeat(100)}${'a '.repeat(400)}\n`,
      variant,
    );
  }
});

test('more distinct chunks than are remembered are tokenised as specified', async () => {
  const chunk = (i: number): string => `é${(i * 7_919).toString(36)}–ü`;
  const words = Array.from({ length: 100_000 }, (_, i) => chunk(i % 3 === 0 ? i % 1_000 : i));
  await assertAsSpecified(`${words.join(' ')}\n`, DIVERSE[0]!);
});
