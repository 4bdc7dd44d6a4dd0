/** A piece of a vector file, about a megabyte, and how many rows are written once it is. */
export interface RowBlock {
  readonly bytes: Uint8Array;
  readonly rowsDone: number;
}

/** How one format lays out its rows. */
export interface RowLayout {
  readonly rows: number;
  /** ASCII that stands before the first row. */
  readonly header: string;
  /** No row of this number is longer, in bytes. */
  longest(row: number): number;
  /** Writes a row at a position, and returns the position after it. */
  write(row: number, bytes: Buffer, position: number): number;
}

const BLOCK_BYTES = 1 << 20;

/** Writes rows one after the other into blocks; every block has memory of its own. */
export function* rowBlocks(layout: RowLayout): Generator<RowBlock> {
  let block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  let position = block.write(layout.header, 'latin1');
  for (let row = 0; row < layout.rows; row++) {
    const longest = layout.longest(row);
    if (position + longest > block.length) {
      if (position > 0) yield { bytes: block.subarray(0, position), rowsDone: row };
      block = Buffer.allocUnsafeSlow(Math.max(BLOCK_BYTES, longest));
      position = 0;
    }
    position = layout.write(row, block, position);
  }
  if (position > 0) yield { bytes: block.subarray(0, position), rowsDone: layout.rows };
}

/** UTF-8 takes at most this many bytes for each unit of a JavaScript string. */
export const UTF8_BYTES_PER_UNIT = 3;
