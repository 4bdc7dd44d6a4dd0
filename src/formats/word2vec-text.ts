import { firstRows } from './first-rows.js';
import { ReadingNotes } from './reading-notes.js';
import type { RowBlock, VectorBatches, VectorShape } from './row-blocks.js';
import { textRowBlocks } from './text-row-blocks.js';
import { textRowBatches } from './text-rows.js';
import type { OpenFormat } from './vector-stream.js';
import { checkOneRowEach, type ListedVectors } from './word-vectors.js';
import { formatHeader, readHeader, warnOfWrongCount } from './word2vec-header.js';

/**
 * word2vec text, as `word2vec.c -binary 0` and fastText's .vec files have it: a header line `rows dimensions`, then
 * for each word a line of the word and its numbers. (word2vec.c puts a space at the end of each row, this writer,
 * like gensim, does not; readers take both.)
 */

/** Vectors as word2vec text. */
export function word2vecTextBlocks(vectors: ListedVectors): AsyncGenerator<RowBlock> {
  checkOneRowEach(vectors);
  return word2vecTextOfBatches([vectors], vectors.matrix);
}

/** Vectors that come some at a time as word2vec text. */
export function word2vecTextOfBatches(
  batches: VectorBatches,
  { rows, dimensions }: VectorShape,
): AsyncGenerator<RowBlock> {
  return textRowBlocks(batches, formatHeader(rows, dimensions));
}

/**
 * Opens word2vec text. Rows that are there are read, whether or not the header counts as many; a difference is told.
 *
 * @throws WordmillError `data`, with file and line, for a missing or impossible header; from its batches for a row with
 * fewer numbers, or a field that is not a number.
 */
export const openWord2vecText: OpenFormat = async (file, options) => {
  // A row of text is at least `x 0 0\n` with an empty word.
  const header = await readHeader(file, (numbers) => 2 * numbers + 1, options);
  const { limit = Infinity } = options;
  return {
    rows: Math.min(header.rows, limit),
    dimensions: header.dimensions,
    async *batches() {
      const notes = new ReadingNotes();
      const bytes = file.bytes(options);
      let rows = 0;
      try {
        const shape = { path: file.path, dimensions: header.dimensions, headerLines: 1 };
        for await (const batch of firstRows(textRowBatches(bytes, shape, notes), options.limit)) {
          rows += batch.words.length;
          yield batch;
        }
      } finally {
        await bytes.close();
      }
      if (rows < limit) warnOfWrongCount(header, rows, file.path, options);
      notes.tell(file.path, options);
    },
    close: () => file.close(),
  };
};
