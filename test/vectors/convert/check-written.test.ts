import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { VectorBatch } from '../../../src/formats/vector-stream.js';
import { checkWritten } from '../../../src/vectors/convert/check-written.js';
import { toleranceOf } from '../../../src/vectors/convert/target.js';
import { padded } from '../../formats/support.js';

type Row = readonly [string, ...number[]];

/** Rows, some at a time. */
async function* batchesOf(rows: readonly Row[], together: number): AsyncGenerator<VectorBatch> {
  for (let first = 0; first < rows.length; first += together) {
    const some = rows.slice(first, first + together);
    yield { words: some.map(([word]) => word), matrix: padded(some.map(([, ...values]) => values)) };
  }
}

const ROWS: readonly Row[] = [
  ['a', 1, -2],
  ['b', 0.5, Number.NaN],
  ['c', Infinity, 3e-40],
  ['d', 100000, 4],
];

function check(written: readonly Row[], dtype: 'f32' | 'f16' | 'text' = 'f32') {
  const tolerance = toleranceOf(dtype === 'text' ? undefined : dtype);
  return checkWritten(batchesOf(ROWS, 3), batchesOf(written, 1), tolerance, 'out.bin');
}

describe('what is read back is compared with what was to be written', () => {
  test('the same rows are the same, however they are cut into batches', async () => {
    for (const together of [1, 2, 3, 4, 5]) {
      await checkWritten(batchesOf(ROWS, 2), batchesOf(ROWS, together), toleranceOf('f32'), 'out.bin');
    }
    await checkWritten(batchesOf([], 1), batchesOf([], 1), toleranceOf('f32'), 'out.bin');
  });

  const wrong: [string, readonly Row[], RegExp][] = [
    [
      'another word',
      [ROWS[0]!, ['x', 0.5, Number.NaN], ...ROWS.slice(2)],
      /out\.bin: read back, row 2 has the word "x", not "b"/,
    ],
    ['another number', [...ROWS.slice(0, 3), ['d', 100000.01, 4]], /row 4 \("d"\) has other numbers/],
    ['a number in place of NaN', [ROWS[0]!, ['b', 0.5, 0], ...ROWS.slice(2)], /row 2/],
    ['other dimensions', [['a', 1], ...ROWS.slice(1)], /row 1 \("a"\) has other numbers/],
    ['a missing row', ROWS.slice(0, 3), /row 4 is missing/],
    ['a row too many', [...ROWS, ['e', 1, 1]], /row 5 is not among what was converted/],
  ];
  for (const [what, rows, message] of wrong) {
    test(`${what} is found`, async () => {
      await assert.rejects(check(rows), { kind: 'internal', message });
    });
  }

  test('text keeps six digits, float16 three', async () => {
    const near: readonly Row[] = [...ROWS.slice(0, 3), ['d', 100000.4, 4]];
    await check(near, 'text');
    await assert.rejects(check([...ROWS.slice(0, 3), ['d', 100001, 4]], 'text'), { kind: 'internal' });
    await check([...ROWS.slice(0, 3), ['d', 100040, 4.001]], 'f16');
    await assert.rejects(check([...ROWS.slice(0, 3), ['d', 100000, 4.003]], 'f16'), { kind: 'internal' });
  });
});
