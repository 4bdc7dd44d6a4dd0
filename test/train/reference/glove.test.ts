import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Random } from '../../../src/core/random.js';
import { zeroMatrix } from '../../../src/core/vectors.js';
import type { GloveParameters } from '../../../src/train/glove-parameters.js';
import { Glove, weigh } from '../../../src/train/reference/glove.js';

/** Two words in two dimensions; each row: vector, bias or 1, 1 or bias, then the sums of squares. */
function parameters(word: number[], context: number[]): GloveParameters {
  const row = (values: number[]) => ({
    ...zeroMatrix(1, 8),
    data: Float64Array.from([...values, 1, 1, 1, 1]) as unknown as Float32Array,
  });
  return { words: row(word), contexts: row(context), dimensions: 2, stride: 4 };
}

test('a cell weighs (x / xMax)^alpha, and 1 from xMax on', () => {
  assert.deepEqual(weigh(16, 256, 0.75), { logarithm: Math.fround(Math.log(16)), weight: 0.125 });
  assert.equal(weigh(256, 256, 0.75).weight, 1);
  assert.equal(weigh(1_000, 256, 0.75).weight, 1);
});

test('one update, worked by hand', () => {
  // e = 1*3 + 2*(-1) + 0.5 + 0.25 - 0.75 = 1; f e = 0.5; loss 0.5 * 0.5 * 1.
  const all = parameters([1, 2, 0.5, 1], [3, -1, 1, 0.25]);
  const loss = new Glove(all, 0.1).update(0, 0, { logarithm: 0.75, weight: 0.5 });
  assert.equal(loss, 0.25);
  const close = (actual: ArrayLike<number>, expected: number[]) => {
    for (const [i, value] of expected.entries()) assert.ok(Math.abs(actual[i]! - value) < 1e-12, `${i}`);
  };
  // Steps: 0.1 * 0.5 * (3, -1) for the word, 0.1 * 0.5 * (1, 2) for the context; 0.5 for both biases.
  close(all.words.data, [0.85, 2.05, 0, 1, 1.0225, 1.0025, 1.25, 1]);
  close(all.contexts.data, [2.95, -1.1, 1, -0.25, 1.0025, 1.01, 1, 1.25]);
});

test('gradients of components are cut to 100, those of biases are not', () => {
  const all = parameters([30, 0, 0, 1], [20, 0, 1, 0]);
  new Glove(all, 0.1).update(0, 0, { logarithm: 0, weight: 1 }); // e = 600: slopes 12,000 and 18,000
  assert.equal(all.words.data[0], 20);
  assert.equal(all.contexts.data[0], 10);
  assert.equal(all.words.data[2], -600);
  assert.equal(all.contexts.data[3], -600);
});

describe('an update follows the slope of the loss', () => {
  const random = new Random(5);
  const draw = () => 2 * random.unit() - 1;
  const word = [draw(), draw(), draw(), 1];
  const context = [draw(), draw(), 1, draw()];
  const cell = { logarithm: 0.3, weight: 0.7 };
  const lossAt = (w: number[], c: number[]) => new Glove(parameters(w, c), 1).loss(0, 0, cell);
  const after = parameters(word, context);
  new Glove(after, 1).update(0, 0, cell);
  for (const [side, values, data] of [
    ['word', word, after.words.data],
    ['context', context, after.contexts.data],
  ] as const) {
    for (const i of values.keys()) {
      if (values[i] === 1) continue;
      test(`${side} ${i}`, () => {
        const moved = (by: number) => values.map((value, k) => value + (k === i ? by : 0));
        const at = (by: number) => (side === 'word' ? lossAt(moved(by), context) : lossAt(word, moved(by)));
        const slope = (at(1e-5) - at(-1e-5)) / 2e-5;
        // The learning rate and the sums of squares are 1: a step is the slope.
        assert.ok(Math.abs(values[i]! - data[i]! - slope) < 1e-8);
      });
    }
  }
});
