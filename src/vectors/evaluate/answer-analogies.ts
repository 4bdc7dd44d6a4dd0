import { setImmediate } from 'node:timers/promises';
import { throwIfAborted } from '../../core/errors.js';
import type { Report } from '../../core/report.js';
import { type Matrix, rowOf } from '../../core/vectors.js';
import { type Addon, availableAddon } from '../../native/addon.js';
import { lengthOf } from '../similarity.js';

/** Questions in numbers. */
export interface AnalogyTask {
  readonly matrix: Matrix;
  /** The rows that answers are looked for among, ascending. */
  readonly candidates: Uint32Array;
  /** The words of the questions: the row of each, and the rows that no question with it may be answered by, ascending. */
  readonly words: readonly { readonly row: number; readonly leftOut: readonly number[] }[];
  /** a, b and c of each question: places in `words`. */
  readonly questions: Uint32Array;
  readonly method: 'add' | 'multiply';
}

/** What answering is done with. */
export interface AnswerMeans {
  readonly signal?: AbortSignal;
  /** Who is told how far it is. */
  readonly report?: Report;
  /** What multiplies; with null TypeScript does, with sums in float64 where the addon's are in float32. */
  readonly addon?: Addon | null;
}

/** Rows whose cosines with all words are held at once. */
const BLOCK = 128;

/** Words that the addon takes at once. */
const MOST_NATIVE = 65_536;

/** What gensim adds to the divisor of 3CosMul. */
const EPSILON = 1e-6;

/**
 * The best row for each question, of equal ones the first; -1 where there is none. Rows with a number that is not finite
 * are never an answer.
 *
 * Questions share few words, so the cosine of each of these with a row is computed once, for a block of rows at a time;
 * a question then takes three look-ups a row.
 *
 * @throws WordmillError `aborted`.
 */
export async function answerAnalogies(task: AnalogyTask, means: AnswerMeans = {}): Promise<Int32Array> {
  const { matrix, candidates, words, questions, method } = task;
  const { signal, report, addon = availableAddon() } = means;
  const { dimensions } = matrix;
  const queries = unitRows(
    matrix,
    words.map(({ row }) => row),
  );
  const best = new Int32Array(questions.length / 3).fill(-1);
  const bestScores = new Float64Array(best.length).fill(Number.NEGATIVE_INFINITY);
  const cosines = new Float32Array(words.length * BLOCK);
  const instructionSet = addon?.instructionSets()[0] ?? '';
  const improve = method === 'add' ? improveByAdding : improveByMultiplying;
  for (let first = 0; first < candidates.length; first += BLOCK) {
    if (signal) throwIfAborted(signal);
    const rows = candidates.subarray(first, first + BLOCK);
    const units = unitRows(matrix, rows, BLOCK);
    if (addon && dimensions > 0 && words.length <= MOST_NATIVE) {
      const data = { data: units, rows: BLOCK, dimensions, stride: dimensions };
      addon.dotProducts({ ...data, queries, queryCount: words.length, products: cosines, instructionSet });
    } else multiply(queries, words.length, units, rows.length, dimensions, cosines);
    leaveOut(words, rows, cosines);
    improve(questions, cosines, rows, best, bestScores);
    report?.progress({ phase: 'evaluate', done: first, total: candidates.length, unit: 'rows' });
    await setImmediate();
  }
  return best;
}

/**
 * Rows of a matrix one after the other, each divided by its length; rows of length 0 stay as they are. Where there is room
 * for more, zeros follow.
 */
function unitRows(matrix: Matrix, rows: ArrayLike<number>, room = rows.length): Float32Array {
  const { dimensions } = matrix;
  const units = new Float32Array(room * dimensions);
  for (let i = 0; i < rows.length; i++) {
    const row = rowOf(matrix, rows[i]!);
    const length = lengthOf(row);
    const scale = length === 0 ? 0 : 1 / length;
    for (let j = 0; j < dimensions; j++) units[i * dimensions + j] = row[j]! * scale;
  }
  return units;
}

/** products[a * BLOCK + b]: the dot product of row a of one matrix and row b of another; two by two, to load half as often. */
function multiply(
  left: Float32Array,
  lefts: number,
  right: Float32Array,
  rights: number,
  dimensions: number,
  products: Float32Array,
): void {
  for (let a = 0; a < lefts; a += 2) {
    const a0 = a * dimensions;
    const a1 = Math.min(a + 1, lefts - 1) * dimensions;
    for (let b = 0; b < rights; b += 2) {
      const b0 = b * dimensions;
      const b1 = Math.min(b + 1, rights - 1) * dimensions;
      let [s00, s01, s10, s11] = [0, 0, 0, 0];
      for (let j = 0; j < dimensions; j++) {
        const [x0, x1] = [left[a0 + j]!, left[a1 + j]!];
        const [y0, y1] = [right[b0 + j]!, right[b1 + j]!];
        s00 += x0 * y0;
        s01 += x0 * y1;
        s10 += x1 * y0;
        s11 += x1 * y1;
      }
      const to = a * BLOCK + b;
      products[to] = s00;
      products[to + 1] = s01;
      if (a + 1 < lefts) {
        products[to + BLOCK] = s10;
        products[to + BLOCK + 1] = s11;
      }
    }
  }
}

/** Makes the cosines of a word with rows that it rules out NaN, which is better than nothing and so never the best. */
function leaveOut(words: AnalogyTask['words'], rows: Uint32Array, cosines: Float32Array): void {
  const [least, most] = [rows[0]!, rows.at(-1)!];
  for (const [word, { leftOut }] of words.entries()) {
    for (const row of leftOut) {
      if (row < least || row > most) continue;
      cosines[word * BLOCK + rows.indexOf(row)] = Number.NaN;
    }
  }
}

function improveByAdding(
  questions: Uint32Array,
  cosines: Float32Array,
  rows: Uint32Array,
  best: Int32Array,
  bestScores: Float64Array,
): void {
  for (let question = 0; question < best.length; question++) {
    const a = questions[3 * question]! * BLOCK;
    const b = questions[3 * question + 1]! * BLOCK;
    const c = questions[3 * question + 2]! * BLOCK;
    let bestScore = bestScores[question]!;
    for (let i = 0; i < rows.length; i++) {
      const score = cosines[b + i]! - cosines[a + i]! + cosines[c + i]!;
      if (score > bestScore) {
        bestScore = score;
        best[question] = rows[i]!;
      }
    }
    bestScores[question] = bestScore;
  }
}

function improveByMultiplying(
  questions: Uint32Array,
  cosines: Float32Array,
  rows: Uint32Array,
  best: Int32Array,
  bestScores: Float64Array,
): void {
  for (let i = 0; i < cosines.length; i++) cosines[i] = (1 + cosines[i]!) / 2;
  for (let question = 0; question < best.length; question++) {
    const a = questions[3 * question]! * BLOCK;
    const b = questions[3 * question + 1]! * BLOCK;
    const c = questions[3 * question + 2]! * BLOCK;
    let bestScore = bestScores[question]!;
    for (let i = 0; i < rows.length; i++) {
      const score = (cosines[b + i]! * cosines[c + i]!) / (cosines[a + i]! + EPSILON);
      if (score > bestScore) {
        bestScore = score;
        best[question] = rows[i]!;
      }
    }
    bestScores[question] = bestScore;
  }
}
