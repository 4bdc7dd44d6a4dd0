import type { WindowBlock } from '../core/blocks.js';
import type { GroupBuffer } from './group-stage.js';
import type { TrainingGroup } from './groups.js';

const CONTEXTS_IN_A_BLOCK = 65_536; // a window has at most 2,000

/** Collects groups as windows. */
export class WindowBuffer implements GroupBuffer<WindowBlock> {
  length = 0;
  #contextLength = 0;
  readonly #contexts = new Uint32Array(CONTEXTS_IN_A_BLOCK);
  readonly #contextEnds = new Uint32Array(CONTEXTS_IN_A_BLOCK);
  readonly #targets = new Uint32Array(CONTEXTS_IN_A_BLOCK);

  hasRoomFor(contexts: number): boolean {
    return this.#contextLength + contexts <= CONTEXTS_IN_A_BLOCK;
  }

  add({ target, contexts, length }: TrainingGroup): void {
    const first = this.#contextLength;
    for (let i = 0; i < length; i++) this.#contexts[first + i] = contexts[i]!;
    this.#contextLength = first + length;
    this.#contextEnds[this.length] = this.#contextLength;
    this.#targets[this.length++] = target;
  }

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
