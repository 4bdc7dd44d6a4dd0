import { WordmillError } from '../../core/errors.js';
import {
  type CrfGradients,
  type CrfWeights,
  crfPathScore,
  ForwardBackward,
  type Numbers,
} from './crf-reference.js';

/** Sentences of one batch, padded to the same number of tokens. */
export interface CrfBatch {
  /** batch x time x K, row-major; what is past a sentence's length is not read. */
  readonly emissions: Numbers;
  /** The tokens of each sentence, at most `time`; 0 is a sentence without tokens, of loss 0. */
  readonly lengths: ArrayLike<number>;
  /** batch x time: the right tags, from 0 to K - 1. */
  readonly gold: ArrayLike<number>;
  readonly time: number;
}

/** Losses of a batch and their gradients. */
export interface CrfBatchResult {
  /** -log p(gold) of each sentence, in nats. */
  readonly losses: Float64Array;
  /** batch x time x K: the gradient of the sum of losses by the emissions; 0 past a sentence's length. */
  readonly emissionGradient: Float32Array;
  /** The gradient of the sum of losses by the weights. */
  readonly weightGradients: CrfGradients;
}

/**
 * The negative log likelihood of a batch, log Z - s(gold) for each sentence, and its gradients. A gradient is what the
 * model expects less what is there: p(y_t = j) less 1 where j is the gold tag, and the same for pairs of neighbours
 * (Sutton & McCallum 2012, "An Introduction to Conditional Random Fields", equation 5.5).
 *
 * @throws WordmillError `internal` where the sizes do not fit together, or a gold tag is none of the K.
 */
export function crfBatch(weights: CrfWeights, batch: CrfBatch): CrfBatchResult {
  checkSizes(weights, batch);
  const { tags } = weights;
  const { emissions, lengths, gold, time } = batch;
  const losses = new Float64Array(lengths.length);
  const emissionGradient = new Float32Array(emissions.length);
  const weightGradients: CrfGradients = {
    start: new Float64Array(tags),
    end: new Float64Array(tags),
    transitions: new Float64Array(tags * tags),
  };
  const run = new ForwardBackward(weights, time);
  for (let sentence = 0; sentence < lengths.length; sentence++) {
    const length = lengths[sentence]!;
    if (length === 0) continue;
    const offset = sentence * time * tags;
    const path = goldPath(gold, sentence * time, length, tags);
    const logZ = run.runForward(emissions, offset, length);
    run.runBackward(emissions, offset, length);
    losses[sentence] = logZ - crfPathScore(weights, emissions, path, offset);
    for (let k = 0; k < length * tags; k++) {
      emissionGradient[offset + k] = Math.exp(run.forward[k]! + run.backward[k]! - logZ);
    }
    const last = (length - 1) * tags;
    for (let j = 0; j < tags; j++) {
      weightGradients.start[j]! += Math.exp(run.forward[j]! + run.backward[j]! - logZ);
      weightGradients.end[j]! += Math.exp(run.forward[last + j]! + run.backward[last + j]! - logZ);
    }
    run.addTransitionMarginals(weightGradients.transitions, emissions, offset, length, logZ);
    subtractGold(path, tags, emissionGradient.subarray(offset), weightGradients);
  }
  return { losses, emissionGradient, weightGradients };
}

function subtractGold(
  path: Int32Array,
  tags: number,
  emissionGradient: Float32Array,
  gradients: CrfGradients,
): void {
  gradients.start[path[0]!]! -= 1;
  gradients.end[path[path.length - 1]!]! -= 1;
  for (let t = 0; t < path.length; t++) {
    emissionGradient[t * tags + path[t]!]! -= 1;
    if (t > 0) gradients.transitions[path[t - 1]! * tags + path[t]!]! -= 1;
  }
}

function goldPath(gold: ArrayLike<number>, from: number, length: number, tags: number): Int32Array {
  const path = new Int32Array(length);
  for (let t = 0; t < length; t++) {
    const tag = gold[from + t]!;
    if (!(tag >= 0 && tag < tags)) throw new WordmillError('internal', `there is no tag ${tag} of ${tags}`);
    path[t] = tag;
  }
  return path;
}

function checkSizes({ tags, start, end, transitions }: CrfWeights, batch: CrfBatch): void {
  const { emissions, lengths, gold, time } = batch;
  const cells = lengths.length * time;
  const fits =
    start.length === tags &&
    end.length === tags &&
    transitions.length === tags * tags &&
    emissions.length === cells * tags &&
    gold.length === cells;
  let longest = 0;
  for (let i = 0; i < lengths.length; i++) longest = Math.max(longest, lengths[i]!);
  if (!fits || longest > time) {
    throw new WordmillError(
      'internal',
      `${lengths.length} sentences of up to ${longest} of ${time} tokens and ${tags} tags do not fit ` +
        `${emissions.length} emissions, ${gold.length} gold tags and ${transitions.length} transitions`,
    );
  }
}
