import type { IdBlock, PairBlock } from '../core/blocks.js';
import { throwIfAborted } from '../core/errors.js';
import type { Stage } from '../core/stage.js';
import { type DrawOptions, resolveDraws } from './draw-options.js';
import { type TrainingGroup, trainingGroups } from './groups.js';

const PAIRS_IN_A_BLOCK = 65_536;

/**
 * Skip-gram pairs (Mikolov et al. 2013), drawn as `docs/sampling.md` says: the very pairs, in the very order, that
 * the trainers learn from under the same seed and epoch. Subsamples too, where a vocabulary is given.
 *
 * @throws `usage` if an option is out of range.
 */
export function skipGramPairs(options: DrawOptions = {}): Stage<IdBlock, PairBlock> {
  const draws = resolveDraws(options);
  return async function* (input, { signal, report }) {
    const sampler = draws.sampler();
    const { targets } = draws.sampling;
    for await (const block of input) {
      throwIfAborted(signal);
      const pairs = new PairBuffer(PAIRS_IN_A_BLOCK);
      let start = 0;
      for (const [index, end] of block.sentenceEnds.entries()) {
        sampler.start(block.ids, start, end, draws.epoch, block.firstSentence + index);
        for (const group of trainingGroups(sampler, targets)) {
          if (!pairs.hasRoomFor(group.length)) {
            report.count('pairs', 'pairs', pairs.length);
            yield pairs.take();
            throwIfAborted(signal);
          }
          pairs.add(group);
        }
        start = end;
      }
      if (pairs.length > 0) {
        report.count('pairs', 'pairs', pairs.length);
        yield pairs.take();
      }
    }
  };
}

/** Collects groups as pairs until they fill a block. */
class PairBuffer {
  length = 0;
  #contexts: Uint32Array;
  #targets: Uint32Array;
  #offsets: Int32Array;
  readonly #capacity: number;

  /** @param capacity in pairs; more than a group ever has. */
  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#contexts = new Uint32Array(capacity);
    this.#targets = new Uint32Array(capacity);
    this.#offsets = new Int32Array(capacity);
  }

  hasRoomFor(pairs: number): boolean {
    return this.length + pairs <= this.#capacity;
  }

  add(group: TrainingGroup): void {
    const { target, targetPosition, contexts, contextPositions } = group;
    const first = this.length;
    for (let i = 0; i < group.length; i++) {
      this.#contexts[first + i] = contexts[i]!;
      this.#targets[first + i] = target;
      this.#offsets[first + i] = targetPosition - contextPositions[i]!;
    }
    this.length = first + group.length;
  }

  /** Gives the pairs in arrays of their own and starts afresh. */
  take(): PairBlock {
    const block = {
      contexts: this.#contexts.slice(0, this.length),
      targets: this.#targets.slice(0, this.length),
      offsets: this.#offsets.slice(0, this.length),
    };
    this.length = 0;
    return block;
  }
}
