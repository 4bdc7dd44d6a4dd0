import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { axisOver, placeOn } from '../../../src/pipeline/report/axis.js';

/** Its ends, and its ticks as they are read. */
function described(...call: Parameters<typeof axisOver>): string {
  const axis = axisOver(...call);
  const [least, most] = [axis.least, axis.most].map((end) => Number(end.toPrecision(6)));
  return `${least}…${most}: ${axis.ticks.map((tick) => axis.label(tick)).join(' ')}`;
}

describe('an axis', () => {
  test('has round numbers, 1, 2 or 5 times a power of ten apart, that hold all values', () => {
    assert.equal(described([1.31, 2.78]), '1…3: 1.0 1.5 2.0 2.5 3.0');
    assert.equal(described([0.021, 0.0004], { fromZero: true }), '0…0.03: 0.00 0.01 0.02 0.03');
    assert.equal(described([-3, 5]), '-4…6: -4 -2 0 2 4 6');
    assert.equal(described([812_000, 1_930_000], { fromZero: true }), '0…2000000: 0 500K 1M 1.5M 2M');
  });

  test('ends with its values where it is tight', () => {
    assert.equal(described([0, 730], { tight: true }), '0…730: 0 200 400 600');
  });

  test('has room around one value, around values that differ by rounding, and around none', () => {
    assert.equal(described([2]), '1…3: 1.0 1.5 2.0 2.5 3.0');
    assert.equal(described([0.7, 0.7 + 1e-16]), '0.2…1.2: 0.2 0.4 0.6 0.8 1.0 1.2');
    assert.equal(described([0], { fromZero: true }), '0…1: 0.0 0.5 1.0');
    assert.equal(described([]), '0…1: 0.0 0.5 1.0');
  });

  test('has a place for each value, from 0 to 1', () => {
    const axis = axisOver([1.31, 2.78]);
    assert.deepEqual(
      [1, 1.5, 3].map((value) => placeOn(axis, value)),
      [0, 0.25, 1],
    );
  });
});
