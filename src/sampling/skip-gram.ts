import type { IdBlock, PairBlock } from '../core/blocks.js';
import type { Stage } from '../core/stage.js';
import { type DrawOptions, resolveDraws } from './draw-options.js';
import { type GroupBuffer, groupStage } from './group-stage.js';
import { type TrainingGroup, trainingGroups } from './groups.js';

/**
 * Skip-gram pairs (Mikolov et al. 2013), drawn as `docs/sampling.md` says: the very pairs, in the very order, that
 * the trainers learn from under the same seed and epoch. Subsamples too, where a vocabulary is given.
 *
 * @throws `usage` if an option is out of range.
 */
export function skipGramPairs(options: DrawOptions = {}): Stage<IdBlock, PairBlock> {
  const { sampling, epoch, sampler } = resolveDraws(options);
  return groupStage({
    name: 'pairs',
    epoch,
    sampler,
    groupsOf: (sentence) => trainingGroups(sentence, sampling.targets),
    buffer: () => new PairBuffer(),
  });
}

const PAIRS_IN_A_BLOCK = 65_536; // a group has at most 2,000

class PairBuffer implements GroupBuffer<PairBlock> {
  length = 0;
  readonly #contexts = new Uint32Array(PAIRS_IN_A_BLOCK);
  readonly #targets = new Uint32Array(PAIRS_IN_A_BLOCK);
  readonly #offsets = new Int32Array(PAIRS_IN_A_BLOCK);

  hasRoomFor(contexts: number): boolean {
    return this.length + contexts <= PAIRS_IN_A_BLOCK;
  }

  add({ target, targetPosition, contexts, contextPositions, length }: TrainingGroup): void {
    const first = this.length;
    for (let i = 0; i < length; i++) {
      this.#contexts[first + i] = contexts[i]!;
      this.#targets[first + i] = target;
      this.#offsets[first + i] = targetPosition - contextPositions[i]!;
    }
    this.length = first + length;
  }

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
