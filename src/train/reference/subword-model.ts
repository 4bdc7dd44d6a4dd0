import type { SubwordTable } from '../../core/subwords.js';
import type { Outputs } from './loss.js';
import { addRow, addToRow, copyRow, type Rows } from './math.js';
import type { Model } from './model.js';

/** Groups of a sentence that see the same values of words' rows (docs/sampling.md, "Subwords"). */
export const GROUPS_IN_A_SPAN = 64;

/**
 * Input vectors that are composed of several rows, their word's own and its n-grams' (Bojanowski, Grave, Joulin &
 * Mikolov 2017, "Enriching Word Vectors with Subword Information"): the mean of them, as fastText takes it. A step
 * of gradient descent on that mean would give each of n rows 1/n of its gradient; fastText gives each the whole, so
 * that the mean moves as far as a row without n-grams would, and so does this.
 *
 * A sentence's groups are taken in spans of 64. When a word is first a context in a span, its vector is composed into
 * its row of E. The models then train on E as ever. At the span's end, what each such row of E has changed by is
 * added to every row that the word is made of.
 */
export class SubwordModel implements Model {
  readonly #model: Model;
  readonly #table: SubwordTable;
  readonly #parts: Rows;
  readonly #E: Rows;
  /** The words of the span, in the order in which they came, and what was composed of each. */
  readonly #composed = new Map<number, Float64Array>();
  readonly #change: Float64Array;
  #groups = 0;

  /**
   * @param model trains on E.
   * @param parts the rows of words and n-grams, as `table` numbers them.
   * @param E a row for each word, to train on; what it holds between spans does not matter.
   */
  constructor(model: Model, table: SubwordTable, parts: Rows, E: Rows) {
    this.#model = model;
    this.#table = table;
    this.#parts = parts;
    this.#E = E;
    this.#change = new Float64Array(E.dimensions);
  }

  update(contexts: Uint32Array, length: number, outputs: Outputs, learningRate: number): number {
    if (this.#groups === GROUPS_IN_A_SPAN) this.#endSpan();
    this.#groups++;
    for (let c = 0; c < length; c++) {
      const word = contexts[c]!;
      if (!this.#composed.has(word)) this.#compose(word);
    }
    return this.#model.update(contexts, length, outputs, learningRate);
  }

  predictions(length: number): number {
    return this.#model.predictions(length);
  }

  /** A span can be ended where it is full. */
  settle(): boolean {
    if (this.#groups !== 0 && this.#groups < GROUPS_IN_A_SPAN) return false;
    this.#endSpan();
    return true;
  }

  /** A span is part of one sentence. */
  endSentence(): void {
    this.#endSpan();
  }

  #endSpan(): void {
    const { starts, rows } = this.#table;
    for (const [word, before] of this.#composed) {
      copyRow(this.#change, this.#E, word);
      for (let j = 0; j < before.length; j++) this.#change[j]! -= before[j]!;
      for (let i = starts[word]!; i < starts[word + 1]!; i++)
        addToRow(this.#parts, rows[i]!, 1, this.#change);
    }
    this.#composed.clear();
    this.#groups = 0;
  }

  #compose(word: number): void {
    const { starts, rows } = this.#table;
    const start = starts[word]!;
    const end = starts[word + 1]!;
    const vector = new Float64Array(this.#E.dimensions);
    for (let i = start; i < end; i++) addRow(vector, 1, this.#parts, rows[i]!);
    const { data, stride } = this.#E;
    for (let j = 0; j < vector.length; j++) data[word * stride + j] = vector[j]! / (end - start);
    copyRow(vector, this.#E, word);
    this.#composed.set(word, vector);
  }
}
