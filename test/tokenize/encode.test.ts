import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type IdBlock, tokenBlock } from '../../src/core/blocks.js';
import { openContext } from '../../src/core/run.js';
import type { Stage, StageContext } from '../../src/core/stage.js';
import { Vocabulary } from '../../src/core/vocabulary.js';
import type { Tokens } from '../../src/tokenize/count.js';
import { encode, encodeGrowing } from '../../src/tokenize/encode.js';

function contextOf(t: TestContext): StageContext {
  const { context, close } = openContext();
  t.after(close);
  return context;
}

async function* batches(...items: Tokens[]): AsyncGenerator<Tokens> {
  yield* items;
}

async function collect(stage: Stage<Tokens, IdBlock>, context: StageContext, ...items: Tokens[]) {
  const blocks: { ids: number[]; sentenceEnds: number[]; firstSentence: number }[] = [];
  for await (const { ids, sentenceEnds, firstSentence } of stage(batches(...items), context)) {
    blocks.push({ ids: [...ids], sentenceEnds: [...sentenceEnds], firstSentence });
  }
  return blocks;
}

test('unknown words are left out, sentences and their numbers stay', async (t) => {
  const context = contextOf(t);
  const vocabulary = new Vocabulary({ words: ['a', 'été'], counts: [2, 1] });
  const blocks = await collect(encode(vocabulary), context, tokenBlock([['a', 'x', 'été'], ['<UNK>'], []]), [
    ['été'],
    ['a', 'a'],
  ]);
  assert.deepEqual(blocks, [
    { ids: [0, 1], sentenceEnds: [2, 2, 2], firstSentence: 0 },
    { ids: [1, 0, 0], sentenceEnds: [1, 3], firstSentence: 3 },
  ]);
  assert.deepEqual(context.report.stages.encode, {
    counts: { tokens: 5 },
    dropped: { 'not in the vocabulary': 2 },
  });
});

test('unknown words and the literals are <UNK> where the vocabulary trains it', async (t) => {
  const vocabulary = new Vocabulary({ words: ['a', 'b'], counts: [2, 1], unknown: 'token', unknownCount: 5 });
  const blocks = await collect(encode(vocabulary), contextOf(t), [['x', 'b', '<UNK>', 'a', '<unk>']]);
  assert.deepEqual(blocks, [{ ids: [2, 1, 2, 0, 2], sentenceEnds: [5], firstSentence: 0 }]);
});

test('a growing vocabulary gives ids in the order of first occurrence, over all blocks', async (t) => {
  const growing = encodeGrowing();
  const blocks = await collect(
    growing.stage,
    contextOf(t),
    [['b', 'a', 'b'], []],
    tokenBlock([['a', '\u{1f600}']]),
  );
  assert.deepEqual(blocks, [
    { ids: [0, 1, 0], sentenceEnds: [3, 3], firstSentence: 0 },
    { ids: [1, 2], sentenceEnds: [2], firstSentence: 2 },
  ]);
  assert.equal(growing.size, 3);
  assert.deepEqual([0, 1, 2].map(growing.wordOf), ['b', 'a', '\u{1f600}']);
  assert.throws(() => growing.wordOf(3), { kind: 'internal' });
});

test('a growing vocabulary leaves the literals out, which are no words', async (t) => {
  const context = contextOf(t);
  const growing = encodeGrowing();
  const blocks = await collect(growing.stage, context, [['<unk>', 'a', '<UNK>', 'b'], ['<unk>']], [['b']]);
  const [a, b] = [blocks[0]!.ids[0]!, blocks[0]!.ids[1]!];
  assert.deepEqual([a, b].map(growing.wordOf), ['a', 'b']);
  assert.deepEqual(
    blocks.map(({ ids, sentenceEnds }) => ({ ids, sentenceEnds })),
    [
      { ids: [a, b], sentenceEnds: [2, 2] },
      { ids: [b], sentenceEnds: [1] },
    ],
  );
  assert.deepEqual(context.report.stages.encode, {
    counts: { tokens: 3 },
    dropped: { 'the literal <UNK>': 3 },
  });
});

test('a growing vocabulary hands out a block before the next is read', async (t) => {
  const { stage, wordOf } = encodeGrowing();
  let asked = 0;
  async function* input(): AsyncGenerator<Tokens> {
    for (const word of ['a', 'b']) {
      asked++;
      yield [[word]];
    }
  }
  for await (const { ids } of stage(input(), contextOf(t))) {
    assert.equal(ids[0], asked - 1);
    assert.equal(wordOf(ids[0]!), 'ab'[asked - 1]);
  }
  assert.equal(asked, 2);
});
