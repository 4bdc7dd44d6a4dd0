import type { IdBlock } from '../core/blocks.js';
import { throwIfAborted } from '../core/errors.js';
import type { Stage } from '../core/stage.js';
import type { TrainingGroup } from './groups.js';
import type { SentenceSampler } from './sentence-sampler.js';

/** Collects groups until they fill a block. */
export interface GroupBuffer<Block> {
  /** How many items it holds. */
  readonly length: number;
  /** Whether a group with this many contexts still fits. */
  hasRoomFor(contexts: number): boolean;
  add(group: TrainingGroup): void;
  /** Gives what was collected in arrays of its own, and starts afresh. */
  take(): Block;
}

/** What tells one stage of groups from another. */
export interface GroupStageOptions<Block> {
  /** What is counted, as the report names it. */
  readonly name: 'pairs' | 'windows';
  readonly epoch: number;
  /** Made anew for each run of the stage. */
  readonly sampler: () => SentenceSampler;
  /** The groups of the sentence that the sampler has started. */
  readonly groupsOf: (sampler: SentenceSampler) => Iterable<TrainingGroup>;
  readonly buffer: () => GroupBuffer<Block>;
}

/** The stage that pairs and windows have in common: each sentence's groups, collected into blocks of bounded size. */
export function groupStage<Block>(options: GroupStageOptions<Block>): Stage<IdBlock, Block> {
  const { name, epoch, groupsOf } = options;
  return async function* (input, { signal, report }) {
    const sampler = options.sampler();
    const buffer = options.buffer();
    const take = (): Block => {
      report.count(name, name, buffer.length);
      return buffer.take();
    };
    for await (const { ids, sentenceEnds, firstSentence } of input) {
      throwIfAborted(signal);
      let start = 0;
      for (const [index, end] of sentenceEnds.entries()) {
        sampler.start(ids, start, end, epoch, firstSentence + index);
        for (const group of groupsOf(sampler)) {
          if (!buffer.hasRoomFor(group.length)) {
            yield take();
            throwIfAborted(signal);
          }
          buffer.add(group);
        }
        start = end;
      }
      if (buffer.length > 0) yield take();
    }
  };
}
