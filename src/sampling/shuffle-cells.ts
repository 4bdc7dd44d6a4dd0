import type { CellBlock } from '../core/blocks.js';
import { mix, Random, STREAMS } from '../core/random.js';

/** What a cell takes while it is sorted, about. */
const BYTES_A_CELL = 200;

/**
 * What cells are put in order by when they are shuffled (docs/glove.md, "Shuffling"): 32 bits of row and column, so that
 * the order depends on neither how cells come nor who sorts them.
 */
export function cellKeys(seed: number): (row: number, column: number) => number {
  const random = new Random(seed, STREAMS.shuffledCells);
  const [rowKey, columnKey] = [random.next(), random.next()];
  return (row, column) => mix(mix(row ^ rowKey) ^ mix(column ^ columnKey));
}

/**
 * Cells in an order that a seed draws. Where they do not fit the memory, they are read once for each part of the keys.
 *
 * @param read starts from the beginning each time.
 */
export async function* shuffleCells(
  read: () => AsyncIterable<CellBlock>,
  options: { readonly cells: number; readonly seed: number; readonly memoryBytes: number },
): AsyncGenerator<CellBlock> {
  const keyOf = cellKeys(options.seed);
  const parts = Math.max(1, Math.ceil((options.cells * BYTES_A_CELL) / options.memoryBytes));
  for (let part = 0; part < parts; part++) {
    const found: { key: number; row: number; column: number; value: number }[] = [];
    for await (const { rows, columns, values } of read()) {
      for (const [cell, row] of rows.entries()) {
        const column = columns[cell]!;
        const key = keyOf(row, column);
        if (Math.floor((key * parts) / 0x1_0000_0000) !== part) continue;
        found.push({ key, row, column, value: values[cell]! });
      }
    }
    found.sort((a, b) => a.key - b.key || a.row - b.row || a.column - b.column);
    if (found.length === 0) continue;
    yield {
      rows: Uint32Array.from(found, ({ row }) => row),
      columns: Uint32Array.from(found, ({ column }) => column),
      values: Float64Array.from(found, ({ value }) => value),
    };
  }
}
