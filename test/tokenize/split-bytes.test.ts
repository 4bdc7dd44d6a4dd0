import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sentencesOf } from '../../src/core/blocks.js';
import { nativeUnavailable } from '../../src/native/addon.js';
import { type TokenizeOptions, tokenizeOptions } from '../../src/tokenize/options.js';
import type { BatchSplitter, SplitBatch } from '../../src/tokenize/split-batch.js';
import { byteSplitter, unitSplitter } from '../../src/tokenize/split-bytes.js';
import { nativeSplitter } from '../../src/tokenize/split-native.js';
import { wordsOfText } from '../../src/tokenize/split-text.js';

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

/** The splitters that must give what `unitSplitter` gives by way of strings: that in JavaScript, and that in C++. */
function splittersOf(options: TokenizeOptions): BatchSplitter[] {
  const plain = byteSplitter(options);
  if (nativeUnavailable() !== undefined) return [plain];
  const native = nativeSplitter(options);
  // The native one asks for a page of characters when it first meets one of them: the second time, it decides.
  return [plain, native, native];
}

/** The splitters of bytes give the very tokens and sentences that whole units give by way of strings. */
function assertAsSpecified(text: string | Uint8Array, variant: Variant & { maxSentence?: number }): void {
  const options = tokenizeOptions.parse(variant);
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const specified = unitSplitter(options, wordsOfText(options))(bytes);
  for (const splitter of splittersOf(options)) assertSameBatch(splitter(bytes), specified, variant);
}

function assertSameBatch(batch: SplitBatch, specified: SplitBatch, variant: Variant): void {
  const { block, ...numbers } = batch;
  const { block: other, ...others } = specified;
  const equal =
    Buffer.compare(block.bytes, other.bytes) === 0 &&
    Buffer.compare(bytesOf(block.tokenEnds), bytesOf(other.tokenEnds)) === 0 &&
    Buffer.compare(bytesOf(block.sentenceEnds), bytesOf(other.sentenceEnds)) === 0;
  // Sentences are unpacked only to show what differs: that is slow.
  if (!equal) assert.deepEqual([...sentencesOf(block)], [...sentencesOf(other)], JSON.stringify(variant));
  assert.ok(equal, 'the same sentences, but blocks that differ');
  assert.deepEqual(numbers, others);
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

test('every character, wherever it stands, is tokenised as specified', () => {
  const every = process.env.WORDMILL_TEST_EVERY_CHARACTER !== undefined;
  const blocks = linesOfAllPlaces(
    (character) => every || !MANY.test(character) || character.codePointAt(0)! % 61 === 0,
  );
  for (const variant of DIVERSE) {
    for (const block of blocks) assertAsSpecified(block, variant);
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

test('mixtures of difficult characters are tokenised as specified, under all options', () => {
  const below = numbers(1);
  let text = '';
  for (let i = 0; i < 20_000; i++) text += DIFFICULT[below(DIFFICULT.length)];
  // Twice, so that chunks are met again; and once more where almost all is plain.
  for (let i = 0; i < 20_000; i++)
    text += below(40) === 0 ? DIFFICULT[below(DIFFICULT.length)] : "aB' .9"[below(6)];
  for (const variant of variants()) assertAsSpecified(`${text}\n${text}\n`, variant);
});

test('words near the limit of length are tokenised as specified, plain or not', () => {
  const lengths = [53, 54, 55, 64, 65, 999, 1_000, 1_001, 1_002, 5_000];
  const plain = lengths.map((length) => `x ${'a'.repeat(length)}'b-${'A'.repeat(length)}c d`);
  const accented = lengths.map((length) => `x ${'a'.repeat(length - 2)}é ${'é'.repeat(length)} d`);
  const expanding = ['\ufdfa'.repeat(40), '\u0390'.repeat(400), 'İ'.repeat(499), '\ufdfa '.repeat(3_000)];
  const text = `${[...plain, ...accented, ...expanding].join('\n')}\n`;
  for (const variant of variants()) assertAsSpecified(text.repeat(2), variant);
});

test('plain text after text that grows is tokenised as specified', () => {
  // NFKC makes 33 bytes of the 3 of U+FDFA; whatever room that leaves, what follows must fit.
  const variant = { ...DIVERSE[0]!, normalize: 'NFKC' } as const;
  for (let times = 0; times < 150; times++) {
    assertAsSpecified(`${'\ufdfa '.repeat(times)}${'plain text '.repeat(100)}${'a '.repeat(400)}\n`, variant);
  }
});

test('more distinct chunks than are remembered are tokenised as specified', () => {
  const chunk = (i: number): string => `é${(i * 7_919).toString(36)}–ü`;
  const words = Array.from({ length: 100_000 }, (_, i) => chunk(i % 3 === 0 ? i % 1_000 : i));
  assertAsSpecified(`${words.join(' ')}\n`, DIVERSE[0]!);
});

test('words at every place of a group of 64 bytes are tokenised as specified', () => {
  const words = "a Don't it''s 'x' A\u2019b z9 É'E \t\u2019q <b>";
  const lines = Array.from({ length: 140 }, (_, shift) => `${' '.repeat(shift)}${words}\n`);
  const solid = Array.from({ length: 140 }, (_, length) => `${'x'.repeat(length)}'y'${'z'.repeat(length)}\n`);
  for (const variant of DIVERSE) {
    assertAsSpecified([...lines, ...solid].join(''), variant);
    for (const line of [...lines.slice(0, 66), ...solid.slice(0, 66)]) assertAsSpecified(line, variant);
  }
});

test('a batch that is empty, of empty units or without a line end at its end is tokenised as specified', () => {
  for (const text of [
    '',
    '\n',
    '\n\n \n',
    'a',
    'é',
    "a'",
    'a\n\nb',
    '\u2019',
    `${'a '.repeat(40)}é`,
    'x'.repeat(1_001),
  ]) {
    for (const variant of DIVERSE) assertAsSpecified(text, variant);
  }
});

test('bytes that are not UTF-8 are tokenised as specified', () => {
  const below = numbers(2);
  const parts = [
    ...[[0x80], [0xbf, 0xbf], [0xc0, 0xaf], [0xc3], [0xe2, 0x80], [0xed, 0xa0, 0x80], [0xed, 0xbf, 0xbf]],
    ...[[0xf0, 0x9f], [0xf4, 0x90, 0x80, 0x80], [0xf8, 0x88], [0xff], [0xfe, 0xff], [0xe0, 0x80, 0x80], [0]],
    ...['a', 'É', "'", '\u2019', ' ', '\n', 'Σ', '漢', '\u{1f600}'].map((text) => [...Buffer.from(text)]),
  ];
  const bytes = Uint8Array.from(Array.from({ length: 30_000 }, () => parts[below(parts.length)]!).flat());
  for (const variant of DIVERSE) assertAsSpecified(bytes, variant);
});

test('long sentences are cut where words of any kind stand on either side', () => {
  const text = `${"a é Don't 漢\u{1f600} Σ ".repeat(50)}\nb\n${'ü '.repeat(7)}`;
  for (const maxSentence of [1, 2, 3, 7, 1_000]) assertAsSpecified(text, { ...DIVERSE[0]!, maxSentence });
});
