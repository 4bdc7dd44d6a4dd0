import { WordmillError } from '../core/errors.js';
import { UNKNOWN } from '../core/vocabulary.js';
import { firstRows } from './first-rows.js';
import { lineBlocks } from './line-blocks.js';
import { ReadingNotes } from './reading-notes.js';
import type { RowBlock, VectorBatches } from './row-blocks.js';
import { linesOf, numbersAtEnd } from './text-row.js';
import { textRowBlocks } from './text-row-blocks.js';
import { textRowBatches } from './text-rows.js';
import type { VectorFile } from './vector-file.js';
import type { OpenFormat, VectorBatch } from './vector-stream.js';
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
  const batches: VectorBatch[] = [vectors];
  if (unknown) {
    const dimensions = unknown.length;
    const matrix = { data: unknown, rows: 1, dimensions, stride: dimensions };
    batches.push({ words: [UNKNOWN], matrix });
  }
  return gloveTextOfBatches(batches);
}

/** Vectors that come some at a time as GloVe text; `<UNK>` is spelled `<unk>`. */
export function gloveTextOfBatches(batches: VectorBatches): AsyncGenerator<RowBlock> {
  return textRowBlocks(spelledAsGlove(batches));
}

async function* spelledAsGlove(batches: VectorBatches): AsyncGenerator<VectorBatch> {
  for await (const batch of batches) {
    yield { ...batch, words: batch.words.map((word) => (word === UNKNOWN ? GLOVE_UNKNOWN : word)) };
  }
}

/**
 * Opens GloVe text; its first lines say how many numbers a row has. `<unk>` becomes `<UNK>`, unless the file had that
 * before. The file is read once to count its rows, so that nothing is copied as a matrix grows, and formats that say it
 * first can be written; then for the rows.
 *
 * @throws WordmillError `data`, with file and line, for a file without rows; from its batches for a row with fewer
 * numbers, or a field that is not a number.
 */
export const openGloveText: OpenFormat = async (file, options) => {
  const shape = await measure(file, options);
  return {
    ...shape,
    async *batches() {
      const notes = new ReadingNotes();
      const bytes = file.bytes(options);
      let unknownSeen = false;
      try {
        const rows = { path: file.path, dimensions: shape.dimensions, headerLines: 0 };
        for await (const batch of firstRows(textRowBatches(bytes, rows, notes), options.limit)) {
          unknownSeen ||= batch.words.includes(UNKNOWN);
          const words = unknownSeen ? batch.words : batch.words.map(spelledOurWay);
          yield { ...batch, words };
        }
      } finally {
        await bytes.close();
      }
      notes.tell(file.path, options);
    },
    close: () => file.close(),
  };
};

function spelledOurWay(word: string): string {
  return word === GLOVE_UNKNOWN ? UNKNOWN : word;
}

/** As many of the first lines as are looked at for the dimensions: a word may end in numbers, few do. */
const FIRST_LINES = 16;

/** Counts the lines that are not empty, up to the limit, and takes the dimensions from the first. */
async function measure(
  file: VectorFile,
  options: ReadOptions,
): Promise<{ rows: number; dimensions: number }> {
  const limit = options.limit ?? Infinity;
  const numbers: number[] = [];
  const bytes = file.bytes(options, 'count');
  let rows = 0;
  try {
    for await (const block of lineBlocks(bytes, file.path)) {
      for (const [start, end] of linesOf(block)) {
        if (start === end) continue;
        if (numbers.length < FIRST_LINES) numbers.push(numbersAtEnd(block, start, end));
        rows++;
      }
      if (rows >= limit) break;
    }
  } finally {
    await bytes.close();
  }
  const dimensions = mostFrequent(numbers);
  if (dimensions === 0) {
    throw new WordmillError('data', 'a word and its numbers are expected in the first line', {
      place: { file: file.path, line: 1 },
    });
  }
  return { rows: Math.min(rows, limit), dimensions };
}

/** Of equally frequent numbers the one that came first; 0 of none. */
function mostFrequent(numbers: readonly number[]): number {
  const times = (number: number) => numbers.filter((other) => other === number).length;
  return numbers.reduce((best, number) => (times(number) > times(best) ? number : best), numbers[0] ?? 0);
}
