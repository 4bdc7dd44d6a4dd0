/** The worked example: the six words before "juice" in "I want a glass of orange juice" predict it. */
import assert from 'node:assert/strict';
import { Random } from '../../../../src/core/random.js';
import { zeroMatrix } from '../../../../src/core/vectors.js';
import type { Device } from '../../../../src/train/tensorflow/backend/device.js';
import { NeuralLanguageModel } from '../../../../src/train/tensorflow/embeddings/nplm.js';
import { NplmLearner } from '../../../../src/train/tensorflow/embeddings/nplm-learner.js';
import { testOnDevices } from '../support/devices.js';

const DIMENSIONS = 300;
const WORDS = 'i want a glass of orange juice apple car drive the fast'.split(' ');
const id = (word: string) => WORDS.indexOf(word);
const ids = (text: string) => text.split(' ').map(id);

/** Vectors of some other origin: random, but that of apple, which is that of orange and a little noise. */
function givenVectors(appleNearOrange: boolean) {
  const random = new Random(8);
  const vectors = zeroMatrix(WORDS.length, DIMENSIONS);
  for (let i = 0; i < vectors.data.length; i++) vectors.data[i] = 0.2 * (2 * random.unit() - 1);
  if (!appleNearOrange) return vectors;
  for (let j = 0; j < DIMENSIONS; j++) {
    const orange = vectors.data[id('orange') * DIMENSIONS + j]!;
    vectors.data[id('apple') * DIMENSIONS + j] = orange + 0.05 * (2 * random.unit() - 1);
  }
  return vectors;
}

const TRAINING = [
  ['i want a glass of orange', 'juice'],
  ['a glass of orange juice i', 'want'],
  // The same five words before: the sixth decides.
  ['i want a glass of the', 'fast'],
  ['i want a glass of drive', 'car'],
] as const;

/** p(word | i want a glass of FRUIT), before and after training in which FRUIT was always orange. */
function learned(device: Device, appleNearOrange: boolean) {
  const model = new NeuralLanguageModel(device, {
    ...{ words: WORDS.length, places: 6, dimensions: DIMENSIONS, hidden: 20, direct: false, sampled: false },
    ...{ seed: 1, initialRange: 0.5, initialVectors: givenVectors(appleNearOrange) },
  });
  assert.deepEqual(model.W1!.shape, [1_800, 20]);
  const probability = (fruit: string, word: string) =>
    model.probabilities(Int32Array.from(ids(`i want a glass of ${fruit}`)))[id(word)]!;
  const all = () => ({
    orangeJuice: probability('orange', 'juice'),
    appleJuice: probability('apple', 'juice'),
    appleFast: probability('apple', 'fast'),
  });
  const before = all();
  const learner = new NplmLearner(device, model, { optimizer: 'adam', dropout: 0, seed: 1 });
  const contexts = Int32Array.from(TRAINING.flatMap(([context]) => ids(context)));
  const targets = Int32Array.from(TRAINING, ([, target]) => id(target));
  for (let step = 0; step < 60; step++) learner.step(contexts, targets, 0.005);
  const after = all();
  learner.dispose();
  model.dispose();
  return { before, after };
}

testOnDevices('six context words of 300 dimensions, 1,800 inputs, predict juice', (device) => {
  const { before, after } = learned(device, true);
  assert.ok(before.orangeJuice < 0.3, `${before.orangeJuice} before`);
  assert.ok(after.orangeJuice > 0.9, `${after.orangeJuice} after`);
});

testOnDevices(
  'apple, never seen in training, predicts juice as well: its vector is near that of orange',
  (device) => {
    const near = learned(device, true);
    const far = learned(device, false);
    assert.ok(near.after.appleJuice > 0.8, `${near.after.appleJuice}`);
    assert.ok(near.after.appleJuice > near.before.appleJuice + 0.5);
    assert.ok(near.after.appleFast < near.before.appleFast, 'a control word becomes less likely');
    assert.ok(
      near.after.appleJuice > far.after.appleJuice + 0.1,
      `it is the vector that does it: ${far.after.appleJuice} where it is not near`,
    );
  },
);
