import { WordmillError } from '../core/errors.js';
import { UNKNOWN } from '../core/vocabulary.js';
import { InputFile, lineBlocks } from './input-file.js';
import type { RowBlock } from './row-blocks.js';
import { linesOf, numbersAtEnd } from './text-row.js';
import { textRowBlocks } from './text-row-blocks.js';
import { readTextRows } from './text-rows.js';
import { checkOneRowEach, type ListedVectors, type ReadOptions } from './word-vectors.js';

/**
 * GloVe text, as `glove.c` writes it: for each word a line of the word and its numbers, one space before each; no
 * header. Unknown words are the row `<unk>`, the last. (glove.c prints six decimals, this writer six significant
 * digits.)
 */

/** How GloVe text spells `<UNK>`. */
export const GLOVE_UNKNOWN = '<unk>';

/**
 * Vectors as GloVe text; `<UNK>` is spelled `<unk>`.
 *
 * @param unknown a vector for unknown words, written as a last row; for vectors without a row of `<UNK>`
 */
export function gloveTextBlocks(vectors: ListedVectors, unknown?: Float32Array): AsyncGenerator<RowBlock> {
  checkOneRowEach(vectors);
  const { words, matrix } = vectors;
  const spelled = words.map((word) => (word === UNKNOWN ? GLOVE_UNKNOWN : word));
  const parts: ListedVectors[] = [{ words: spelled, matrix }];
  if (unknown) {
    const dimensions = unknown.length;
    parts.push({
      words: [GLOVE_UNKNOWN],
      matrix: { data: unknown, rows: 1, dimensions, stride: dimensions },
    });
  }
  return textRowBlocks(parts);
}

/**
 * Reads GloVe text; the first line says how many numbers a row has. `<unk>` becomes `<UNK>`, unless the file has
 * that too. The file is read twice: once to count its lines, so that nothing is copied as the matrix grows.
 *
 * @throws WordmillError `noInput`; `data`, with file and line, for a file without rows, a row with fewer numbers, or
 * a field that is not a number.
 */
export async function readGloveText(path: string, options: ReadOptions = {}): Promise<ListedVectors> {
  const file = await InputFile.open(path);
  try {
    const { rows, dimensions } = await measure(file, options);
    const { words, matrix } = await readTextRows(file, { rows, dimensions, headerLines: 0 }, options);
    const spelled = words.includes(UNKNOWN)
      ? words
      : words.map((word) => (word === GLOVE_UNKNOWN ? UNKNOWN : word));
    return { words: spelled, matrix };
  } finally {
    await file.close();
  }
}

/** Counts the lines, empty ones too, and takes the dimensions from the first. */
async function measure(
  file: InputFile,
  { signal }: ReadOptions,
): Promise<{ rows: number; dimensions: number }> {
  let rows = 0;
  let dimensions = 0;
  for await (const block of lineBlocks(file, signal)) {
    for (const [start, end] of linesOf(block)) {
      if (rows === 0) dimensions = numbersAtEnd(block, start, end);
      rows++;
    }
  }
  if (dimensions === 0) {
    throw new WordmillError('data', 'a word and its numbers are expected in the first line', {
      place: { file: file.path, line: 1 },
    });
  }
  return { rows, dimensions };
}
