import { LARGEST_SCORE } from '../largest-score.js';
import type { Outputs } from './loss.js';
import { sigmoid, softplus } from './math.js';

/**
 * Yes-or-no questions, one for each output row: the sum of -log sigmoid(s) for label 1 and -log sigmoid(-s) for
 * label 0. Negative sampling and hierarchical softmax differ only in the rows and labels they put in.
 *
 * With sigmoid' = sigmoid (1 - sigmoid), the derivative of -log sigmoid(s) is sigmoid(s) - 1, and that of
 * -log sigmoid(-s) is sigmoid(s); so error = -d loss / d score = label - sigmoid(score) in both cases.
 *
 * A score of 6 and more, or -6 and less, has error 0 all the same, as in gensim and (for negative sampling) nearly so in
 * word2vec.c: it keeps training from growing without bound at large learning rates.
 *
 * @returns the loss in nats; `errors` is written.
 */
export function logisticLoss(outputs: Outputs, scores: Float64Array, errors: Float64Array): number {
  let loss = 0;
  for (let o = 0; o < outputs.length; o++) {
    const score = scores[o]!;
    const label = outputs.labels[o]!;
    loss += softplus(label === 1 ? -score : score);
    errors[o] = Math.abs(score) < LARGEST_SCORE ? label - sigmoid(score) : 0;
  }
  return loss;
}
