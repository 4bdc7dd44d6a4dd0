import { nGramBuckets, type SubwordOptions, type SubwordTable } from './subwords.js';
import { type Matrix, rowOf, zeroMatrix } from './vectors.js';

/** Writes the row of a bucket that no word of the vocabulary uses. */
export type UnusedRow = (bucket: number, row: Float32Array) => void;

/**
 * Vectors of words and of character n-grams, as fastText trains them: a word's vector is the mean of its own row and
 * its n-grams' rows, that of any other string the mean of its n-grams' rows (Bojanowski et al. 2017, section 3.2; the
 * mean is fastText's).
 */
export class SubwordVectors {
  readonly table: SubwordTable;
  /** One row for each word, then one for each bucket that is used. */
  readonly rows: Matrix;
  readonly #unusedRow: UnusedRow;
  readonly #spare: Float32Array;
  #rowOfBucket: Map<number, number> | undefined;

  constructor(table: SubwordTable, rows: Matrix, unusedRow: UnusedRow) {
    this.table = table;
    this.rows = rows;
    this.#unusedRow = unusedRow;
    this.#spare = new Float32Array(rows.dimensions);
  }

  /** How many words have a row of their own. */
  get words(): number {
    return this.table.starts.length - 1;
  }

  /** The vectors of the vocabulary's words, word by word. */
  composed(into: Matrix = zeroMatrix(this.words, this.rows.dimensions)): Matrix {
    const { starts, rows } = this.table;
    const sum = new Float64Array(this.rows.dimensions);
    for (let word = 0; word < this.words; word++) {
      sum.fill(0);
      for (let i = starts[word]!; i < starts[word + 1]!; i++) addRow(sum, this.rows, rows[i]!);
      setMean(rowOf(into, word), sum, starts[word + 1]! - starts[word]!);
    }
    return into;
  }

  /** The vector of a string by its n-grams alone; undefined for one that is too short to have any. */
  ofNGrams(word: string): Float32Array | undefined {
    return meanOfNGrams(word, this.table.options, (bucket) => this.bucketRow(bucket));
  }

  /** A bucket's row; it is good until the next call. */
  bucketRow(bucket: number): Float32Array {
    this.#rowOfBucket ??= new Map(Array.from(this.table.usedBuckets, (used, i) => [used, this.words + i]));
    const row = this.#rowOfBucket.get(bucket);
    if (row !== undefined) return rowOf(this.rows, row);
    this.#unusedRow(bucket, this.#spare);
    return this.#spare;
  }
}

/**
 * The mean of the rows of a string's n-grams, and of its own row where it has one, summed in float64; undefined for a
 * string that has neither.
 *
 * @param bucketRow gives the row of a bucket, good until it is called again
 */
export function meanOfNGrams(
  word: string,
  options: SubwordOptions,
  bucketRow: (bucket: number) => Float32Array,
  own?: Float32Array,
): Float32Array | undefined {
  const rows = own ? 1 : 0;
  const buckets = nGramBuckets(word, options);
  if (rows + buckets.length === 0) return undefined;
  let sum = own && Float64Array.from(own);
  for (const bucket of buckets) {
    const row = bucketRow(bucket);
    sum ??= new Float64Array(row.length);
    for (let j = 0; j < sum.length; j++) sum[j]! += row[j]!;
  }
  const vector = new Float32Array(sum!.length);
  setMean(vector, sum!, rows + buckets.length);
  return vector;
}

function addRow(sum: Float64Array, { data, stride }: Matrix, row: number): void {
  const start = row * stride;
  for (let j = 0; j < sum.length; j++) sum[j]! += data[start + j]!;
}

function setMean(vector: Float32Array, sum: Float64Array, count: number): void {
  for (let j = 0; j < sum.length; j++) vector[j] = sum[j]! / count;
}
