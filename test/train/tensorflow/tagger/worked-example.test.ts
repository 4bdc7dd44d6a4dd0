import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { entitiesOf } from '../../../../src/train/tagging/entities.js';
import { trainTagger } from '../../../../src/train/tensorflow/tagger/train-tagger.js';
import type { TaggerVectors } from '../../../../src/train/tensorflow/tagger/vocabulary.js';
import { Vectors } from '../../../../src/vectors/vectors.js';
import { corpusVectors, skipWithoutCorpusVectors } from '../../../support/corpus-vectors.js';
import { skipWithoutTensorFlow } from '../../../support/tensorflow.js';
import { FRAME_WORDS, labelledFarmers, UNSEEN } from './farmers.js';

const SEEDS = [1, 2, 3, 4, 5];
const PERSON = { type: 'PER', start: 0, end: 2 };

describe('transfer: who is a farmer in words never seen with a label', {
  skip: skipWithoutTensorFlow || skipWithoutCorpusVectors,
}, () => {
  let vectors: TaggerVectors;
  before(async () => {
    vectors = await corpusVectors();
  });

  test('the labelled text has none of the telling words', () => {
    const labelled = new Set(labelledFarmers().flatMap(({ tokens }) => tokens));
    for (const { tokens } of UNSEEN) {
      for (const token of tokens) if (!FRAME_WORDS.has(token)) assert.ok(!labelled.has(token), token);
    }
  });

  test('the vectors know durian and cultivator, near to what they are like', () => {
    const known = new Vectors(vectors);
    for (const [word, near, far] of [
      ['durian', 'mango', 'label'],
      ['cultivator', 'grower', 'label'],
      ['orange', 'yellow', 'farmer'],
      ['farmer', 'miner', 'label'],
    ] as const) {
      const [high, low] = [cosine(known, word, near), cosine(known, word, far)];
      assert.ok(high > low + 0.1, `${word}: ${near} ${high}, ${far} ${low}`);
    }
  });

  test('with them a tagger finds Robert Lin, a durian cultivator, and does better than one with random vectors', async (context) => {
    const found = { vectors: 0, random: 0 };
    const right = { vectors: 0, random: 0 };
    for (const seed of SEEDS) {
      for (const kind of ['vectors', 'random'] as const) {
        const tagger = await trainTagger(
          { train: labelledFarmers(), ...(kind === 'vectors' && { vectors }) },
          {
            // Shapes and characters would see names; here words alone shall tell.
            model: { characters: false, shapes: false, units: 32 },
            train: { epochs: 20, batch: 8, seed },
          },
        );
        const [robert] = tagger.tag(UNSEEN.map(({ tokens }) => tokens));
        const [entity] = entitiesOf(robert!);
        if (entity && entity.type === PERSON.type && entity.end === PERSON.end) found[kind]++;
        right[kind] += (await tagger.evaluate(UNSEEN)).correct;
        tagger.dispose();
      }
    }
    context.diagnostic(`Robert Lin found by ${found.vectors} of 5, with random vectors ${found.random}`);
    context.diagnostic(`names right: ${right.vectors} of 50, with random vectors ${right.random}`);
    assert.ok(found.vectors >= 4, `${found.vectors} of 5 seeds`);
    assert.ok(right.vectors >= 40, `${right.vectors} of 50`);
    assert.ok(right.random <= 35, `${right.random} of 50`);
  });
});

function cosine(vectors: Vectors, a: string, b: string): number {
  const [x, y] = [vectors.get(a), vectors.get(b)];
  const dot = x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  return dot / (Math.hypot(...x) * Math.hypot(...y));
}
