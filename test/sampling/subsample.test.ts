import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idBlock } from '../../src/core/blocks.js';
import { Random } from '../../src/core/random.js';
import { UNKNOWN, Vocabulary } from '../../src/core/vocabulary.js';
import { keepThresholds, subsample } from '../../src/sampling/subsample.js';
import { chiSquarePValue } from '../support/chi-square.js';
import { collectWithReport } from '../support/collect.js';

const ALL = 2 ** 32 - 1;
const share = (thresholds: Uint32Array) => Array.from(thresholds, (threshold) => threshold / 2 ** 32);
const close = (actual: number[], expected: number[]) => {
  assert.equal(actual.length, expected.length);
  for (const [i, value] of expected.entries()) assert.ok(Math.abs(actual[i]! - value) < 1e-6, `${actual}`);
};

test("word2vec.c's formula is sqrt(t/f) + t/f, the paper's sqrt(t/f); f is the share of tokens that have an id", () => {
  // f = 0.64, 0.32, 0.04; t = 0.01: t/f = 1/64, 1/32, 1/4
  const vocabulary = new Vocabulary({
    words: ['the', 'of', 'rare'],
    counts: [64, 32, 4],
    unknownCount: 1000,
  });
  close(share(keepThresholds(vocabulary, 0.01)), [0.125 + 0.015625, Math.SQRT1_2 / 4 + 0.03125, 0.75]);
  close(share(keepThresholds(vocabulary, 0.01, 'paper')), [0.125, Math.SQRT1_2 / 4, 0.5]);
});

test('a threshold is floor(p * 2^32), and at most 2^32 - 1, which keeps without a draw', () => {
  const vocabulary = new Vocabulary({ words: ['the', 'rare'], counts: [99, 1] });
  const ratio = 0.02 / 0.99;
  assert.deepEqual(
    [...keepThresholds(vocabulary, 0.02)],
    [Math.floor((Math.sqrt(ratio) + ratio) * 2 ** 32), ALL],
  );
});

test("with word2vec.c's formula a word is always kept while f is at most 2.618 t", () => {
  const vocabulary = new Vocabulary({ words: ['a', 'b', 'c'], counts: [9_994_764, 2_619, 2_617] });
  const [, above, below] = keepThresholds(vocabulary, 1e-4);
  assert.ok(above! < ALL);
  assert.equal(below, ALL);
});

test('<UNK> counts as a word where it has an id', () => {
  const vocabulary = new Vocabulary({ words: ['a'], counts: [36], unknown: 'token', unknownCount: 64 });
  assert.equal(vocabulary.words[1], UNKNOWN);
  close(share(keepThresholds(vocabulary, 0.01, 'paper')), [1 / 6, 0.125]);
});

test('t = 0 keeps all, and so does a count of 0', () => {
  const vocabulary = new Vocabulary({ words: ['a', 'b', 'c'], counts: [1000, 1, 0] });
  assert.deepEqual([...keepThresholds(vocabulary, 0)], [ALL, ALL, ALL]);
  assert.equal(keepThresholds(vocabulary, 1e-5)[2], ALL);
});

test('a negative t is refused', () => {
  const vocabulary = new Vocabulary({ words: ['a'], counts: [1] });
  assert.throws(
    () => keepThresholds(vocabulary, -1),
    /sampling.subsample: subsample must be a number of at least 0/,
  );
});

test('sentences keep their places and numbers even when nothing of them is left', async () => {
  const vocabulary = new Vocabulary({ words: ['the', 'rare'], counts: [999_999, 1] });
  const stage = subsample({ vocabulary, subsample: 1e-6 });
  const { batches, report } = await collectWithReport(stage, [idBlock([[0, 0], [0, 1, 0], [], [1]], 7)]);
  assert.deepEqual(batches, [idBlock([[], [1], [], [1]], 7)]);
  assert.deepEqual(report.stages.subsample, {
    counts: { tokens: 2 },
    dropped: { 'frequent word': 4 },
  });
});

test("each token takes one draw of its sentence's stream, but one that is always kept takes none", async () => {
  const vocabulary = new Vocabulary({ words: ['the', 'rare'], counts: [90, 10] });
  const thresholds = keepThresholds(vocabulary, 0.1);
  assert.equal(thresholds[1], ALL);
  const ids = Array.from({ length: 50 }, (_, i) => i % 2);
  const { batches } = await collectWithReport(subsample({ vocabulary, subsample: 0.1, seed: 3, epoch: 1 }), [
    idBlock([ids], 2 ** 32 + 12),
  ]);
  const random = new Random(3, 1, 1, 12);
  assert.deepEqual(
    [...batches[0]!.ids],
    ids.filter((id) => id === 1 || random.next() < thresholds[0]!),
  );
});

for (const formula of ['word2vec', 'paper'] as const) {
  test(`tokens are kept as often as the ${formula} formula says`, async () => {
    const counts = [50_000, 30_000, 15_000, 4_000, 1_000];
    const vocabulary = new Vocabulary({ words: ['a', 'b', 'c', 'd', 'e'], counts });
    const t = 0.005;
    const sentences = Array.from({ length: 1000 }, () =>
      counts.flatMap((count, id) => new Array(count / 1000).fill(id)),
    );
    const { batches } = await collectWithReport(
      subsample({ vocabulary, subsample: t, subsampleFormula: formula, seed: 17 }),
      [idBlock(sentences)],
    );
    const kept = new Float64Array(5);
    for (const id of batches[0]!.ids) kept[id]!++;
    for (const [id, count] of counts.entries()) {
      const ratio = t / (count / 100_000);
      const keep = Math.min(1, formula === 'paper' ? Math.sqrt(ratio) : Math.sqrt(ratio) + ratio);
      if (keep === 1) {
        assert.equal(kept[id], count);
        continue;
      }
      const p = chiSquarePValue([kept[id]!, count - kept[id]!], [count * keep, count * (1 - keep)]);
      assert.ok(p > 1e-3, `${vocabulary.words[id]}: p = ${p}`);
    }
  });
}
