import { type Addon, availableAddon } from '../native/addon.js';
import { lineBlocks } from './line-blocks.js';
import type { ReadingNotes } from './reading-notes.js';
import { TextBlock } from './text-block.js';
import type { ByteStream } from './vector-file.js';
import type { VectorBatch } from './vector-stream.js';

/** The rows that GloVe text and word2vec text share: a word, then numbers, each after one space; then `\n`. */

/** How rows lie in a text file. */
export interface TextRows {
  /** For errors. */
  readonly path: string;
  readonly dimensions: number;
  /** Lines before the first row. */
  readonly headerLines: number;
}

/** Blocks that are being read while the rows before them are used: as many as there are threads worth having. */
const BLOCKS_AHEAD = 2;

/**
 * Reads rows of text, about a megabyte at a time. A row's last `dimensions` fields are its numbers and all before them
 * its word, so that words with spaces, which some published files have, are read whole. White space at the end of a
 * line, `\r\n`, a missing last `\n` and empty lines are no matter.
 *
 * @param notes is told of odd words and numbers
 * @param addon what reads plain rows; with null, the same numbers come from JavaScript, more slowly
 * @throws WordmillError `data`, with file and line, for a row with fewer numbers, or a field that is not a number.
 */
export async function* textRowBatches(
  bytes: ByteStream,
  { path, dimensions, headerLines }: TextRows,
  notes: ReadingNotes,
  addon: Addon | null = availableAddon(),
): AsyncGenerator<VectorBatch> {
  const idle = Array.from({ length: BLOCKS_AHEAD + 1 }, () => new TextBlock(path, dimensions, notes));
  const pending: TextBlock[] = [];
  let begun = 0;
  let line = 0;
  const finishFirst = async (): Promise<VectorBatch> => {
    const block = pending[0]!;
    const batch = await block.finish(line);
    line += block.lines;
    idle.push(pending.shift()!);
    return batch;
  };
  try {
    for await (const bytesOfBlock of lineBlocks(bytes, path, BLOCKS_AHEAD)) {
      const block = idle.shift()!;
      block.begin(bytesOfBlock, begun++ === 0 ? headerLines : 0, addon);
      pending.push(block);
      if (pending.length > BLOCKS_AHEAD) yield await finishFirst();
    }
    while (pending.length > 0) yield await finishFirst();
  } finally {
    // No thread may go on filling memory that nobody holds any more.
    await Promise.allSettled(pending.map(({ started }) => started));
  }
}
