import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chiSquarePValue, chiSquareTail } from './chi-square.js';

test("the chi-square helper agrees with the printed table's 5 % and 0.1 % points", () => {
  const table: [x: number, degrees: number, tail: number][] = [
    [3.841, 1, 0.05],
    [18.307, 10, 0.05],
    [124.342, 100, 0.05],
    [10.828, 1, 0.001],
    [149.449, 100, 0.001],
  ];
  for (const [x, degrees, tail] of table) {
    assert.ok(Math.abs(chiSquareTail(x, degrees) / tail - 1) < 1e-3, `${x}, ${degrees}`);
  }
});

test('the chi-square helper refuses a loaded die and accepts a fair one', () => {
  assert.ok(chiSquarePValue([90, 100, 110, 100, 95, 105], new Array(6).fill(100)) > 0.1);
  assert.ok(chiSquarePValue([50, 100, 150, 100, 95, 105], new Array(6).fill(100)) < 1e-6);
});
