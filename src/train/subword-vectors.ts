import { Random, STREAMS } from '../core/random.js';
import { SubwordVectors, type UnusedRow } from '../core/subword-vectors.js';
import { buildSubwordTable, type SubwordOptions, subwordRowCount } from '../core/subwords.js';
import { type Matrix, rowOf } from '../core/vectors.js';
import type { Vocabulary } from '../core/vocabulary.js';
import type { ResolvedTrainOptions } from './engine.js';
import { fillInitialRow, fillInitialRows } from './initial-rows.js';
import { subwordOptionsOf } from './model-defaults.js';

type Start = Pick<ResolvedTrainOptions, 'seed' | 'initialRange'>;

/**
 * The rows that a model with character n-grams trains, with the values that they start from: those of words as without
 * n-grams, those of buckets each from a stream of its own (docs/sampling.md, "Subwords").
 *
 * @param allocate gives a matrix of zeros.
 */
export function initialSubwordVectors(
  vocabulary: Vocabulary,
  options: SubwordOptions,
  start: Start & Pick<ResolvedTrainOptions, 'dimensions'>,
  allocate: (rows: number, dimensions: number) => Matrix,
): SubwordVectors {
  const table = buildSubwordTable(vocabulary.words, options);
  const rows = allocate(subwordRowCount(table), start.dimensions);
  fillInitialRows({ ...rows, rows: vocabulary.size }, start);
  const fillBucket = initialBucketRow(start);
  for (const [i, bucket] of table.usedBuckets.entries()) fillBucket(bucket, rowOf(rows, vocabulary.size + i));
  return new SubwordVectors(table, rows, fillBucket);
}

/** Writes what a bucket's row starts from. */
function initialBucketRow({ seed, initialRange }: Start): UnusedRow {
  const random = new Random(seed, STREAMS.initialBuckets);
  return (bucket, row) => fillInitialRow(row, random.fork(bucket), initialRange);
}

/** What the words' rows of E are made of, where the options ask for n-grams. */
export function subwordsFor(
  vocabulary: Vocabulary,
  options: ResolvedTrainOptions,
  allocate: (rows: number, dimensions: number) => Matrix,
): SubwordVectors | undefined {
  const subwords = subwordOptionsOf(options);
  return subwords && initialSubwordVectors(vocabulary, subwords, options, allocate);
}

/** Rows that were trained already, as the vectors that they make, where the options ask for n-grams. */
export function subwordsOfRows(
  rows: Matrix,
  vocabulary: Vocabulary,
  options: ResolvedTrainOptions,
): SubwordVectors | undefined {
  const subwords = subwordOptionsOf(options);
  return (
    subwords &&
    new SubwordVectors(buildSubwordTable(vocabulary.words, subwords), rows, initialBucketRow(options))
  );
}
