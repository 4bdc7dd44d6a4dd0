import type { WindowBlock } from '../core/blocks.js';

const CONTEXTS_IN_A_BLOCK = 65_536;

/** Collects windows until they fill a block. */
export class WindowBuffer {
  /** Windows so far. */
  length = 0;
  #contextLength = 0;
  #contexts = new Uint32Array(2 * CONTEXTS_IN_A_BLOCK);
  #contextEnds = new Uint32Array(CONTEXTS_IN_A_BLOCK + 1);
  #targets = new Uint32Array(CONTEXTS_IN_A_BLOCK + 1);

  get isFull(): boolean {
    return this.#contextLength >= CONTEXTS_IN_A_BLOCK;
  }

  /** Begins a window, which must get at least one context and at most 65,536. */
  begin(target: number): void {
    this.#targets[this.length] = target;
    this.#contextEnds[this.length++] = this.#contextLength;
  }

  /** Adds a context to the window begun last. */
  addContext(context: number): void {
    this.#contexts[this.#contextLength++] = context;
    this.#contextEnds[this.length - 1] = this.#contextLength;
  }

  /** Gives the windows in arrays of their own and starts afresh. */
  take(): WindowBlock {
    const block = {
      contexts: this.#contexts.slice(0, this.#contextLength),
      contextEnds: this.#contextEnds.slice(0, this.length),
      targets: this.#targets.slice(0, this.length),
    };
    this.length = 0;
    this.#contextLength = 0;
    return block;
  }
}
