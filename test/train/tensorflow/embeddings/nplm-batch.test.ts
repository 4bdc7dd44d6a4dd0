import assert from 'node:assert/strict';
import { test } from 'node:test';
import { languageModelGroups } from '../../../../src/sampling/language-model-windows.js';
import type { WindowsOptions } from '../../../../src/sampling/options.js';
import { SentenceSampler } from '../../../../src/sampling/sentence-sampler.js';
import { contextPlaces, NplmBatch } from '../../../../src/train/tensorflow/embeddings/nplm-batch.js';

const OUTSIDE = 9;

/** The windows of the sentence 0 1 2 3, as rows of contexts and their targets. */
function rows(windows: WindowsOptions): [number[], number][] {
  const sampler = new SentenceSampler({ window: windows.size, windowMode: 'fixed', seed: 1 });
  sampler.start(Uint32Array.of(0, 1, 2, 3), 0, 4, 0, 0);
  const batch = new NplmBatch(windows, OUTSIDE, 10);
  for (const group of languageModelGroups(sampler, windows)) batch.add(group);
  return Array.from(batch.targets, (target, row) => [
    [...batch.contexts.subarray(row * batch.places, (row + 1) * batch.places)],
    target,
  ]);
}

test('last: the words before, in text order', () => {
  assert.deepEqual(rows({ shape: 'last', size: 2, partial: false }), [
    [[0, 1], 2],
    [[1, 2], 3],
  ]);
});

test('last, partial: the nearest word always has the last place; those outside the sentence are marked', () => {
  assert.deepEqual(rows({ shape: 'last', size: 2, partial: true }), [
    [[OUTSIDE, 0], 1],
    [[0, 1], 2],
    [[1, 2], 3],
  ]);
});

test('around: the words before and after', () => {
  assert.deepEqual(rows({ shape: 'around', size: 1, partial: false }), [
    [[0, 2], 1],
    [[1, 3], 2],
  ]);
});

test('around, partial: a window cut short at the start is told from one cut short at the end', () => {
  assert.deepEqual(rows({ shape: 'around', size: 2, partial: true }), [
    [[OUTSIDE, OUTSIDE, 1, 2], 0],
    [[OUTSIDE, 0, 2, 3], 1],
    [[0, 1, 3, OUTSIDE], 2],
    [[1, 2, OUTSIDE, OUTSIDE], 3],
  ]);
});

test('previous and nearby: one place', () => {
  assert.deepEqual(rows({ shape: 'previous', size: 4, partial: false }), [
    [[0], 1],
    [[1], 2],
    [[2], 3],
  ]);
  const nearby = rows({ shape: 'nearby', size: 2, partial: false });
  assert.deepEqual(
    nearby.map(([, target]) => target),
    [0, 1, 2, 3],
  );
  for (const [[context], target] of nearby) assert.ok([1, 2].includes(Math.abs(context! - target)));
});

test('places: N, or 2 N around, or one', () => {
  const places = (shape: WindowsOptions['shape']) => contextPlaces({ shape, size: 3, partial: false });
  assert.deepEqual([places('last'), places('around'), places('previous'), places('nearby')], [3, 6, 1, 1]);
});

test('a batch is full at its capacity, and used again', () => {
  const batch = new NplmBatch({ shape: 'previous', size: 1, partial: false }, OUTSIDE, 1);
  const group = { target: 5, targetPosition: 1, length: 1 };
  batch.add({ ...group, contexts: Uint32Array.of(4), contextPositions: Uint32Array.of(0) });
  assert.ok(batch.isFull);
  batch.clear();
  assert.deepEqual([batch.length, batch.isFull, batch.contexts.length], [0, false, 0]);
});
