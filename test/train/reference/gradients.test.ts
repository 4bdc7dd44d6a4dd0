import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Random } from '../../../src/core/random.js';
import { ContinuousBagOfWords } from '../../../src/train/reference/cbow.js';
import { HierarchicalSoftmax } from '../../../src/train/reference/hierarchical-softmax.js';
import type { Loss } from '../../../src/train/reference/loss.js';
import type { Rows } from '../../../src/train/reference/math.js';
import type { Model } from '../../../src/train/reference/model.js';
import { NegativeSampling } from '../../../src/train/reference/negative-sampling.js';
import { SkipGram } from '../../../src/train/reference/skip-gram.js';
import { Softmax } from '../../../src/train/reference/softmax.js';

const DIMENSIONS = 4;
const counts = [30, 12, 9, 5, 3, 1];
/** Word 2 occurs twice. */
const contexts = Uint32Array.of(2, 0, 5, 2);
const TARGET = 3;

const losses: Record<string, () => Loss> = {
  'negative sampling': () => new NegativeSampling(counts, { negative: 6, noisePower: 0.75, seed: 3 }),
  'hierarchical softmax': () => new HierarchicalSoftmax(counts),
  softmax: () => new Softmax(counts.length),
};

const models: Record<string, { make: (E: Rows, W: Rows, loss: Loss) => Model; undivided: number }> = {
  'skip-gram': { make: (E, W, loss) => new SkipGram(E, W, loss), undivided: 1 },
  // Each context receives the gradient of the mean, not its share of it: as many times the true gradient by E.
  CBOW: { make: (E, W, loss) => new ContinuousBagOfWords(E, W, loss), undivided: contexts.length },
};

function randomRows(count: number, seed: number): Rows & { data: Float64Array } {
  const random = new Random(seed);
  const data = Float64Array.from({ length: count * DIMENSIONS }, () => 2 * random.unit() - 1);
  return { data, dimensions: DIMENSIONS, stride: DIMENSIONS };
}

for (const [modelName, { make, undivided }] of Object.entries(models)) {
  for (const [lossName, makeLoss] of Object.entries(losses)) {
    describe(`${modelName} with ${lossName}`, () => {
      const loss = makeLoss();
      const E = randomRows(counts.length, 11);
      const W = randomRows(loss.outputRows, 12);
      loss.startSentence(0, 0);
      const outputs = loss.outputsFor(TARGET);
      const lossHere = () => make(E, W, loss).update(contexts, contexts.length, outputs, 0);

      /** What one update at learning rate 1 adds: minus the gradient. */
      function step(): { E: Float64Array; W: Float64Array } {
        const before = { E: E.data.slice(), W: W.data.slice() };
        make(E, W, loss).update(contexts, contexts.length, outputs, 1);
        const added = {
          E: E.data.map((value, i) => value - before.E[i]!),
          W: W.data.map((value, i) => value - before.W[i]!),
        };
        E.data.set(before.E);
        W.data.set(before.W);
        return added;
      }

      function slope(data: Float64Array, i: number): number {
        const value = data[i]!;
        const size = 1e-5;
        data[i] = value + size;
        const above = lossHere();
        data[i] = value - size;
        const below = lossHere();
        data[i] = value;
        return (above - below) / (2 * size);
      }

      test('the update follows the slope of the loss in every component of E and W', () => {
        const added = step();
        for (const i of E.data.keys()) {
          const expected = -undivided * slope(E.data, i);
          assert.ok(Math.abs(added.E[i]! - expected) < 1e-8, `E, component ${i}: ${added.E[i]}, ${expected}`);
        }
        for (const i of W.data.keys()) {
          const expected = -slope(W.data, i);
          assert.ok(Math.abs(added.W[i]! - expected) < 1e-8, `W, component ${i}: ${added.W[i]}, ${expected}`);
        }
      });

      test('a learning rate of 0 changes nothing', () => {
        const before = E.data.slice();
        lossHere();
        assert.deepEqual(E.data, before);
      });

      test('some of every matrix moves', () => {
        const added = step();
        assert.ok(added.E.some((value) => Math.abs(value) > 0.01));
        assert.ok(added.W.some((value) => Math.abs(value) > 0.01));
      });
    });
  }
}
