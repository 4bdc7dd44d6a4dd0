import { crfBatch } from '../../tagging/crf-batch.js';
import {
  crfBestPath,
  noTransitionScores,
  type TransitionMask,
  transitionMask,
} from '../../tagging/crf-decode.js';
import type { CrfWeights } from '../../tagging/crf-reference.js';
import type { Scheme } from '../../tagging/schemes.js';
import { hostLoss } from '../autodiff/losses.js';
import { Parameter } from '../autodiff/parameter.js';
import type { Tape, Value } from '../autodiff/tape.js';
import type { Device } from '../backend/device.js';
import type { SequenceShape } from '../recurrent/sequences.js';

type PaddedShape = SequenceShape & { readonly lengths: Int32Array };

/** From scores of tags to a loss in training, and to tags in use. */
export interface TagDecoder {
  readonly parameters: readonly Parameter[];
  /**
   * The loss of the right tags: their negative log likelihood in nats, summed over the batch and divided by its number
   * of sentences, which is what the gradient is of.
   *
   * @param emissions [steps * batch, tags]
   * @param gold tags of each sentence
   * @returns the sum over the batch
   */
  loss(tape: Tape, emissions: Value, shape: PaddedShape, gold: readonly Int32Array[]): number;
  /** The best tags of each sentence that the scheme allows. */
  decode(emissions: Float32Array, shape: PaddedShape): Int32Array[];
}

/** A decoder of either kind. */
export function tagDecoder(
  device: Device,
  kind: 'crf' | 'softmax',
  scheme: Scheme,
  tags: readonly string[],
): TagDecoder {
  const mask = transitionMask(scheme, tags);
  return kind === 'crf' ? crfDecoder(device, tags.length, mask) : softmaxDecoder(tags.length, mask);
}

/** A linear-chain CRF: scores of the first tag, the last, and of each that follows another are learned too. */
function crfDecoder(device: Device, tags: number, mask: TransitionMask): TagDecoder {
  const zeros = (name: string, shape: readonly number[]) =>
    new Parameter(device, `crf.${name}`, shape, new Float32Array(shape.reduce((a, b) => a * b)));
  const start = zeros('start', [tags]);
  const end = zeros('end', [tags]);
  const transitions = zeros('transitions', [tags, tags]);
  const weights = (): CrfWeights => ({
    tags,
    start: start.variable.toHost(),
    end: end.variable.toHost(),
    transitions: transitions.variable.toHost(),
  });
  return {
    parameters: [start, end, transitions],
    loss(tape, emissions, shape, gold) {
      const { steps, batch, lengths } = shape;
      return hostLoss(tape, emissions, (data) => {
        const goldTags = new Int32Array(batch * steps);
        for (const [b, path] of gold.entries()) goldTags.set(path, b * steps);
        const { losses, emissionGradient, weightGradients } = crfBatch(weights(), {
          ...{ emissions: bySentence(data, shape, tags), lengths, gold: goldTags, time: steps },
        });
        for (const [name, parameter] of Object.entries({ start, end, transitions })) {
          if (!tape.learns(parameter)) continue;
          const gradient = Float32Array.from(weightGradients[name as 'start'], (value) => value / batch);
          tape.collect(parameter).add(device.tensor(gradient, parameter.shape));
        }
        const gradient = byStep(emissionGradient, shape, tags);
        for (let i = 0; i < gradient.length; i++) gradient[i]! /= batch;
        return { total: losses.reduce((sum, loss) => sum + loss, 0), gradient };
      });
    },
    decode: (emissions, shape) => bestPaths(weights(), emissions, shape, mask),
  };
}

/** Each tag by itself; only decoding sees the scheme. */
function softmaxDecoder(tags: number, mask: TransitionMask): TagDecoder {
  return {
    parameters: [],
    loss(tape, emissions, { batch }, gold) {
      return hostLoss(tape, emissions, (data) => {
        const gradient = new Float32Array(data.length);
        let total = 0;
        for (const [b, path] of gold.entries()) {
          for (const [t, tag] of path.entries()) {
            const row = (t * batch + b) * tags;
            const p = softmax(data.subarray(row, row + tags));
            total -= Math.log(p[tag]!);
            for (let k = 0; k < tags; k++) gradient[row + k] = (p[k]! - (k === tag ? 1 : 0)) / batch;
          }
        }
        return { total, gradient };
      });
    },
    decode: (emissions, shape) => bestPaths(noTransitionScores(tags), emissions, shape, mask),
  };
}

function softmax(scores: Float32Array): Float64Array {
  const largest = Math.max(...scores);
  const p = Float64Array.from(scores, (score) => Math.exp(score - largest));
  const sum = p.reduce((total, value) => total + value, 0);
  // Kept above 0, so that its logarithm is finite.
  return p.map((value) => Math.max(value / sum, Number.MIN_VALUE));
}

function bestPaths(
  weights: CrfWeights,
  emissions: Float32Array,
  shape: PaddedShape,
  mask: TransitionMask,
): Int32Array[] {
  const { tags } = weights;
  const ordered = bySentence(emissions, shape, tags);
  return Array.from(shape.lengths, (length, b) => {
    return crfBestPath(weights, ordered, { length, offset: b * shape.steps * tags, mask }).path;
  });
}

/** From [steps * batch, tags] to [batch * steps, tags]. */
function bySentence(data: Float32Array, { steps, batch }: SequenceShape, tags: number): Float32Array {
  return regrouped(data, steps, batch, tags);
}

/** And back. */
function byStep(data: Float32Array, { steps, batch }: SequenceShape, tags: number): Float32Array {
  return regrouped(data, batch, steps, tags);
}

function regrouped(data: Float32Array, outer: number, inner: number, tags: number): Float32Array {
  const result = new Float32Array(data.length);
  for (let i = 0; i < outer; i++) {
    for (let j = 0; j < inner; j++) {
      const from = (i * inner + j) * tags;
      result.set(data.subarray(from, from + tags), (j * outer + i) * tags);
    }
  }
  return result;
}
