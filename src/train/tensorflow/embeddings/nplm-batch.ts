import type { TrainingGroup } from '../../../sampling/groups.js';
import type { WindowsOptions } from '../../../sampling/options.js';

/** How many context words a window has places for: the vectors of so many are concatenated. */
export function contextPlaces({ shape, size }: WindowsOptions): number {
  return { last: size, around: 2 * size, previous: 1, nearby: 1 }[shape];
}

/**
 * Windows that one step learns from together. Each context has its place by its distance from the target, so that a
 * window which a sentence cuts short (`partial`) leaves the places outside empty; these hold the id `words`, one
 * past the vocabulary, whose vector stands for "outside the sentence".
 */
export class NplmBatch {
  length = 0;
  readonly places: number;
  readonly #words: number;
  readonly #shape: WindowsOptions['shape'];
  readonly #size: number;
  readonly #contexts: Int32Array;
  readonly #targets: Int32Array;

  constructor(windows: WindowsOptions, words: number, capacity: number) {
    this.places = contextPlaces(windows);
    this.#words = words;
    this.#shape = windows.shape;
    this.#size = windows.size;
    this.#contexts = new Int32Array(capacity * this.places);
    this.#targets = new Int32Array(capacity);
  }

  get isFull(): boolean {
    return this.length === this.#targets.length;
  }

  add({ target, targetPosition, contexts, contextPositions, length }: TrainingGroup): void {
    const first = this.length * this.places;
    if (length < this.places) this.#contexts.fill(this.#words, first, first + this.places);
    for (let i = 0; i < length; i++)
      this.#contexts[first + this.#placeOf(contextPositions[i]! - targetPosition)] = contexts[i]!;
    this.#targets[this.length++] = target;
  }

  /** [length, places], row by row, in text order; until the next `add`. */
  get contexts(): Int32Array {
    return this.#contexts.subarray(0, this.length * this.places);
  }

  get targets(): Int32Array {
    return this.#targets.subarray(0, this.length);
  }

  clear(): void {
    this.length = 0;
  }

  /** @param offset of a context from the target: negative before it. */
  #placeOf(offset: number): number {
    if (this.places === 1 && this.#shape !== 'around') return 0;
    return offset < 0 ? this.#size + offset : this.#size + offset - 1;
  }
}
