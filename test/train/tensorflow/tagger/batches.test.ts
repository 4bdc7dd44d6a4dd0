import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Vocabulary } from '../../../../src/core/vocabulary.js';
import { CharacterVocabulary } from '../../../../src/train/tagging/characters.js';
import {
  batchesByLength,
  batchOrder,
  encodeBatch,
  FLAGS,
} from '../../../../src/train/tensorflow/tagger/batches.js';

const vocabulary = new Vocabulary({ words: ['the', 'cat', 'sat'], counts: [1, 1, 1], unknown: 'token' });
const ENCODING = {
  ...{ vocabulary, lowercase: false, characters: undefined, shapes: false },
  ...{ dimensions: 2, vectorOf: undefined },
};
const SENTENCES = [['The', 'cat', 'sat'], ['cats']];

describe('a batch of sentences', () => {
  test('is padded with <UNK>, token by token', () => {
    const { shape, words } = encodeBatch(SENTENCES, ENCODING);
    assert.deepEqual(shape, { steps: 3, batch: 2, lengths: Int32Array.of(3, 1) });
    assert.deepEqual([...words], [0, 3, 1, 3, 2, 3]);
  });

  test('has the characters of each distinct word once', () => {
    const characters = new CharacterVocabulary(['c', 'a', 't']);
    const encoded = encodeBatch([['cat', 'ta'], ['cat']], { ...ENCODING, characters }).characters!;
    assert.deepEqual([...encoded.places], [0, 0, 1, 2]);
    assert.deepEqual([...encoded.lengths], [3, 2, 0]);
    assert.deepEqual([...encoded.ids], [2, 3, 4, 4, 3, 0, 0, 0, 0]);
  });

  test('has shapes and flags', () => {
    const { ids, flags } = encodeBatch([['The', 'cat']], { ...ENCODING, shapes: true }).shapes!;
    assert.notEqual(ids[0], ids[1]);
    assert.deepEqual([...flags.subarray(0, FLAGS)], [1, 0, 0, 0, 0]);
    assert.deepEqual([...flags.subarray(FLAGS)], [0, 0, 0, 0, 0]);
  });

  test('takes the vectors of unknown words from their subwords, where there are', () => {
    const vectorOf = (word: string) => (word === 'cats' ? Float32Array.of(5, 6) : undefined);
    const { composed } = encodeBatch(SENTENCES, { ...ENCODING, vectorOf });
    assert.deepEqual([...composed!.has], [0, 1, 0, 0, 0, 0]);
    assert.deepEqual([...composed!.vectors.subarray(2, 4)], [5, 6]);
    assert.equal(encodeBatch([['the']], { ...ENCODING, vectorOf }).composed, undefined);
  });
});

describe('the order of batches', () => {
  const lengths = [5, 1, 4, 2, 3, 5, 1, 2, 3, 4];

  test('has every sentence once, with others of its length', () => {
    const batches = batchOrder(lengths, 2, { seed: 1, epoch: 0 });
    assert.deepEqual(
      batches.flat().sort((a, b) => a - b),
      [...lengths.keys()],
    );
    for (const [a, b] of batches) assert.equal(lengths[a!], lengths[b!]);
  });

  test('is drawn by seed and epoch', () => {
    const order = (seed: number, epoch: number) => batchOrder(lengths, 3, { seed, epoch });
    assert.deepEqual(order(1, 2), order(1, 2));
    assert.notDeepEqual(order(1, 2), order(1, 3));
    assert.notDeepEqual(order(1, 2), order(2, 2));
  });

  test('is longest first where nothing is drawn', () => {
    assert.deepEqual(batchesByLength([1, 3, 2], 2), [[1, 2], [0]]);
  });
});
