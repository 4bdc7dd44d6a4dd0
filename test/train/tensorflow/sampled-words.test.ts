import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Random } from '../../../src/core/random.js';
import { NeuralLanguageModel } from '../../../src/train/tensorflow/embeddings/nplm.js';
import { WordSampler } from '../../../src/train/tensorflow/sampled-words.js';
import { chiSquarePValue } from '../../support/chi-square.js';
import { testOnDevices } from './support/devices.js';
import { gradientsOf } from './support/gradient-check.js';

const COUNTS = [100, 50, 30, 10, 5, 3, 1, 1, 0];

describe('the words of a sampled softmax', () => {
  test('are different ids, the same for one seed and step, others for another', () => {
    const draw = (seed: number, step: number) =>
      new WordSampler(COUNTS, { samples: 6, noisePower: 0.75, seed }).draw(step).ids;
    assert.deepEqual(draw(1, 5), draw(1, 5));
    assert.notDeepEqual(draw(1, 5), draw(1, 6));
    assert.notDeepEqual(draw(1, 5), draw(2, 5));
    for (let step = 0; step < 50; step++) assert.equal(new Set(draw(1, step)).size, draw(1, step).length);
    const sampler = new WordSampler(COUNTS, { samples: 6, noisePower: 0.75, seed: 1 });
    sampler.draw(0);
    assert.deepEqual(sampler.draw(5).ids, draw(1, 5), 'whatever was drawn before');
  });

  test('one draw is in proportion to count^power, by chi-square', () => {
    const sampler = new WordSampler(COUNTS, { samples: 1, noisePower: 0.75, seed: 1 });
    const weights = COUNTS.map((count) => Math.max(1, count) ** 0.75);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const steps = 20_000;
    const seen = new Float64Array(COUNTS.length);
    for (let step = 0; step < steps; step++) seen[sampler.draw(step).ids[0]!]! += 1;
    const expected = weights.map((weight) => (steps * weight) / total);
    const p = chiSquarePValue(seen, expected);
    assert.ok(p > 0.001, `p ${p}`);
  });

  test('each word is in a sample as often as the correction says', () => {
    const sampler = new WordSampler(COUNTS, { samples: 4, noisePower: 0.75, seed: 2 });
    const steps = 20_000;
    const seen = new Float64Array(COUNTS.length);
    for (let step = 0; step < steps; step++) for (const id of sampler.draw(step).ids) seen[id]! += 1;
    for (const [id, log] of sampler.logExpected.entries()) {
      // In or out, step by step: two bins a word.
      const inside = steps * Math.exp(log);
      const p = chiSquarePValue([seen[id]!, steps - seen[id]!], [inside, steps - inside]);
      assert.ok(p > 0.001, `word ${id}: ${seen[id]} times, expected ${inside} (p ${p})`);
    }
  });

  test('by hand: two draws of three words with shares 1/2, 1/4, 1/4', () => {
    const { logExpected } = new WordSampler([2, 1, 1], { samples: 2, noisePower: 1, seed: 1 });
    for (const [id, expected] of [1 - 1 / 4, 1 - 9 / 16, 1 - 9 / 16].entries())
      assert.ok(Math.abs(Math.exp(logExpected[id]!) - expected) < 1e-6);
  });

  test('a rare word of a large vocabulary has a correction that is finite and right', () => {
    const counts = new Float64Array(200_000).fill(1_000_000);
    counts[0] = 1e-9; // less than 1 counts as 1
    const { logExpected } = new WordSampler(counts, { samples: 100, noisePower: 1, seed: 1 });
    assert.ok(Math.abs(logExpected[0]! - Math.log(100 / (199_999 * 1e6 + 1))) < 1e-4);
  });
});

testOnDevices("as samples grow, sampled softmax's gradient comes to the full one's", (device) => {
  const words = 12;
  const shape = { words, places: 2, dimensions: 3, hidden: 5, direct: true, seed: 2, initialRange: 3 };
  const contexts = Int32Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  const targets = Int32Array.of(9, 0, 11, 0);
  const weights = new Float32Array(4).fill(0.25);
  const counts = Float64Array.from({ length: words }, (_, word) => words - word);
  const random = new Random(6);
  const biases = Float32Array.from({ length: words }, () => random.unit());
  const gradients = (samples: number | undefined, steps: number) => {
    const model = new NeuralLanguageModel(device, { ...shape, sampled: samples !== undefined });
    model.b2.variable.assign(biases);
    const sampler = samples ? new WordSampler(counts, { samples, noisePower: 1, seed: 1 }) : undefined;
    const sum: number[] = [];
    for (let step = 0; step < steps; step++) {
      const found = gradientsOf(device, model.parameters, (tape) => {
        const features = model.features(tape, contexts);
        return model.loss(tape, features, targets, weights, sampler?.draw(step)).total;
      });
      const flat = model.parameters.flatMap((parameter) => [...found.get(parameter)!]);
      for (const [i, value] of flat.entries()) sum[i] = (sum[i] ?? 0) + value / steps;
    }
    model.dispose();
    return sum;
  };
  const full = gradients(undefined, 1);
  const length = Math.hypot(...full);
  // The mean over many samples; what is left of the difference is bias, which falls with the number of samples.
  const errors = [2, 8, 40, 2_000].map((samples) => {
    const found = gradients(samples, samples === 2_000 ? 1 : 40);
    return Math.hypot(...found.map((value, i) => value - full[i]!)) / length;
  });
  for (let i = 1; i < errors.length; i++) assert.ok(errors[i]! < errors[i - 1]!, `errors ${errors}`);
  assert.ok(errors.at(-1)! < 1e-4, `with every word in the sample it is the full softmax: ${errors}`);
});
