import { pipeline, Readable } from 'node:stream';
import { parse, writeToString } from 'fast-csv';
import type { TextBlock } from '../../core/blocks.js';
import { throwIfAborted, WordmillError } from '../../core/errors.js';

/** Words that are the same inside CSV as outside. */
const PLAIN = /^[\p{L}\p{M}\p{N}_'-]+$/u;
/** fast-csv gets pieces of this many bytes, of which its streams hold back some 20. */
const PIECE = 8 << 10;
/** What is never a row; without a limit, a quote left open would have fast-csv read the whole input again and again. */
const LONGEST_ROW = 256 << 10;

/** Each word as a CSV cell: quoted by fast-csv where it has to be. */
export async function csvCells(words: readonly string[]): Promise<string[]> {
  const cells = [...words];
  const others = words.flatMap((word, id) => (PLAIN.test(word) ? [] : [id]));
  for (const id of others) cells[id] = await writeToString([[words[id]!]], { headers: false });
  return cells;
}

/** A row of CSV, unquoted. */
export interface CsvRow {
  readonly cells: readonly string[];
  /** The line on which the row starts, from 1. */
  readonly line: number;
}

/**
 * Reads CSV rows through fast-csv. Blocks may be cut anywhere; an empty line is a row without cells.
 *
 * @throws `data` for a quote that is never closed or has text after it; the line is that after the last row known to
 *   be right, since fast-csv does not say more.
 */
export async function* csvRows(
  input: AsyncIterable<TextBlock>,
  signal: AbortSignal,
  file: string | undefined,
): AsyncGenerator<CsvRow> {
  let line = 1;
  let unread = 0; // bytes given to the parser since it last gave a row
  const wrong = (problem: string): WordmillError =>
    new WordmillError('data', problem, {
      place: file === undefined ? { line } : { file, line },
      hint: 'A cell with a quote in it is itself quoted, and the quote doubled: "say ""when""".',
    });
  async function* chunks(): AsyncGenerator<Buffer> {
    for await (const { bytes } of input) {
      throwIfAborted(signal);
      for (let start = 0; start < bytes.length; start += PIECE) {
        if (unread > LONGEST_ROW) throw wrong('this row is longer than 256 KiB: is a quote never closed?');
        const piece = bytes.subarray(start, start + PIECE);
        unread += piece.length;
        yield Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
      }
    }
  }
  const parser = parse({ headers: false });
  pipeline(Readable.from(chunks(), { highWaterMark: 1 }), parser, () => {});
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      unread = 0;
      yield { cells, line };
      line += 1 + cells.reduce((breaks, cell) => breaks + cell.split('\n').length - 1, 0);
    }
  } catch (error) {
    const { message } = error as Error;
    if (error instanceof WordmillError || !message.startsWith('Parse Error')) throw error;
    throw wrong(`this is not CSV, here or in a later line: ${message.slice(0, 100)}`);
  } finally {
    parser.destroy();
  }
}
