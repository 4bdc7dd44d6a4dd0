import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idBlock, type WindowBlock } from '../../src/core/blocks.js';
import { Random } from '../../src/core/random.js';
import {
  type LanguageModelWindowsOptions,
  languageModelWindows,
} from '../../src/sampling/language-model-windows.js';
import { chiSquarePValue } from '../support/chi-square.js';
import { collect } from '../support/collect.js';

const windows = async (options: LanguageModelWindowsOptions, sentences: number[][], first = 0) =>
  (await collect(languageModelWindows(options), [idBlock(sentences, first)])).flatMap(
    ({ contexts, contextEnds, targets }: WindowBlock) =>
      Array.from(targets, (target, i): [number[], number] => [
        [...contexts.subarray(i === 0 ? 0 : contextEnds[i - 1], contextEnds[i])],
        target,
      ]),
  );

const sentences = [[1, 2, 3, 4, 5], [6, 7], [8]];

test('last: n words predict the next, where n words stand before it', async () => {
  assert.deepEqual(await windows({ shape: 'last', size: 3 }, sentences), [
    [[1, 2, 3], 4],
    [[2, 3, 4], 5],
  ]);
});

test('last with partial: as many words as stand before, at least one', async () => {
  assert.deepEqual(await windows({ shape: 'last', size: 3, partial: true }, sentences), [
    [[1], 2],
    [[1, 2], 3],
    [[1, 2, 3], 4],
    [[2, 3, 4], 5],
    [[6], 7],
  ]);
});

test('around: n words on the left and n on the right predict the word between', async () => {
  assert.deepEqual(await windows({ shape: 'around', size: 2 }, sentences), [[[1, 2, 4, 5], 3]]);
  assert.deepEqual(await windows({ shape: 'around', size: 1 }, sentences), [
    [[1, 3], 2],
    [[2, 4], 3],
    [[3, 5], 4],
  ]);
});

test('around with partial: windows may be cut short by either end', async () => {
  assert.deepEqual(await windows({ shape: 'around', size: 1, partial: true }, sentences), [
    [[2], 1],
    [[1, 3], 2],
    [[2, 4], 3],
    [[3, 5], 4],
    [[4], 5],
    [[7], 6],
    [[6], 7],
  ]);
});

test('previous: one word predicts the next, whatever the size', async () => {
  assert.deepEqual(await windows({ shape: 'previous', size: 7 }, sentences), [
    [[1], 2],
    [[2], 3],
    [[3], 4],
    [[4], 5],
    [[6], 7],
  ]);
});

test('by default the last 4 words predict the next', async () => {
  assert.deepEqual(await windows({}, sentences), [[[1, 2, 3, 4], 5]]);
});

test("nearby: one word of the window, by one draw of the sentence's stream", async () => {
  const ids = Array.from({ length: 20 }, (_, i) => 100 + i);
  const drawn = await windows({ shape: 'nearby', size: 3, seed: 6, epoch: 2 }, [[5], ids], 40);
  const random = new Random(6, 1, 2, 41);
  const expected = ids.map((target, position): [number[], number] => {
    const around = ids.filter((_, other) => other !== position && Math.abs(other - position) <= 3);
    return [[around[random.below(around.length)]!], target];
  });
  assert.deepEqual(drawn, expected);
});

test('nearby words are uniform over the window', async () => {
  const ids = Array.from({ length: 40_000 }, (_, i) => i);
  const counts = new Float64Array(8);
  const inside = (await windows({ shape: 'nearby', size: 4 }, [ids])).slice(4, -4);
  for (const [[context], target] of inside) {
    const offset = context! - target;
    counts[offset < 0 ? offset + 4 : offset + 3]!++;
  }
  const p = chiSquarePValue(counts, new Float64Array(8).fill(inside.length / 8));
  assert.ok(p > 1e-3, `p = ${p}`);
});

test('an option out of range is refused by name', () => {
  assert.throws(() => languageModelWindows({ size: 0 }), /^WordmillError: windows\.size: /);
});
