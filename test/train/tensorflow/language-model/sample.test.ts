import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../../../src/core/random.js';
import { draw } from '../../../../src/train/tensorflow/language-model/sample.js';
import { trainLanguageModel } from '../../../../src/train/tensorflow/language-model/train.js';
import { chiSquarePValue } from '../../../support/chi-square.js';
import { tensorflowTest } from '../../../support/tensorflow.js';
import { corpusOf, VERSES } from './support.js';

const DRAWS = 20_000;

test('words are drawn in proportion to p^(1/temperature)', () => {
  const weights = Float64Array.of(0.5, 0.3, 0, 0.15, 0.05);
  for (const temperature of [1, 0.5, 2]) {
    const random = new Random(5, Math.round(10 * temperature));
    const counts = new Array(weights.length).fill(0);
    for (let i = 0; i < DRAWS; i++) counts[draw(weights, temperature, random)]++;
    const powers = Array.from(weights, (weight) => weight ** (1 / temperature));
    const total = powers.reduce((sum, power) => sum + power);
    const expected = powers.map((power) => (DRAWS * power) / total);
    assert.ok(chiSquarePValue(counts, expected) > 0.001, `${temperature}: ${counts}`);
    assert.equal(counts[2], 0);
  }
});

test('at temperature 0 the first of the likeliest is taken, and near 0 nothing underflows', () => {
  const random = new Random(1);
  assert.equal(draw(Float64Array.of(0.1, 0.4, 0.4, 0.1), 0, random), 1);
  for (let i = 0; i < 100; i++) assert.equal(draw(Float64Array.of(1e-30, 3e-30, 2e-30), 1e-3, random), 1);
});

tensorflowTest('a model writes what it has learned, from a prompt', async () => {
  const { model } = await trainLanguageModel(corpusOf(VERSES), {
    model: { layers: 1, units: 24, dimensions: 12 },
    train: { epochs: 100, batch: 2, steps: 8, learningRate: 0.03 },
  });
  // The text's own beginning: what stands later was learned from the state after what stands before it.
  const greedy = [...model.sample({ prompt: ['one', 'for'], temperature: 0, length: 9 })];
  assert.equal(greedy.join(' '), 'the money two for the show </s> three to');

  const sampled = (seed: number) => [...model.sample({ seed, length: 30, temperature: 3 })].join(' ');
  assert.equal(sampled(1), sampled(1));
  assert.notEqual(sampled(1), sampled(2));

  // The first word of many texts, against what the model says of it.
  const probabilities = model.probabilities([]);
  const counts = new Array(model.vocabulary.size).fill(0);
  const texts = 400;
  for (let seed = 0; seed < texts; seed++) {
    const [word] = model.sample({ seed, length: 1 });
    counts[model.vocabulary.idOf(word!)!]++;
  }
  const expected = Array.from(probabilities, (p) => texts * p);
  assert.ok(chiSquarePValue(counts, expected) > 0.001, counts.join(' '));
});

tensorflowTest('<UNK> is drawn only where it may be', async () => {
  const { model } = await trainLanguageModel(corpusOf(['<UNK> a <UNK> b <UNK>']), {
    model: { layers: 1, units: 8, dimensions: 4 },
    train: { epochs: 30, batch: 1, learningRate: 0.05 },
  });
  assert.ok([...model.sample({ length: 50 })].includes('<UNK>'));
  assert.ok(![...model.sample({ length: 50, unknown: false })].includes('<UNK>'));
});
