import type { Outputs } from './loss.js';
import { sigmoid, softplus } from './math.js';

/**
 * Yes-or-no questions, one for each output row: the sum of -log sigmoid(s) for label 1 and -log sigmoid(-s) for
 * label 0. Negative sampling and hierarchical softmax differ only in the rows and labels they put in.
 *
 * With sigmoid' = sigmoid (1 - sigmoid), the derivative of -log sigmoid(s) is sigmoid(s) - 1, and that of
 * -log sigmoid(-s) is sigmoid(s); so error = -d loss / d score = label - sigmoid(score) in both cases.
 *
 * @returns the loss in nats; `errors` is written.
 */
export function logisticLoss(outputs: Outputs, scores: Float64Array, errors: Float64Array): number {
  let loss = 0;
  for (let o = 0; o < outputs.length; o++) {
    const score = scores[o]!;
    const label = outputs.labels[o]!;
    loss += softplus(label === 1 ? -score : score);
    errors[o] = label - sigmoid(score);
  }
  return loss;
}
