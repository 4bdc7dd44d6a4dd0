import assert from 'node:assert/strict';
import { test } from 'node:test';
import { megabytesPerGigabyte } from './slope.js';

const line = (slope: number) =>
  Array.from({ length: 20 }, (_, second) => ({ read: second * 1e8, bytes: 1e8 + slope * second * 1e8 }));

test('a byte for each thousand that are read is a megabyte for each gigabyte', () => {
  assert.ok(Math.abs(megabytesPerGigabyte(line(1 / 1000)) - 1) < 1e-9);
  assert.equal(megabytesPerGigabyte(line(0)), 0);
  assert.throws(() => megabytesPerGigabyte(line(1).slice(0, 9)), /9 samples tell nothing/);
});
