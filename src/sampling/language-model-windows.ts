import type { z } from 'zod';
import type { IdBlock, WindowBlock } from '../core/blocks.js';
import { parseOptions } from '../core/options.js';
import type { Stage } from '../core/stage.js';
import { groupStage } from './group-stage.js';
import { emptyGroup, type TrainingGroup } from './groups.js';
import { type WindowsOptions, windowsOptions } from './options.js';
import { SentenceSampler } from './sentence-sampler.js';
import { WindowBuffer } from './window-buffer.js';

/** `windowsOptions`, each with its default, and the stream that `nearby` draws from. */
export type LanguageModelWindowsOptions = z.input<typeof windowsOptions> & {
  /** 1 by default. */
  readonly seed?: number;
  /** From 0, the default. */
  readonly epoch?: number;
};

/**
 * Windows for language models: words in, the word that they predict out. No window crosses the end of a sentence,
 * and nothing is subsampled.
 *
 * - `last`: the `size` words before; the first `size` words of a sentence are not predicted, unless `partial`.
 * - `around`: `size` words before and `size` after; words nearer the ends of a sentence are not predicted, unless
 *   `partial`.
 * - `previous`: the one word before, whatever `size` is.
 * - `nearby`: one word within `size` words to either side, drawn uniformly from those there are.
 *
 * With `partial` a window may be shorter, but has at least one context.
 *
 * @throws `usage` if an option is out of range.
 */
export function languageModelWindows(options: LanguageModelWindowsOptions = {}): Stage<IdBlock, WindowBlock> {
  const { seed = 1, epoch = 0, ...rest } = options;
  const windows = parseOptions(windowsOptions, rest, 'windows');
  return groupStage({
    name: 'windows',
    epoch,
    sampler: () => new SentenceSampler({ window: windows.size, windowMode: 'fixed', seed }),
    groupsOf: (sentence) => languageModelGroups(sentence, windows),
    buffer: () => new WindowBuffer(),
  });
}

/**
 * The windows of the sentence that the sampler has started: what the stage gives, with the positions of the contexts.
 * The sampler's own window must be `size`, fixed, and without subsampling.
 */
export function languageModelGroups(
  sentence: SentenceSampler,
  { shape, size, partial }: WindowsOptions,
): Generator<TrainingGroup> {
  switch (shape) {
    case 'last':
      return spans(sentence, size, 0, partial);
    case 'around':
      return spans(sentence, size, size, partial);
    case 'previous':
      return spans(sentence, 1, 0, false);
    case 'nearby':
      return nearbyWords(sentence);
  }
}

/** For each position, `before` words before it and `after` words after it. */
function* spans(
  { kept, length }: SentenceSampler,
  before: number,
  after: number,
  partial: boolean,
): Generator<TrainingGroup> {
  const group = emptyGroup(before + after);
  for (let position = 0; position < length; position++) {
    const start = Math.max(0, position - before);
    const end = Math.min(length, position + after + 1);
    group.length = end - start - 1;
    if (group.length === 0 || (group.length < before + after && !partial)) continue;
    group.target = kept[position]!;
    group.targetPosition = position;
    let context = 0;
    for (let other = start; other < end; other++) {
      if (other === position) continue;
      group.contexts[context] = kept[other]!;
      group.contextPositions[context++] = other;
    }
    yield group;
  }
}

/** For each position, one position of its window, each as likely: `below(positions in it)`, counted from the left. */
function* nearbyWords(sentence: SentenceSampler): Generator<TrainingGroup> {
  const { kept, length } = sentence;
  const group = emptyGroup(1);
  group.length = 1;
  if (length < 2) return;
  for (let position = 0; position < length; position++) {
    const drawn = sentence.below(sentence.drawWindow(position)) + sentence.windowStart;
    const context = drawn < position ? drawn : drawn + 1;
    group.target = kept[position]!;
    group.targetPosition = position;
    group.contexts[0] = kept[context]!;
    group.contextPositions[0] = context;
    yield group;
  }
}
