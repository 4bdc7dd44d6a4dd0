import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { sentencesOf, type TextBlock, type TokenBlock } from '../../src/core/blocks.js';
import { toDuplex } from '../../src/core/duplex.js';
import { WordmillError } from '../../src/core/errors.js';
import { openContext } from '../../src/core/run.js';
import { compose } from '../../src/core/stage.js';
import { type TokenizeSettings, tokenize } from '../../src/tokenize/tokenize.js';
import { textBlocks, tokenizeText, wordsOf } from './helpers.js';

test('each unit becomes a sentence of lower-case words', async () => {
  const { sentences } = await tokenizeText('The cat sat.\nIt was 12:30, on a Tuesday!\n');
  assert.deepEqual(sentences, [
    ['the', 'cat', 'sat'],
    ['it', 'was', '12', '30', 'on', 'a', 'tuesday'],
  ]);
});

test('a unit without words gives no sentence, and is counted', async () => {
  const { sentences, report } = await tokenizeText('\na\n \t \n--- …\nb c\n');
  assert.deepEqual(sentences, [['a'], ['b', 'c']]);
  assert.deepEqual(report.stages.tokenize, {
    counts: { units: 5, 'empty units': 3, sentences: 2, tokens: 3 },
    dropped: {},
  });
});

test('counts add up over blocks, and a block without words is not passed on', async () => {
  const { blocks, report } = await tokenizeText(['a b\n', '\n\n', '', 'c\n']);
  assert.equal(blocks.length, 2);
  assert.deepEqual(report.stages.tokenize?.counts, {
    units: 4,
    'empty units': 2,
    sentences: 2,
    tokens: 3,
  });
});

test('a unit at the end of a block that lacks its line break is not lost', async () => {
  assert.deepEqual((await tokenizeText('one\ntwo')).sentences, [['one'], ['two']]);
  assert.deepEqual((await tokenizeText('one\nzwölf')).sentences, [['one'], ['zwölf']]);
});

test('sentences are cut after maxSentence words, and never into an empty one', async () => {
  const { sentences, report } = await tokenizeText('a b c d e f g\nh i j\nk\n', { maxSentence: 3 });
  assert.deepEqual(sentences, [['a', 'b', 'c'], ['d', 'e', 'f'], ['g'], ['h', 'i', 'j'], ['k']]);
  assert.equal(report.stages.tokenize?.counts.sentences, 5);
  assert.equal(report.stages.tokenize?.counts.units, 3);
});

test('words keep apostrophes between letters, and U+2019 there becomes an ASCII one', async () => {
  assert.deepEqual(await wordsOf("Don't, don’t; l'été 'tis dogs' rock'n'roll a''b o’’c 5'9 '"), [
    "don't",
    "don't",
    "l'été",
    'tis',
    'dogs',
    "rock'n'roll",
    'a',
    'b',
    'o',
    'c',
    "5'9",
  ]);
});

test('words are letters, marks and digits of any script', async () => {
  assert.deepEqual(
    await wordsOf('naïve_snake-case Ελλάδα हिन्दी ٣٤ 𐐀𐐁 x² C++ e-mail@host.org “quoted”—dash'),
    [
      'naïve',
      'snake',
      'case',
      'ελλάδα',
      'हिन्दी',
      '٣٤',
      '𐐨𐐩',
      'x²',
      'c',
      'e',
      'mail',
      'host',
      'org',
      'quoted',
      'dash',
    ],
  );
});

test('the splitter whitespace takes all between Unicode white space, punctuation too', async () => {
  assert.deepEqual(
    await wordsOf('Hello, world!\u00a0(yes)\u3000<UNK>\u2028a_b\u0085c\td\u000be\u200bf \u0001 ', {
      splitter: 'whitespace',
    }),
    ['hello,', 'world!', '(yes)', '<unk>', 'a_b', 'c', 'd', 'e\u200bf', '\u0001'],
  );
  assert.deepEqual(await wordsOf('New_York <UNK>', { splitter: 'whitespace', lowercase: false }), [
    'New_York',
    '<UNK>',
  ]);
});

test('Unicode normalisation: NFC by default, NFKC, none', async () => {
  const text = 'e\u0301 \ufb01n \uff21';
  assert.deepEqual(await wordsOf(text), ['\u00e9', '\ufb01n', '\uff41']);
  assert.deepEqual(await wordsOf(text, { normalize: 'NFKC' }), ['\u00e9', 'fin', 'a']);
  assert.deepEqual(await wordsOf(text, { normalize: 'none' }), ['e\u0301', '\ufb01n', '\uff41']);
});

test('a mark after a space stays with what follows, and does not join the word before', async () => {
  assert.deepEqual(await wordsOf('a \u0301b'), ['a', '\u0301b']);
});

test('lower-casing follows Unicode whatever the locale, with the final sigma', async () => {
  assert.deepEqual(await wordsOf('ΟΔΟΣ ΣΑΣ Σ. I İ ẞ'), ['οδος', 'σας', 'σ', 'i', 'i\u0307', 'ß']);
  assert.deepEqual(await wordsOf('ΟΔΟΣ İ', { lowercase: false }), ['ΟΔΟΣ', 'İ']);
});

test('foldNumbers replaces each decimal digit of any script by 0', async () => {
  assert.deepEqual(await wordsOf('1984 R2D2 ٣٤ １２ x² 3½', { foldNumbers: true }), [
    '0000',
    'r0d0',
    '00',
    '00',
    'x²',
    '0½',
  ]);
  assert.deepEqual(await wordsOf('in 1984', { foldNumbers: true, pattern: '\\S+' }), ['in', '0000']);
  assert.deepEqual(await wordsOf('in 1984', { foldNumbers: true, split: (text) => text.split(' ') }), [
    'in',
    '0000',
  ]);
});

test("a user's pattern: its matches are the words", async () => {
  assert.deepEqual(await wordsOf('Ab12 #tag, É!', { pattern: '#?\\p{L}+' }), ['ab', '#tag', 'é']);
});

test('a pattern that can match nothing does not hang; empty matches are dropped', async () => {
  assert.deepEqual(await wordsOf('aab b', { pattern: 'a*' }), ['aa']);
  assert.deepEqual((await tokenizeText('xyz\naxa\n', { pattern: 'a*|$' })).sentences, [['a', 'a']]);
});

test('a pattern that is not valid is a usage error that shows the engine’s message', () => {
  assert.throws(
    () => tokenize({ pattern: '[a-' }),
    (error) =>
      error instanceof WordmillError &&
      error.kind === 'usage' &&
      error.place?.key === 'tokenize.pattern' &&
      /Invalid regular expression: \/\[a-\/.*: Unterminated character class/.test(error.message),
  );
});

test("a user's function gets normalised text, unit by unit, and gives the words", async () => {
  const seen: string[] = [];
  const split = (text: string): Iterable<string> => {
    seen.push(text);
    return new Set(text.split(/(?=[xy])/u));
  };
  const { sentences } = await tokenizeText('AxB\nE\u0301y\n\n', { split });
  assert.deepEqual(seen, ['axb', '\u00e9y', '']);
  assert.deepEqual(sentences, [
    ['a', 'xb'],
    ['\u00e9', 'y'],
  ]);
});

const BAD_SPLITS: [string, (text: string) => never, RegExp][] = [
  ['a string', (text) => text as never, /gave a string\n.*Return an array of words/],
  ['nothing', () => undefined as never, /gave undefined/],
  ['a promise', () => Promise.resolve([]) as never, /gave a promise/],
  ['a word that is a number', () => [1] as never, /gave a word that is a number/],
  [
    'an error',
    () => {
      throw new Error('no dictionary');
    },
    /failed: no dictionary/,
  ],
];
for (const [what, split, message] of BAD_SPLITS) {
  test(`a user's function that gives ${what} is a usage error`, async () => {
    await assert.rejects(wordsOf('a', { split }), isUsageError('tokenize.split', message));
  });
}

const CONFLICTS: [TokenizeSettings, string, RegExp][] = [
  [{ splitter: 'whitespace', pattern: 'a' }, 'tokenize.pattern', /splitter and pattern exclude each other/],
  [{ pattern: 'a', module: 'm.mjs' }, 'tokenize.module', /pattern and module exclude/],
  [{ module: 'm.mjs', split: () => [] }, 'tokenize.split', /module and split exclude/],
  [{ splitter: 'whitespace', split: () => [] }, 'tokenize.split', /splitter and split exclude/],
];
for (const [settings, key, message] of CONFLICTS) {
  test(`two ways to split are a usage error: ${key}, ${message.source}`, () => {
    assert.throws(() => tokenize(settings), isUsageError(key, message));
  });
}

test('an option that is wrong is a usage error with its key', () => {
  assert.throws(() => tokenize({ maxSentence: 0 }), isUsageError('tokenize.maxSentence', /1/));
  assert.throws(
    () => tokenize({ normalise: 'NFC' } as never),
    isUsageError('tokenize.normalise', /Did you mean 'normalize'/),
  );
});

test('a token longer than 1,000 bytes is dropped, counted and warned of; its sentence stays', async () => {
  const longest = 'a'.repeat(1_000);
  const { sentences, report } = await tokenizeText(`x ${longest} ${longest}b y\n${'é'.repeat(501)}\n`);
  assert.deepEqual(sentences, [['x', longest, 'y']]);
  assert.deepEqual(report.stages.tokenize, {
    counts: { units: 2, 'empty units': 1, sentences: 1, tokens: 3 },
    dropped: { 'longer than 1,000 bytes': 2 },
  });
  assert.equal(report.warnings.length, 1);
  assert.match(report.warnings[0]!, /longer than 1,000 bytes; the first begins "a{40}"/);
});

test('input blocks are not modified, and output blocks do not share memory', async () => {
  const bytes = Buffer.from('Ünder THE Sea\n');
  const before = Buffer.from(bytes);
  const { context, close } = openContext();
  const blocks: TokenBlock[] = [];
  const input = Readable.from([{ bytes }, { bytes }]) as AsyncIterable<TextBlock>;
  for await (const block of tokenize()(input, context)) blocks.push(block);
  await close();
  assert.deepEqual(bytes, before);
  blocks[0]!.bytes.fill(0);
  blocks[0]!.tokenEnds.fill(0);
  assert.deepEqual([...sentencesOf(blocks[1]!)], [['ünder', 'the', 'sea']]);
});

test('an aborted signal stops the stage at the next batch, with an abort error', async () => {
  const controller = new AbortController();
  const { context, close } = openContext({ signal: controller.signal });
  let ended = false;
  async function* endless(): AsyncGenerator<TextBlock> {
    try {
      for (;;) yield* textBlocks('a b\n');
    } finally {
      ended = true;
    }
  }
  const blocks = tokenize()(endless(), context)[Symbol.asyncIterator]();
  await blocks.next();
  controller.abort();
  await assert.rejects(blocks.next(), (error) => error instanceof WordmillError && error.kind === 'aborted');
  assert.ok(ended, 'the input was closed');
  await close();
});

test('the stage works in stream.pipeline as a Duplex', async () => {
  const { context, close } = openContext();
  const sentences: string[][] = [];
  await pipeline(
    Readable.from(textBlocks('One two\n', 'Drei\nvier\n')),
    toDuplex(tokenize(), context),
    async (blocks: AsyncIterable<TokenBlock>) => {
      for await (const block of blocks) sentences.push(...sentencesOf(block));
    },
  );
  await close();
  assert.deepEqual(sentences, [['one', 'two'], ['drei'], ['vier']]);
});

test("the stage composes with a user's own async generators, before and after it", async () => {
  async function* withoutMarkup(input: AsyncIterable<TextBlock>): AsyncGenerator<TextBlock> {
    for await (const { bytes } of input) {
      yield {
        bytes: Buffer.from(
          Buffer.from(bytes)
            .toString()
            .replace(/<[^>]*>/g, ' '),
        ),
      };
    }
  }
  async function* sizes(input: AsyncIterable<TokenBlock>): AsyncGenerator<number> {
    for await (const block of input) yield block.tokenEnds.length;
  }
  const { context, close } = openContext();
  const counts: number[] = [];
  const stage = compose(withoutMarkup, tokenize(), sizes);
  for await (const size of stage(textBlocks('<b>bold</b> words\n', 'x\n'), context)) counts.push(size);
  await close();
  assert.deepEqual(counts, [2, 1]);
});

function isUsageError(key: string, message: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof WordmillError);
    assert.equal(error.kind, 'usage');
    assert.equal(error.place?.key, key);
    assert.match(error.message, message);
    return true;
  };
}
