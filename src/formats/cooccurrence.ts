import { open } from 'node:fs/promises';
import type { CellBlock } from '../core/blocks.js';
import { systemCode, WordmillError } from '../core/errors.js';

/**
 * Co-occurrence files, as GloVe's release writes and reads them: a record of 16 bytes for each cell of the matrix that
 * is not zero, little-endian, without a header:
 *
 *     int32 row       the number of a word, from 1: its line in the vocabulary file
 *     int32 column    likewise
 *     float64 value   above 0
 *
 * `cooccur` leaves records sorted by row, then column; `shuffle` in any order. Either can be trained on.
 */
export const CELL_BYTES = 16;

const CELLS_IN_A_BLOCK = 1 << 16;

/** The bytes of some cells. */
export function cellBytes({ rows, columns, values }: CellBlock): Uint8Array {
  const bytes = new Uint8Array(rows.length * CELL_BYTES);
  const view = new DataView(bytes.buffer);
  for (let cell = 0; cell < rows.length; cell++) {
    view.setInt32(cell * CELL_BYTES, rows[cell]! + 1, true);
    view.setInt32(cell * CELL_BYTES + 4, columns[cell]! + 1, true);
    view.setFloat64(cell * CELL_BYTES + 8, values[cell]!, true);
  }
  return bytes;
}

/**
 * Reads a co-occurrence file, block by block.
 *
 * @param words the size of the vocabulary that its numbers count in.
 * @throws WordmillError `noInput` where there is no such file; `data`, with the record, for a word that the vocabulary
 * does not have, a value that is not above 0, and a file that ends inside a record.
 */
export async function* readCells(path: string, words: number): AsyncGenerator<CellBlock> {
  const handle = await openCells(path);
  try {
    const buffer = Buffer.alloc(CELLS_IN_A_BLOCK * CELL_BYTES);
    let first = 0;
    for (let filled = 0; ; filled = 0) {
      for (let read = 1; read > 0 && filled < buffer.length; filled += read) {
        read = (await handle.read(buffer, filled, buffer.length - filled)).bytesRead;
      }
      if (filled % CELL_BYTES !== 0) throw cutShort(path);
      if (filled > 0) yield parseCells(buffer.subarray(0, filled), words, path, first);
      if (filled < buffer.length) return;
      first += CELLS_IN_A_BLOCK;
    }
  } finally {
    await handle.close();
  }
}

/** How many cells a file has. @throws WordmillError as `readCells`. */
export async function countCellsIn(path: string): Promise<number> {
  const handle = await openCells(path);
  try {
    const { size } = await handle.stat();
    if (size % CELL_BYTES !== 0) throw cutShort(path);
    return size / CELL_BYTES;
  } finally {
    await handle.close();
  }
}

async function openCells(path: string) {
  try {
    return await open(path, 'r');
  } catch (error) {
    const missing = systemCode(error) === 'ENOENT';
    const problem = missing
      ? 'there is no such co-occurrence file'
      : `cannot read this co-occurrence file: ${(error as Error).message}`;
    throw new WordmillError(missing ? 'noInput' : 'inputOutput', problem, {
      place: { file: path },
      cause: error,
    });
  }
}

function parseCells(bytes: Buffer, words: number, path: string, first: number): CellBlock {
  const length = bytes.length / CELL_BYTES;
  const [rows, columns, values] = [
    new Uint32Array(length),
    new Uint32Array(length),
    new Float64Array(length),
  ];
  for (let cell = 0; cell < length; cell++) {
    const row = bytes.readInt32LE(cell * CELL_BYTES);
    const column = bytes.readInt32LE(cell * CELL_BYTES + 4);
    const value = bytes.readDoubleLE(cell * CELL_BYTES + 8);
    const record = first + cell + 1;
    if (!(value > 0 && value <= 1e300)) {
      throw problem(path, `record ${record} has the value ${value}, which is not above 0 and finite`);
    }
    if (Math.min(row, column) < 1 || Math.max(row, column) > words) {
      const found = `record ${record} is of the words ${row} and ${column}; the vocabulary has 1 to ${words}`;
      throw problem(path, found, 'Give the vocabulary that the file was counted with.');
    }
    rows[cell] = row - 1;
    columns[cell] = column - 1;
    values[cell] = value;
  }
  return { rows, columns, values };
}

function cutShort(path: string): WordmillError {
  return problem(path, 'it is no whole number of 16-byte records: cut short, or no co-occurrence file');
}

function problem(file: string, text: string, hint?: string): WordmillError {
  return new WordmillError('data', text, { place: { file }, ...(hint && { hint }) });
}
