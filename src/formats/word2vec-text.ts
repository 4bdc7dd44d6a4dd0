import { WordmillError } from '../core/errors.js';
import { InputFile } from './input-file.js';
import type { RowBlock } from './row-blocks.js';
import { textRowBlocks } from './text-row-blocks.js';
import { readTextRows } from './text-rows.js';
import { checkOneRowEach, type ListedVectors, type ReadOptions } from './word-vectors.js';
import { formatHeader, readHeader } from './word2vec-header.js';

/**
 * word2vec text, as `word2vec.c -binary 0` and fastText's .vec files have it: a header line `rows dimensions`, then
 * for each word a line of the word and its numbers. (word2vec.c puts a space at the end of each row, this writer,
 * like gensim, does not; readers take both.)
 */

/** Vectors as word2vec text. */
export function word2vecTextBlocks(vectors: ListedVectors): AsyncGenerator<RowBlock> {
  checkOneRowEach(vectors);
  return textRowBlocks([vectors], formatHeader(vectors.words.length, vectors.matrix.dimensions));
}

/**
 * Reads word2vec text.
 *
 * @throws WordmillError `noInput`; `data`, with file and line, for a missing or impossible header, fewer or more rows
 * than it says, a row with fewer numbers, or a field that is not a number.
 */
export async function readWord2vecText(path: string, options: ReadOptions = {}): Promise<ListedVectors> {
  const file = await InputFile.open(path);
  try {
    // A row of text is at least `x 0 0\n` with an empty word.
    const { rows, dimensions } = await readHeader(file, (numbers) => 2 * numbers + 1);
    const vectors = await readTextRows(file, { rows, dimensions, headerLines: 1 }, options);
    if (vectors.words.length < rows) {
      throw new WordmillError('data', `the header says ${rows} rows; the file has ${vectors.words.length}`, {
        place: { file: path, line: vectors.words.length + 1 },
        hint: 'The file was cut short, or its header is wrong.',
      });
    }
    return vectors;
  } finally {
    await file.close();
  }
}
