import { WordmillError } from '../../core/errors.js';
import type { CrfWeights, Numbers } from './crf-reference.js';
import { hasPrefix, mayFollow, partsOf, type Scheme } from './schemes.js';

/** Which tags may begin, end and follow one another: 1 where they may, else 0. Shapes as in `CrfWeights`. */
export interface TransitionMask {
  readonly start: Uint8Array;
  readonly end: Uint8Array;
  readonly transitions: Uint8Array;
}

/** The best path of a sentence. */
export interface BestPath {
  /** T tags, from 0 to K - 1. */
  readonly path: Int32Array;
  /** Its score s(y). */
  readonly score: number;
}

/**
 * What a scheme lets follow what.
 *
 * @throws WordmillError `data` for a tag that the scheme cannot have.
 */
export function transitionMask(scheme: Scheme, tags: readonly string[]): TransitionMask {
  const parts = tags.map((tag) => {
    const found = partsOf(tag);
    if (found && hasPrefix(scheme, found.prefix)) return found;
    throw new WordmillError('data', `${scheme} cannot have the tag '${tag}'`);
  });
  return {
    start: Uint8Array.from(parts, (next) => Number(mayFollow(scheme, undefined, next))),
    end: Uint8Array.from(parts, (previous) => Number(mayFollow(scheme, previous, undefined))),
    transitions: Uint8Array.from(
      parts.flatMap((previous) => parts.map((next) => Number(mayFollow(scheme, previous, next)))),
    ),
  };
}

/** Weights that prefer no transition: with them and a mask, decoding a softmax gives the best legal path. */
export function noTransitionScores(tags: number): CrfWeights {
  return {
    tags,
    start: new Float64Array(tags),
    end: new Float64Array(tags),
    transitions: new Float64Array(tags * tags),
  };
}

/**
 * The path of the highest score s(y) (Viterbi 1967; Rabiner 1989, equations 30-35); of equal ones, the one whose last
 * tag, then the one before, and so on, has the lowest number.
 *
 * @param emissions T x K, from `offset` on
 * @param length T; 0 gives an empty path of score 0
 * @param mask rules paths out; without one, all are allowed
 * @throws WordmillError `internal` where no path is allowed, which cannot be where `O` is among a scheme's tags; or where
 * a score is NaN.
 */
export function crfBestPath(
  weights: CrfWeights,
  emissions: Numbers,
  options: { readonly length?: number; readonly offset?: number; readonly mask?: TransitionMask } = {},
): BestPath {
  const { tags, start, end } = weights;
  const { length = emissions.length / tags, offset = 0, mask } = options;
  checkNumbers(emissions, offset, offset + length * tags);
  const path = new Int32Array(length);
  if (length === 0) return { path, score: 0 };
  const transitions = masked(weights.transitions, mask?.transitions);
  const from = new Int32Array(length * tags);
  let scores = masked(start, mask?.start);
  for (let j = 0; j < tags; j++) scores[j]! += emissions[offset + j]!;
  let next = new Float64Array(tags);
  for (let t = 1; t < length; t++) {
    for (let j = 0; j < tags; j++) {
      let best = 0;
      let bestScore = Number.NEGATIVE_INFINITY;
      for (let i = 0; i < tags; i++) {
        const score = scores[i]! + transitions[i * tags + j]!;
        if (score > bestScore) {
          best = i;
          bestScore = score;
        }
      }
      from[t * tags + j] = best;
      next[j] = bestScore + emissions[offset + t * tags + j]!;
    }
    [scores, next] = [next, scores];
  }
  const ends = masked(end, mask?.end);
  let last = -1;
  let score = Number.NEGATIVE_INFINITY;
  for (let j = 0; j < tags; j++) {
    const total = scores[j]! + ends[j]!;
    if (total > score) [last, score] = [j, total];
  }
  if (last === -1) {
    throw new WordmillError('internal', 'no path of tags is allowed here');
  }
  for (let t = length - 1; t >= 0; t--) {
    path[t] = last;
    last = from[t * tags + last]!;
  }
  return { path, score };
}

/** NaN is larger than nothing: a tag with such a score would never be taken, and no one would know why. */
function checkNumbers(scores: Numbers, from: number, to: number): void {
  for (let i = from; i < to; i++) {
    if (Number.isNaN(scores[i])) throw new WordmillError('internal', `score ${i} of a tag is NaN`);
  }
}

/** A copy in float64, -Infinity where the mask has 0. */
function masked(scores: Numbers, mask: Uint8Array | undefined): Float64Array<ArrayBuffer> {
  checkNumbers(scores, 0, scores.length);
  const copy = Float64Array.from(scores);
  if (mask) for (let i = 0; i < copy.length; i++) if (mask[i] === 0) copy[i] = Number.NEGATIVE_INFINITY;
  return copy;
}
