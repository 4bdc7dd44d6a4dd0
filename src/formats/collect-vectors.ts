import { type Matrix, rowOf } from '../core/vectors.js';
import type { VectorStream } from './vector-stream.js';
import { allocateMatrix, type ListedVectors, type ReadOptions } from './word-vectors.js';

/** Headers that are wrong are so by a row or two mostly: GloVe's leaves out `<unk>`. */
const ROWS_TO_SPARE = 16;

/** Puts the rows of a stream into one matrix; of a word that occurs again only the first row, which is told. */
export async function collectVectors(
  stream: VectorStream,
  path: string,
  { report }: ReadOptions = {},
): Promise<ListedVectors> {
  const { rows, dimensions, vectorOf } = stream;
  let matrix = allocateMatrix(rows === 0 ? 0 : rows + ROWS_TO_SPARE, dimensions, path);
  const words: string[] = [];
  const seen = new Set<string>();
  const counts: number[] = [];
  let firstRepeated: string | undefined;
  let repeated = 0;
  for await (const batch of stream.batches()) {
    if (words.length + batch.words.length > matrix.rows) {
      matrix = enlarged(matrix, words.length + batch.words.length, path);
    }
    for (const [row, word] of batch.words.entries()) {
      if (seen.size === seen.add(word).size) {
        firstRepeated ??= word;
        repeated++;
        continue;
      }
      rowOf(matrix, words.length).set(rowOf(batch.matrix, row));
      words.push(word);
      if (batch.counts) counts.push(batch.counts[row]!);
    }
  }
  if (repeated > 0) {
    report?.warn(
      `repeated words in ${path}`,
      `${path}: rows whose word came before: ${repeated}, the first ${JSON.stringify(firstRepeated)}; the first row of a word counts`,
    );
  }
  return {
    words,
    matrix: cut(matrix, words.length),
    ...(counts.length > 0 && { counts: Float64Array.from(counts) }),
    ...(vectorOf && { vectorOf }),
  };
}

/** More rows than a header said; half as many again, so that each is copied a few times at most. */
function enlarged(matrix: Matrix, rows: number, path: string): Matrix {
  const larger = allocateMatrix(Math.max(rows, Math.ceil(matrix.rows * 1.5)), matrix.dimensions, path);
  larger.data.set(matrix.data);
  return larger;
}

function cut(matrix: Matrix, rows: number): Matrix {
  if (rows === matrix.rows) return matrix;
  return { ...matrix, rows, data: matrix.data.subarray(0, rows * matrix.stride) };
}
