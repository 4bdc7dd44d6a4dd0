import type { Device, Tensor } from '../backend/device.js';
import type { Parameter } from './parameter.js';
import type { Tape, Value } from './tape.js';

/** A loss over the rows of a batch. */
export interface RowLosses {
  /** The loss of each row, in nats, before its weight. */
  readonly losses: Float32Array;
  /** The sum of weight times loss: what `backward` takes the gradient of. */
  readonly total: number;
}

/** Scores that are computed at once, at most: more would be slower, and take memory by the gigabyte. */
const MOST_SCORES = 24_000_000;

/** Keeps the logarithm of a probability finite; float32 has none smaller than about 1e-38. */
const LEAST_PROBABILITY = 1e-37;

/**
 * Full softmax with cross-entropy over a vocabulary: for a row h and its target t,
 *
 *     loss = log(sum over v of exp(s[v])) - s[t],   s = W h + b
 *     slope by s[v] = p[v] - [v = t],               p = softmax(s)
 *
 * The part -[v = t] never becomes a one-hot matrix: it touches one row of W and of its gradient for each row of h, and
 * is added there. The probabilities are computed block by block of rows. (TensorFlow's
 * SparseSoftmaxCrossEntropyWithLogits gives the same numbers; its Softmax is three times as fast.)
 *
 * @param h [rows, units]
 * @param output W [vocabulary, units]; b [vocabulary]
 * @param targets an id for each row
 * @param weights of the rows' losses, such as 1 / rows; 0 leaves a row (padding) out
 * @param mostScores how many scores a block has at most
 */
export function softmaxCrossEntropy(
  tape: Tape,
  h: Value,
  output: { readonly weights: Parameter; readonly bias?: Parameter },
  targets: Int32Array,
  weights: Float32Array,
  mostScores = MOST_SCORES,
): RowLosses {
  const { device } = tape;
  const [rows, units] = h.shape as [number, number];
  // Read here, because the tape keeps what it reads, and a block's scope ends before the tape does.
  const W = tape.tensorOf(output.weights);
  if (output.bias) tape.tensorOf(output.bias);
  const blockRows = Math.max(1, Math.floor(mostScores / W.shape[0]!));
  const losses = new Float32Array(rows);
  const byH: Tensor[] = [];
  for (let start = 0; start < rows; start += blockRows) {
    const length = Math.min(blockRows, rows - start);
    const part = {
      h: length === rows ? h.tensor : device.slice(h.tensor, [start, 0], [length, units]),
      targets: targets.subarray(start, start + length),
      weights: weights.subarray(start, start + length),
    };
    // The first is the gradient by h; the others are the parameters', which the tape has.
    const [first] = device.scope(() =>
      softmaxBlock(tape, part, output, W, losses.subarray(start, start + length)),
    );
    if (first) byH.push(first);
  }
  if (h.needsGradient && tape.training) {
    tape.recordLoss(() => tape.give(h, byH.length === 1 ? byH[0]! : device.concat(byH, 0)));
  }
  return { losses, total: weightedSum(losses, weights) };
}

/** One block of rows; in training gives the gradients that outlive it: by h first, then W's and b's, given to the tape. */
function softmaxBlock(
  tape: Tape,
  { h, targets, weights }: { h: Tensor; targets: Int32Array; weights: Float32Array },
  output: { readonly weights: Parameter; readonly bias?: Parameter },
  W: Tensor,
  losses: Float32Array,
): Tensor[] {
  const { device } = tape;
  const scores = device.matMul(h, W, false, true);
  const biased = output.bias ? device.binary('add', scores, tape.tensorOf(output.bias)) : scores;
  if (output.bias) device.free(scores);
  const p = device.softmax(biased);
  device.free(biased);
  const likelihoods = device.read(device.pick(p, targets));
  for (const [row, likelihood] of likelihoods.entries())
    losses[row] = -Math.log(Math.max(likelihood, LEAST_PROBABILITY));
  if (!tape.training) return [];

  const kept: Tensor[] = [];
  const w = device.tensor(weights, [weights.length, 1]);
  const byScore = device.binary('subtract', device.matMul(p, W), device.gather(W, targets));
  kept.push(device.binary('multiply', byScore, w));
  if (tape.learns(output.weights)) {
    const weighted = device.binary('multiply', h, w);
    const ofProbabilities = device.matMul(p, weighted, true);
    const ofTargets = device.segmentSum(weighted, targets, W.shape[0]!);
    const gradient = device.binary('subtract', ofProbabilities, ofTargets);
    tape.collect(output.weights).add(gradient);
    kept.push(gradient);
  }
  if (output.bias && tape.learns(output.bias)) {
    const ofProbabilities = device.reshape(device.matMul(p, w, true), [W.shape[0]!]);
    const ofTargets = new Float32Array(W.shape[0]!);
    for (const [row, target] of targets.entries()) ofTargets[target]! += weights[row]!;
    const gradient = device.binary('subtract', ofProbabilities, device.tensor(ofTargets, [W.shape[0]!]));
    tape.collect(output.bias).add(gradient);
    kept.push(gradient);
  }
  return kept;
}

/** Words that a sampled softmax compares the targets with, the same for all rows of a batch. */
export interface SampledWords {
  /** Different ids. */
  readonly ids: Int32Array;
  /** By vocabulary id: the logarithm of the expected number of times that a word is in a sample. */
  readonly logExpected: Float32Array;
}

/**
 * Sampled softmax (Jean, Cho, Memisevic & Bengio 2015, "On Using Very Large Target Vocabulary for Neural Machine
 * Translation", section 3; the correction is Bengio & Senecal's of 2008): the softmax of a row runs over its target and
 * the sampled words only, each score less the logarithm of how often the word is expected in a sample. A sampled word
 * that is a row's own target is left out for that row.
 *
 * Parameters as for `softmaxCrossEntropy`; only the rows of W and b that are used are read and get gradients.
 */
export function sampledSoftmax(
  tape: Tape,
  h: Value,
  output: { readonly weights: Parameter; readonly bias?: Parameter },
  targets: Int32Array,
  weights: Float32Array,
  sampled: SampledWords,
): RowLosses {
  const { device } = tape;
  const rows = targets.length;
  const columns = sampled.ids.length;
  const targetRows = tape.rows(output.weights, targets);
  const sampledRows = tape.rows(output.weights, sampled.ids);
  const targetBias = output.bias && tape.rows(output.bias, targets);
  const sampledBias = output.bias && tape.rows(output.bias, sampled.ids);

  const ofTarget = device.sum(device.binary('multiply', h.tensor, targetRows.tensor), [1], true);
  const ofSampled = device.matMul(h.tensor, sampledRows.tensor, false, true);
  const corrected = (ids: Int32Array, bias: Value | undefined) => {
    const correction = device.tensor(
      Float32Array.from(ids, (id) => -sampled.logExpected[id]!),
      [ids.length],
    );
    return bias ? device.binary('add', correction, bias.tensor) : correction;
  };
  const scores = device.concat(
    [
      device.binary('add', ofTarget, device.reshape(corrected(targets, targetBias), [rows, 1])),
      withoutHits(
        device,
        device.binary('add', ofSampled, corrected(sampled.ids, sampledBias)),
        targets,
        sampled.ids,
      ),
    ],
    1,
  );
  const p = device.softmax(scores);
  const likelihoods = device.read(device.slice(p, [0, 0], [rows, 1]));
  const losses = Float32Array.from(
    likelihoods,
    (likelihood) => -Math.log(Math.max(likelihood, LEAST_PROBABILITY)),
  );

  tape.recordLoss(() => {
    const w = device.tensor(weights, [rows, 1]);
    const weighted = device.binary('multiply', p, w);
    const [first, rest] = [
      device.slice(weighted, [0, 0], [rows, 1]),
      device.slice(weighted, [0, 1], [rows, columns]),
    ];
    const byTarget = device.binary('subtract', first, w);
    tape.give(targetRows, device.binary('multiply', h.tensor, byTarget));
    tape.give(sampledRows, device.matMul(rest, h.tensor, true));
    if (targetBias) tape.give(targetBias, device.reshape(byTarget, [rows]));
    if (sampledBias) tape.give(sampledBias, device.sum(rest, [0]));
    const byH = device.matMul(rest, sampledRows.tensor);
    tape.give(h, device.binary('add', byH, device.binary('multiply', targetRows.tensor, byTarget)));
  });
  return { losses, total: weightedSum(losses, weights) };
}

/** Scores [rows, sampled] where a sampled word that is the row's target gets a score that softmax makes 0. */
function withoutHits(device: Device, scores: Tensor, targets: Int32Array, sampled: Int32Array): Tensor {
  const columnOf = new Map(Array.from(sampled, (id, column) => [id, column]));
  let mask: Float32Array | undefined;
  for (const [row, target] of targets.entries()) {
    const column = columnOf.get(target);
    if (column === undefined) continue;
    mask ??= new Float32Array(targets.length * sampled.length);
    mask[row * sampled.length + column] = -1e30;
  }
  if (!mask) return scores;
  return device.binary('add', scores, device.tensor(mask, [targets.length, sampled.length]));
}

/**
 * Yes-or-no questions, as negative sampling asks them: with score s and label y (1 or 0),
 * loss = softplus(s) - y s = -log sigmoid(s) or -log sigmoid(-s); slope sigmoid(s) - y.
 *
 * @param scores any shape; labels and weights of as many numbers
 */
export function logisticLoss(
  tape: Tape,
  scores: Value,
  labels: Float32Array,
  weights: Float32Array,
): RowLosses {
  const { device } = tape;
  const y = device.tensor(labels, scores.shape);
  const softplus = device.unary('softplus', scores.tensor);
  const lost = device.binary('subtract', softplus, device.binary('multiply', y, scores.tensor));
  const losses = device.read(lost) as Float32Array;
  tape.recordLoss(() => {
    const slope = device.binary('subtract', device.unary('sigmoid', scores.tensor), y);
    tape.give(scores, device.binary('multiply', slope, device.tensor(weights, scores.shape)));
  });
  return { losses, total: weightedSum(losses, weights) };
}

/** A loss that is computed on this side, from the numbers of a value: gives its total and its gradient by them. */
export function hostLoss(
  tape: Tape,
  value: Value,
  compute: (data: Float32Array) => { readonly total: number; readonly gradient: Float32Array },
): number {
  const { total, gradient } = compute(tape.device.read(value.tensor) as Float32Array);
  tape.recordLoss(() => tape.give(value, tape.device.tensor(gradient, value.shape)));
  return total;
}

function weightedSum(losses: Float32Array, weights: Float32Array): number {
  let total = 0;
  for (let row = 0; row < losses.length; row++) if (weights[row] !== 0) total += losses[row]! * weights[row]!;
  return total;
}
