/**
 * A linear-chain conditional random field (Lafferty, McCallum & Pereira 2001) over emissions that a network gives, as
 * in Lample et al. 2016, "Neural Architectures for Named Entity Recognition", section 2.2. The score of a path y of T
 * tags is
 *
 *     s(y) = start[y_1] + sum over t of emissions[t, y_t] + sum over t > 1 of transitions[y_{t-1}, y_t] + end[y_T]
 *
 * and p(y) = exp(s(y)) / Z, where Z sums exp(s) over all paths. All arithmetic is float64, in logarithms.
 */

/** Rows and numbers of emissions and weights: float32 from a network, float64 where gradients are checked. */
export type Numbers = Float32Array | Float64Array;

/** What a CRF learns, for K tags. A score of -Infinity rules a tag or a transition out. */
export interface CrfWeights {
  readonly tags: number;
  /** K scores for the first tag. */
  readonly start: Numbers;
  /** K scores for the last tag. */
  readonly end: Numbers;
  /** K x K: from tag i to tag j at `i * K + j`. */
  readonly transitions: Numbers;
}

/** Gradients by the weights; sums over sentences. */
export interface CrfGradients {
  readonly start: Float64Array;
  readonly end: Float64Array;
  readonly transitions: Float64Array;
}

/** A sum of exponentials below this may have lost terms to underflow: it is then summed again in logarithms. */
const SAFE_SUM = 1e-200;
/** exp of more than this is near the end of float64. */
const SAFE_EXPONENT = 600;

/**
 * Forward and backward scores of sentences of up to `time` tokens, in arrays that are made once:
 * forward[t, j] = log of the sum of exp(score) over all paths of tokens 0..t that end in tag j;
 * backward[t, i] = the same over all that follow token t in tag i (Rabiner 1989, equations 19-25, in logarithms).
 */
export class ForwardBackward {
  readonly forward: Float64Array;
  readonly backward: Float64Array;
  readonly #weights: CrfWeights;
  /** exp(transitions - largest), so that a step needs K exponentials instead of K x K. */
  readonly #exponentials: Float64Array;
  readonly #largest: number;
  readonly #shifted: Float64Array;

  constructor(weights: CrfWeights, time: number) {
    const { tags, transitions } = weights;
    this.#weights = weights;
    this.forward = new Float64Array(time * tags);
    this.backward = new Float64Array(time * tags);
    let largest = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < transitions.length; k++) largest = Math.max(largest, transitions[k]!);
    this.#largest = finiteOrZero(largest);
    this.#exponentials = Float64Array.from(transitions, (score) => Math.exp(score - this.#largest));
    this.#shifted = new Float64Array(tags);
  }

  /**
   * Fills `forward`, and gives log Z.
   *
   * @param emissions T x K, from `offset` on
   * @param length T, at least 1
   */
  runForward(emissions: Numbers, offset: number, length: number): number {
    const { tags, start, end, transitions } = this.#weights;
    const { forward } = this;
    for (let j = 0; j < tags; j++) forward[j] = start[j]! + emissions[offset + j]!;
    for (let t = 1; t < length; t++) {
      const before = (t - 1) * tags;
      const largest = this.#shift(forward, before);
      for (let j = 0; j < tags; j++) {
        let sum = 0;
        for (let i = 0; i < tags; i++) sum += this.#shifted[i]! * this.#exponentials[i * tags + j]!;
        const from =
          sum > SAFE_SUM
            ? Math.log(sum) + largest + this.#largest
            : logSumExp(tags, (i) => forward[before + i]! + transitions[i * tags + j]!);
        forward[t * tags + j] = from + emissions[offset + t * tags + j]!;
      }
    }
    const last = (length - 1) * tags;
    return logSumExp(tags, (j) => forward[last + j]! + end[j]!);
  }

  /** Fills `backward`; parameters as in `runForward`. */
  runBackward(emissions: Numbers, offset: number, length: number): void {
    const { tags, end, transitions } = this.#weights;
    const { backward } = this;
    const following = new Float64Array(tags);
    backward.set(end, (length - 1) * tags);
    for (let t = length - 2; t >= 0; t--) {
      for (let j = 0; j < tags; j++) {
        following[j] = emissions[offset + (t + 1) * tags + j]! + backward[(t + 1) * tags + j]!;
      }
      const largest = this.#shift(following, 0);
      for (let i = 0; i < tags; i++) {
        let sum = 0;
        for (let j = 0; j < tags; j++) sum += this.#exponentials[i * tags + j]! * this.#shifted[j]!;
        backward[t * tags + i] =
          sum > SAFE_SUM
            ? Math.log(sum) + largest + this.#largest
            : logSumExp(tags, (j) => transitions[i * tags + j]! + following[j]!);
      }
    }
  }

  /**
   * Adds to `gradient` p(y_t = i, y_{t+1} = j) for every t, after `runForward` and `runBackward`:
   * exp(forward[t, i] + transitions[i, j] + emissions[t+1, j] + backward[t+1, j] - log Z).
   */
  addTransitionMarginals(
    gradient: Float64Array,
    emissions: Numbers,
    offset: number,
    length: number,
    logZ: number,
  ): void {
    const { tags, transitions } = this.#weights;
    const { forward, backward } = this;
    const from = new Float64Array(tags);
    const to = new Float64Array(tags);
    for (let t = 0; t + 1 < length; t++) {
      const largestFrom = this.#shift(forward, t * tags);
      from.set(this.#shifted);
      for (let j = 0; j < tags; j++) {
        to[j] = emissions[offset + (t + 1) * tags + j]! + backward[(t + 1) * tags + j]!;
      }
      const largestTo = this.#shift(to, 0);
      const exponent = largestFrom + largestTo + this.#largest - logZ;
      if (exponent < SAFE_EXPONENT) {
        const scale = Math.exp(exponent);
        for (let i = 0; i < tags; i++) {
          const scaled = from[i]! * scale;
          for (let j = 0; j < tags; j++) {
            gradient[i * tags + j]! += scaled * this.#exponentials[i * tags + j]! * this.#shifted[j]!;
          }
        }
      } else {
        // Where the best ways from both sides do not fit together, products of exponentials would overflow.
        for (let i = 0; i < tags; i++) {
          for (let j = 0; j < tags; j++) {
            const score = forward[t * tags + i]! + transitions[i * tags + j]! + to[j]!;
            gradient[i * tags + j]! += Math.exp(score - logZ);
          }
        }
      }
    }
  }

  /** exp of K scores less the largest of them, into `#shifted`; gives the largest. */
  #shift(scores: Float64Array, offset: number): number {
    const { tags } = this.#weights;
    let largest = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < tags; i++) largest = Math.max(largest, scores[offset + i]!);
    largest = finiteOrZero(largest);
    for (let i = 0; i < tags; i++) this.#shifted[i] = Math.exp(scores[offset + i]! - largest);
    return largest;
  }
}

/** log of the sum of exp(score(i)), without overflow; -Infinity where all scores are. */
function logSumExp(count: number, score: (index: number) => number): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < count; i++) largest = Math.max(largest, score(i));
  if (largest === Number.NEGATIVE_INFINITY) return largest;
  let sum = 0;
  for (let i = 0; i < count; i++) sum += Math.exp(score(i) - largest);
  return Math.log(sum) + largest;
}

/** Scores that are all -Infinity are shifted by nothing: -Infinity less itself would be no number. */
function finiteOrZero(largest: number): number {
  return largest === Number.NEGATIVE_INFINITY ? 0 : largest;
}

/** log Z: the log of the sum of exp(s(y)) over all paths; 0 for a sentence without tokens. Emissions are T x K. */
export function crfLogPartition(weights: CrfWeights, emissions: Numbers): number {
  const length = emissions.length / weights.tags;
  return length === 0 ? 0 : new ForwardBackward(weights, length).runForward(emissions, 0, length);
}

/** s(y) of a path: its unnormalised score. Emissions are T x K from `offset` on, the path T tags. */
export function crfPathScore(
  weights: CrfWeights,
  emissions: Numbers,
  path: ArrayLike<number>,
  offset = 0,
): number {
  const { tags, start, end, transitions } = weights;
  if (path.length === 0) return 0;
  let score = start[path[0]!]! + end[path[path.length - 1]!]!;
  for (let t = 0; t < path.length; t++) {
    score += emissions[offset + t * tags + path[t]!]!;
    if (t > 0) score += transitions[path[t - 1]! * tags + path[t]!]!;
  }
  return score;
}

/** p(y_t = j) as T x K. Emissions are T x K. */
export function crfMarginals(weights: CrfWeights, emissions: Numbers): Float64Array {
  const length = emissions.length / weights.tags;
  const marginals = new Float64Array(emissions.length);
  if (length === 0) return marginals;
  const run = new ForwardBackward(weights, length);
  const logZ = run.runForward(emissions, 0, length);
  run.runBackward(emissions, 0, length);
  for (let k = 0; k < marginals.length; k++)
    marginals[k] = Math.exp(run.forward[k]! + run.backward[k]! - logZ);
  return marginals;
}
