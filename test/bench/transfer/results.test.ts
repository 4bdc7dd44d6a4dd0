import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type CellResult, MODES, SEEDS, SETTINGS } from '../../../bench/transfer/cells.js';
import {
  appendResult,
  dataKey,
  markdownTable,
  places,
  readResults,
} from '../../../bench/transfer/results.js';
import { temporaryFolder } from '../../formats/support.js';

const folder = temporaryFolder();

/** F1 of 40 to 44 % with random vectors, of 30 to 34 % frozen and 50 to 54 % fine-tuned. */
function results(seeds: readonly number[]): CellResult[] {
  const base = { random: 0.4, frozen: 0.3, 'fine-tuned': 0.5 };
  return seeds.flatMap((seed) =>
    MODES.map((mode) => ({
      ...({ corpus: 'wikigold', mode, fraction: 0.1, seed } as const),
      ...{ f1: base[mode] + (seed - 1) / 100, precision: 0, recall: 0, developmentF1: 0 },
      ...{ epochs: 1, seconds: 1 },
    })),
  );
}

function fileOf(name: string, of: readonly CellResult[], data: string): string {
  const path = join(folder, name);
  for (const result of of) appendResult(path, result, data);
  return path;
}

describe('the table of what vectors are worth', () => {
  test('has a sign before standard errors above and below random', () => {
    const table = markdownTable(places(readResults(fileOf('whole', results(SEEDS), 'a'))));
    // The variance of 0, 1, …, 4 is 2.5: the mean's error is sqrt(2.5 / 5) = 0.7, the difference's sqrt(2 · 0.5) = 1.
    assert.equal(
      table,
      [
        '| corpus | training data | random | frozen | fine-tuned |',
        '|---|---|---|---|---|',
        '| WikiGold | 10 % | 42.0 ± 0.7 | 32.0 ± 0.7 (−10.0 SE) | 52.0 ± 0.7 (+10.0 SE) |',
        '',
      ].join('\n'),
    );
  });

  test('has no row that lacks a training', () => {
    const path = fileOf('part', results(SEEDS).slice(0, -1), 'a');
    assert.deepEqual(places(readResults(path)), []);
  });
});

describe('results of other vectors or another split', () => {
  test('are not taken', () => {
    const path = fileOf('mixed', results([1]), 'a');
    fileOf('mixed', results([2, 3]), 'b');
    assert.equal(readResults(path, 'a').size, 3);
    assert.equal(readResults(path, 'b').size, 6);
    assert.equal(readResults(path, 'c').size, 0);
    assert.equal(readResults(path).size, 6);
  });

  test('are told by what is in the files', () => {
    const [one, other] = ['one', 'other'].map((name) => {
      const path = join(folder, name);
      writeFileSync(path, name);
      return dataKey(path);
    });
    assert.match(one!, /^[0-9a-f]{12}$/);
    assert.notEqual(one, other);
  });

  test('lines that do not say theirs are of the first: one key for all, and cut lines are none', () => {
    const path = fileOf('old', [], 'a');
    const settings = createHash('sha256').update(JSON.stringify(SETTINGS)).digest('hex').slice(0, 12);
    for (const result of results([1])) appendFileSync(path, `${JSON.stringify({ settings, ...result })}\n`);
    appendFileSync(path, `{"settings":"${settings}","corp`);
    assert.equal(readResults(path).size, 3);
    assert.equal(readResults(path, 'a').size, 0);
  });
});
