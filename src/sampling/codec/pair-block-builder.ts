import type { TokenPairBlock } from '../../core/blocks.js';

const encoder = new TextEncoder();

/** Collects pairs of words, as bytes or as strings, into a `TokenPairBlock`. */
export class PairBlockBuilder {
  #bytes = new Uint8Array(1 << 16);
  #length = 0;
  #tokenEnds: number[] = [];
  #weights: number[] = [];

  get pairs(): number {
    return this.#tokenEnds.length >> 1;
  }

  /** Adds a word that is `source[start .. end)`; contexts and targets take turns. */
  addBytes(source: Uint8Array, start: number, end: number): void {
    this.#makeRoom(end - start);
    for (let from = start, to = this.#length; from < end; from++, to++) this.#bytes[to] = source[from]!;
    this.#endToken(this.#length + end - start);
  }

  addString(word: string): void {
    this.#makeRoom(3 * word.length);
    this.#endToken(this.#length + encoder.encodeInto(word, this.#bytes.subarray(this.#length)).written);
  }

  /** Adds the weight of a pair: of each one or of none. */
  addWeight(weight: number): void {
    this.#weights.push(weight);
  }

  /** Gives what was collected, in arrays of its own, and starts afresh. */
  take(): TokenPairBlock {
    const sentenceEnds = new Uint32Array(this.pairs).map((_, pair) => 2 * (pair + 1));
    const block = {
      bytes: this.#bytes.slice(0, this.#length),
      tokenEnds: Uint32Array.from(this.#tokenEnds),
      sentenceEnds,
      ...(this.#weights.length > 0 && { weights: Float32Array.from(this.#weights) }),
    };
    this.#length = 0;
    this.#tokenEnds = [];
    this.#weights = [];
    return block;
  }

  #endToken(end: number): void {
    this.#length = end;
    this.#tokenEnds.push(end);
  }

  #makeRoom(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const larger = new Uint8Array(2 * (this.#length + bytes));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}
