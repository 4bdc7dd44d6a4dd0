import { numberIn, type Position } from './checkpoint/course.js';

/** Where a pass over sentences (or runs of pairs) begins. */
export interface StreamPlace {
  /** The first sentence that is not done, counted as in the whole corpus. */
  readonly sentence: number;
  /** How many of its groups (or how many pairs of a run) are done. */
  readonly groups: number;
  /** Its learning rate, where some are. */
  readonly rate: number;
}

/** The place that a position says; the start where there is none. */
export function placeOf(from: Position | undefined): StreamPlace {
  if (!from) return { sentence: 0, groups: 0, rate: 0 };
  const [sentence, groups, rate] = ['sentence', 'groups', 'rate'].map((name) => numberIn(from, name));
  return { sentence: sentence!, groups: groups!, rate: rate! };
}

/** The place before a sentence; not the one that a pass began in the midst of. */
export function startOf(sentence: number): Position {
  return { sentence, groups: 0, rate: 0 };
}

/** The groups of a sentence that are done, and its learning rate: `rate` is asked where none is. */
export function takeUpSentence(
  place: StreamPlace,
  sentence: number,
  rate: () => number,
): { readonly done: number; readonly rate: number } {
  const done = sentence === place.sentence ? place.groups : 0;
  return { done, rate: done > 0 ? place.rate : rate() };
}
