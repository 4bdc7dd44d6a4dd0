import type { SamplingOptions } from './options.js';
import type { SentenceSampler } from './sentence-sampler.js';

/**
 * One target and the contexts that it is predicted from: what shares one set of negatives (`docs/sampling.md`).
 * Made once a sentence and used again for every group: copy what must last.
 */
export interface TrainingGroup {
  /** The target's id. */
  target: number;
  /** Where the target stands among the sentence's kept tokens. */
  targetPosition: number;
  /** How many contexts there are: at least one. */
  length: number;
  /** The contexts' ids, in the first `length` entries. */
  contexts: Uint32Array;
  /** Where they stand among the sentence's kept tokens. */
  contextPositions: Uint32Array;
}

/**
 * The groups of the sentence that the sampler has started, in the order in which they are trained. Skip-gram with
 * all targets and CBOW (`targets` = 'all'): one group for each position. Skip-gram with N targets: one group of one
 * context for each pair. A sentence of fewer than two tokens has none.
 *
 *     sampler.start(block.ids, start, end, epoch, block.firstSentence + index);
 *     for (const group of trainingGroups(sampler)) train(group.target, group.contexts, group.length);
 */
export function trainingGroups(
  sampler: SentenceSampler,
  targets: SamplingOptions['targets'] = 'all',
): Generator<TrainingGroup, void, void> {
  return targets === 'all' ? windowGroups(sampler) : drawnTargets(sampler, targets);
}

/** Each position is the target of all positions in its window. */
function* windowGroups(sampler: SentenceSampler): Generator<TrainingGroup, void, void> {
  const { kept } = sampler;
  if (sampler.length < 2) return;
  const group = emptyGroup(64);
  for (let position = 0; position < sampler.length; position++) {
    const length = sampler.drawWindow(position);
    if (length > group.contexts.length) Object.assign(group, emptyGroup(2 * length));
    group.target = kept[position]!;
    group.targetPosition = position;
    group.length = length;
    const { contexts, contextPositions } = group;
    let context = 0;
    for (let other = sampler.windowStart; other < sampler.windowEnd; other++) {
      if (other === position) continue;
      contexts[context] = kept[other]!;
      contextPositions[context++] = other;
    }
    yield group;
  }
}

/** Each position is the context of at most `count` targets, drawn from its window without replacement. */
function* drawnTargets(sampler: SentenceSampler, count: number): Generator<TrainingGroup, void, void> {
  const { kept } = sampler;
  if (sampler.length < 2) return;
  const group = emptyGroup(1);
  group.length = 1;
  let positions = new Uint32Array(64);
  for (let position = 0; position < sampler.length; position++) {
    const length = sampler.drawWindow(position);
    if (length > positions.length) positions = new Uint32Array(2 * length);
    let filled = 0;
    for (let other = sampler.windowStart; other < sampler.windowEnd; other++) {
      if (other !== position) positions[filled++] = other;
    }
    group.contexts[0] = kept[position]!;
    group.contextPositions[0] = position;
    for (let i = 0; i < Math.min(count, length); i++) {
      if (length > count) swap(positions, i, i + sampler.below(length - i));
      group.targetPosition = positions[i]!;
      group.target = kept[group.targetPosition]!;
      yield group;
    }
  }
}

function swap(values: Uint32Array, i: number, j: number): void {
  const value = values[i]!;
  values[i] = values[j]!;
  values[j] = value;
}

/** A group with room for this many contexts. */
export function emptyGroup(capacity: number): TrainingGroup {
  return {
    target: 0,
    targetPosition: 0,
    length: 0,
    contexts: new Uint32Array(capacity),
    contextPositions: new Uint32Array(capacity),
  };
}
