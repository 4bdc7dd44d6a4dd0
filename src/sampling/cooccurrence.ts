import type { CellBlock } from '../core/blocks.js';
import type { Corpus } from '../core/corpus.js';
import { throwIfAborted } from '../core/errors.js';

/** What is counted (docs/glove.md, "Counting"). */
export interface CooccurrenceOptions {
  /** How far a window reaches, in words. */
  readonly window: number;
  /** Whether a row counts contexts to both sides of its word; else those to its right only. */
  readonly symmetric: boolean;
  /** For the sums, in bytes, about. */
  readonly memoryBytes: number;
}

/** What a sum takes in a `Map`, about. */
const BYTES_A_SUM = 64;

/** Up to this window sums are exact; past it 1/distance is rounded to 2^-30. */
const EXACT_WINDOW = 22;

/**
 * Counts co-occurrences (Pennington, Socher & Manning 2014, "GloVe: Global Vectors for Word Representation", section
 * 3): the cell of words i and j is the sum of 1/distance over all places where j stands within `window` words of i in
 * a sentence. Yields the cells that are not zero, sorted by row, then column.
 *
 * Sums are whole numbers of units that 1/1 to 1/window are all multiples of, so that the order of adding does not
 * matter. Where not all rows fit the memory, the corpus is read once for each part of them.
 */
export async function* countCooccurrences(
  corpus: Corpus,
  options: CooccurrenceOptions,
  signal: AbortSignal,
): AsyncGenerator<CellBlock> {
  const { counts } = corpus.vocabulary;
  const unit = unitFor(options.window);
  const most = Math.max(1, options.memoryBytes / BYTES_A_SUM);
  for (let first = 0, end = 0; first < counts.length; first = end) {
    // A word has at most so many contexts, and at most so many different ones.
    let sums = 0;
    do sums += Math.min(counts.length, 2 * options.window * counts[end++]!);
    while (end < counts.length && sums < most);
    yield* sortedCells(await countRows(corpus, options, first, end, unit, signal), first, unit);
  }
}

/** The least common multiple of the distances in a window; 2^30 past those for which that is small enough. */
export function unitFor(window: number): number {
  if (window > EXACT_WINDOW) return 2 ** 30;
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  let multiple = 1;
  for (let distance = 2; distance <= window; distance++) multiple *= distance / divisor(multiple, distance);
  return multiple;
}

/** Sums of units by column, for rows [first, end). */
async function countRows(
  corpus: Corpus,
  { window, symmetric }: CooccurrenceOptions,
  first: number,
  end: number,
  unit: number,
  signal: AbortSignal,
): Promise<Map<number, number>[]> {
  const rows = Array.from({ length: end - first }, () => new Map<number, number>());
  const add = (row: number, column: number, units: number) => {
    const sums = rows[row - first];
    if (row >= first && sums) sums.set(column, (sums.get(column) ?? 0) + units);
  };
  const weights = Float64Array.from({ length: window + 1 }, (_, distance) => Math.round(unit / distance));
  for await (const { ids, sentenceEnds } of corpus.blocks()) {
    throwIfAborted(signal);
    let start = 0;
    for (const sentenceEnd of sentenceEnds) {
      for (let right = start; right < sentenceEnd; right++) {
        for (let left = Math.max(start, right - window); left < right; left++) {
          add(ids[left]!, ids[right]!, weights[right - left]!);
          if (symmetric) add(ids[right]!, ids[left]!, weights[right - left]!);
        }
      }
      start = sentenceEnd;
    }
  }
  return rows;
}

function* sortedCells(
  rows: readonly Map<number, number>[],
  first: number,
  unit: number,
): Generator<CellBlock> {
  for (const [row, sums] of rows.entries()) {
    if (sums.size === 0) continue;
    const columns = Uint32Array.from(sums.keys()).sort();
    yield {
      rows: new Uint32Array(columns.length).fill(first + row),
      columns,
      values: Float64Array.from(columns, (column) => sums.get(column)! / unit),
    };
  }
}
