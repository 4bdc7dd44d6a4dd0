import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { type TestContext, test } from 'node:test';
import { type TokenPairBlock, tokenBlock } from '../../src/core/blocks.js';
import type { PairCorpus } from '../../src/core/corpus.js';
import { openContext } from '../../src/core/run.js';
import type { StageContext } from '../../src/core/stage.js';
import type { VocabularyOptions } from '../../src/tokenize/options.js';
import { buildPairCorpus } from '../../src/tokenize/pair-corpus.js';

async function* batches(...items: TokenPairBlock[]): AsyncGenerator<TokenPairBlock> {
  yield* items;
}

/** `a>b a>c*0.5`: pairs of context and target, with a weight where one is given. */
function pairs(text: string): TokenPairBlock {
  const parts = text
    .split(' ')
    .filter(Boolean)
    .map((pair) => pair.split(/[>*]/));
  const block = tokenBlock(parts.map(([context, target]) => [context!, target!]));
  if (!text.includes('*')) return block;
  return { ...block, weights: Float32Array.from(parts, ([, , weight]) => Number(weight ?? 1)) };
}

function contextOf(t: TestContext): StageContext {
  const { context, close } = openContext();
  t.after(close);
  return context;
}

async function build(
  t: TestContext,
  blocks: TokenPairBlock[],
  options: Partial<VocabularyOptions> = { minCount: 1 },
  context = contextOf(t),
): Promise<PairCorpus> {
  for await (const corpus of buildPairCorpus(options)(batches(...blocks), context)) return corpus;
  throw new Error('no corpus');
}

async function recordsOf({ path }: PairCorpus): Promise<[number, number, number][]> {
  const bytes = await readFile(path);
  const records: [number, number, number][] = [];
  for (let byte = 0; byte < bytes.length; byte += 12) {
    records.push([bytes.readUInt32LE(byte), bytes.readUInt32LE(byte + 4), bytes.readFloatLE(byte + 8)]);
  }
  return records;
}

test('both columns share one vocabulary; targets are counted apart; weights are kept', async (t) => {
  const corpus = await build(t, [pairs('milk>bread milk>eggs*0.5'), pairs('bread>milk')]);
  assert.deepEqual(corpus.vocabulary.words, ['milk', 'bread', 'eggs']);
  assert.deepEqual([...corpus.vocabulary.counts], [3, 2, 1]);
  assert.deepEqual([...corpus.targetCounts], [1, 1, 1]);
  assert.equal(corpus.pairs, 3);
  assert.deepEqual(await recordsOf(corpus), [
    [0, 1, 1],
    [0, 2, 0.5],
    [1, 0, 1],
  ]);
});

test('a pair with a word that is not kept is dropped, and counted', async (t) => {
  const context = contextOf(t);
  const corpus = await build(t, [pairs('a>b a>rare b>a rare2>b')], { minCount: 2 }, context);
  assert.deepEqual(corpus.vocabulary.words, ['a', 'b']);
  assert.equal(corpus.vocabulary.unknownCount, 2);
  assert.deepEqual([...corpus.targetCounts], [1, 1]);
  assert.deepEqual(await recordsOf(corpus), [
    [0, 1, 1],
    [1, 0, 1],
  ]);
  assert.deepEqual(context.report.stages.pairs, {
    counts: { pairs: 2 },
    dropped: { 'a word is not in the vocabulary': 2 },
  });
});

test('with unk token it has <UNK> in its place', async (t) => {
  const corpus = await build(t, [pairs('a>b a>rare b>a rare2>b')], { minCount: 2, unk: 'token' });
  assert.deepEqual(corpus.vocabulary.words, ['a', 'b', '<UNK>']);
  assert.deepEqual([...corpus.targetCounts], [1, 2, 1]);
  assert.deepEqual(
    (await recordsOf(corpus)).map(([context, target]) => [context, target]),
    [
      [0, 1],
      [0, 2],
      [1, 0],
      [2, 1],
    ],
  );
});

test('counting that spills to disk gives the same pairs', async (t) => {
  // One megabyte holds some 40,000 words.
  const text = Array.from(
    { length: 60_000 },
    (_, pair) => `item-${(pair * 7) % 50_000}>item-${pair % 999}*${pair}`,
  );
  const whole = await build(t, [pairs(text.join(' '))]);
  const parts: TokenPairBlock[] = [];
  for (let first = 0; first < text.length; first += 9_999)
    parts.push(pairs(text.slice(first, first + 9_999).join(' ')));
  const spilled = await build(t, parts, { minCount: 1, memory: 1 });
  assert.deepEqual(spilled.vocabulary, whole.vocabulary);
  assert.deepEqual(spilled.targetCounts, whole.targetCounts);
  assert.ok((await readFile(spilled.path)).equals(await readFile(whole.path)));
  assert.equal(spilled.pairs, 60_000);
});

test('a weight must be a number from 0, and finite', async (t) => {
  for (const weight of ['NaN', '-1', 'Infinity', '1e39']) {
    await assert.rejects(build(t, [pairs('a>b'), pairs(`a>b b>a*${weight}`)]), {
      kind: 'data',
      message: /^pair 3: its weight is (NaN|-1|Infinity)\n/,
    });
  }
  assert.equal((await build(t, [pairs('a>b*0')])).pairs, 1);
});

test('a pair that is not two words is refused by its number', async (t) => {
  await assert.rejects(build(t, [pairs('a>b'), tokenBlock([['a', 'b'], ['c']])]), {
    kind: 'data',
    message: /^pair 3: 1 words where there must be two/,
  });
  const short = { ...pairs('a>b b>a'), weights: Float32Array.of(1) };
  await assert.rejects(build(t, [short]), { kind: 'data', message: '2 pairs, but 1 weights' });
});

test('no pairs, and none with both words kept, are refused', async (t) => {
  await assert.rejects(build(t, []), { kind: 'data', message: /there are no pairs/ });
  await assert.rejects(build(t, [pairs('a>x a>y a>z')], { minCount: 2 }), {
    kind: 'data',
    message: /none of the 3 pairs has both words/,
  });
  await assert.rejects(build(t, [pairs('a>x')], { minCount: 2 }), { message: /no word occurs 2 times/ });
});

test('pairs that the disk has no room for end the run before it is full', async (t) => {
  const { context, close } = openContext({ freeBytes: async () => 1e6 });
  t.after(close);
  const many = Array.from({ length: 40 }, () => pairs('a>b '.repeat(50_000)));
  await assert.rejects(build(t, many, { minCount: 1 }, context), {
    kind: 'inputOutput',
    message: /provisional-pairs: not enough space for this intermediate file: it needs 16\.0 MB/,
  });
});
