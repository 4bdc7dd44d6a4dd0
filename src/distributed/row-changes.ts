import { setImmediate as nextTurn } from 'node:timers/promises';
import { throwIfAborted } from '../core/errors.js';
import type { Matrix } from '../core/vectors.js';
import { littleEndian } from '../formats/packed-rows.js';
import { headerText, safetensorsHeader, type TensorEntry } from '../formats/safetensors-header.js';
import { BufferedFile } from '../tokenize/buffered-file.js';
import { MATRICES, type MatrixName } from './model.js';

/**
 * What a round changed of a model, as a safetensors file: for `input` (E) and `output` (W) the numbers of the rows that
 * changed, rising, as uint32 `[n]`, and their new values, float32 `[n, dimensions]`. Metadata: `format`, `version`, and
 * how many rows the whole matrices have. It is written and read in blocks, so that neither side holds it.
 */
export const FORMAT = 'wordmill row changes';
export const VERSION = '1';

/** Rows of a matrix, and how to come by their values. */
export interface ChangedRows {
  /** Their numbers, rising. */
  readonly rows: Uint32Array;
  /** How many the whole matrix has. */
  readonly of: number;
  readonly dimensions: number;
  /** Fills a block with the values of as many rows as it holds, from the `first`th of `rows` on. Called in order, once each. */
  fill(first: number, block: Float32Array): void | Promise<void>;
}

/** Floats of a block that is read or written at once: 1 MiB. */
export const BLOCK_FLOATS = 1 << 18;
/** Rows that are compared before others get a turn. */
const ROWS_IN_A_TURN = 1 << 15;

/** How many rows fit into a block; at least one. */
export function rowsInBlock(dimensions: number): number {
  return Math.max(1, Math.floor(BLOCK_FLOATS / dimensions));
}

/**
 * The rows of a matrix that differ from what they were, bit for bit; padding is not looked at.
 *
 * @param before and `after`: of the same shape.
 */
export async function changedRows(before: Matrix, after: Matrix, signal: AbortSignal): Promise<ChangedRows> {
  const { rows: of, dimensions, stride } = after;
  const [old, now] = [before, after].map(
    ({ data }) => new Uint32Array(data.buffer, data.byteOffset, data.length),
  );
  const found = new Uint32Array(of);
  let count = 0;
  for (let row = 0; row < of; row++) {
    if (row % ROWS_IN_A_TURN === 0) {
      await nextTurn();
      throwIfAborted(signal);
    }
    const start = row * stride;
    const end = start + dimensions;
    let at = start;
    const shift = row * before.stride - start;
    while (at < end && old![at + shift] === now![at]) at++;
    if (at < end) found[count++] = row;
  }
  const rows = found.slice(0, count);
  return {
    ...{ rows, of, dimensions },
    fill(first, block) {
      for (let start = 0; start < block.length; start += dimensions) {
        const from = rows[first + start / dimensions]! * stride;
        block.set(after.data.subarray(from, from + dimensions), start);
      }
    },
  };
}

/**
 * Writes changed rows to a file. Equal rows and values give equal bytes.
 *
 * @param about what else the file's metadata say.
 * @throws WordmillError as `outputError` says; the abort error when the signal fires; whatever `fill` throws.
 */
export async function writeRowChanges(
  path: string,
  changes: Readonly<Record<MatrixName, ChangedRows>>,
  signal: AbortSignal,
  about: Readonly<Record<string, string>> = {},
): Promise<void> {
  const file = await BufferedFile.create(path);
  try {
    await file.write(headerBytes(changes, about));
    for (const name of MATRICES) {
      const { rows, dimensions, fill } = changes[name];
      await file.write(littleEndian(Uint32Array.from(rows)));
      const atOnce = rowsInBlock(dimensions);
      for (let first = 0; first < rows.length; first += atOnce) {
        throwIfAborted(signal);
        const block = new Float32Array(Math.min(atOnce, rows.length - first) * dimensions);
        await fill(first, block);
        await file.write(littleEndian(block));
      }
    }
    await file.finish();
  } finally {
    await file.close();
  }
}

function headerBytes(
  changes: Readonly<Record<MatrixName, ChangedRows>>,
  about: Readonly<Record<string, string>>,
): Buffer {
  let offset = 0;
  const entries = MATRICES.flatMap((name) => {
    const { rows, dimensions } = changes[name];
    return [
      { name: `${name}.rows`, type: 'U32' as const, shape: [rows.length] },
      { name: `${name}.values`, type: 'F32' as const, shape: [rows.length, dimensions] },
    ].map((tensor): TensorEntry => {
      const begin = offset;
      offset += 4 * tensor.shape.reduce((product, size) => product * size, 1);
      return { ...tensor, begin, end: offset };
    });
  });
  const sizes = Object.fromEntries(MATRICES.map((name) => [`${name}Rows`, `${changes[name].of}`]));
  return safetensorsHeader(headerText(entries, { format: FORMAT, version: VERSION, ...sizes, ...about }));
}
