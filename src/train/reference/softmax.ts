import type { Loss, Outputs } from './loss.js';

/**
 * Full softmax: every word of the vocabulary is an output, and
 *
 *     p(target | h) = exp(h . W[target]) / sum over w of exp(h . W[w])
 *
 * (Mikolov, Chen, Corrado & Dean 2013, "Distributed Representations of Words and Phrases", equation 2.)
 * The loss is -log p(target | h) = log(sum of exp(score)) - score[target]. The derivative of the first term by
 * score[w] is exp(score[w]) / sum = p(w | h), that of the second is 1 for the target and 0 elsewhere; so
 * error[w] = label[w] - p(w | h).
 *
 * One prediction costs as much as the vocabulary is large, which is what the other two losses avoid. Exact, and good
 * for vocabularies of up to some thousands of words.
 */
export class Softmax implements Loss {
  readonly outputRows: number;
  readonly maximumOutputs: number;
  readonly #outputs: Outputs;
  #lastTarget = 0;

  constructor(words: number) {
    this.outputRows = words;
    this.maximumOutputs = words;
    this.#outputs = {
      rows: Uint32Array.from({ length: words }, (_, word) => word),
      labels: new Uint8Array(words),
      length: words,
    };
  }

  /** Nothing is drawn at random. */
  startSentence(): void {}

  outputsFor(target: number): Outputs {
    const { labels } = this.#outputs;
    labels[this.#lastTarget] = 0;
    labels[target] = 1;
    this.#lastTarget = target;
    return this.#outputs;
  }

  evaluate(outputs: Outputs, scores: Float64Array, errors: Float64Array): number {
    return softmaxLoss(outputs, scores, errors);
  }
}

/**
 * -log of the softmax at the row whose label is 1. The largest score is taken off all of them first: that changes no
 * probability and keeps the exponentials from overflowing.
 *
 * @returns the loss in nats; `errors` is written with label - probability.
 */
export function softmaxLoss(outputs: Outputs, scores: Float64Array, errors: Float64Array): number {
  const { labels, length } = outputs;
  let largest = Number.NEGATIVE_INFINITY;
  for (let o = 0; o < length; o++) largest = Math.max(largest, scores[o]!);
  let sum = 0;
  for (let o = 0; o < length; o++) {
    errors[o] = Math.exp(scores[o]! - largest);
    sum += errors[o]!;
  }
  let loss = 0;
  for (let o = 0; o < length; o++) {
    if (labels[o] === 1) loss += Math.log(sum) + largest - scores[o]!;
    errors[o] = labels[o]! - errors[o]! / sum;
  }
  return loss;
}
