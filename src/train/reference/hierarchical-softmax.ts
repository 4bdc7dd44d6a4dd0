import { buildHuffmanTree } from '../../sampling/huffman.js';
import { logisticLoss } from './logistic.js';
import type { Loss, Outputs } from './loss.js';

/**
 * Hierarchical softmax (Morin & Bengio 2005, "Hierarchical Probabilistic Neural Network Language Model"; with a Huffman
 * tree, Mikolov, Sutskever, Chen, Corrado & Dean 2013, "Distributed Representations of Words and Phrases and their
 * Compositionality", equation 3).
 *
 * The words are the leaves of a binary tree, and W has a row for each inner node. At node n the input vector h goes
 * to the child with code 0 with probability sigmoid(h . W[n]), to the child with code 1 with sigmoid(-h . W[n]): the
 * two sum to one, so the probabilities of all leaves do. A word's probability is the product along its path, and the
 * loss, -log of it, is a sum of yes-or-no questions with labels 1 - code (word2vec.c's convention):
 *
 *     -sum over nodes n of the path of log sigmoid(+-h . W[n])        + for code 0, - for code 1
 *
 * so error[n] = label[n] - sigmoid(h . W[n]) (`logisticLoss`). A Huffman tree gives frequent words short paths: a
 * prediction costs some log2 of the number of words.
 */
export class HierarchicalSoftmax implements Loss {
  readonly outputRows: number;
  readonly maximumOutputs: number;
  readonly #paths: readonly Outputs[];

  constructor(counts: ArrayLike<number>) {
    const { codes, points, ends } = buildHuffmanTree(counts);
    this.outputRows = Math.max(0, counts.length - 1);
    this.#paths = Array.from(ends, (end, word) => {
      const start = word === 0 ? 0 : ends[word - 1]!;
      return {
        rows: points.subarray(start, end),
        labels: codes.subarray(start, end).map((code) => 1 - code),
        length: end - start,
      };
    });
    this.maximumOutputs = this.#paths.reduce((longest, path) => Math.max(longest, path.length), 0);
  }

  /** Nothing is drawn at random. */
  startSentence(): void {}

  outputsFor(target: number): Outputs {
    return this.#paths[target]!;
  }

  evaluate(outputs: Outputs, scores: Float64Array, errors: Float64Array): number {
    return logisticLoss(outputs, scores, errors);
  }
}
