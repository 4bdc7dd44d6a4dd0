import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Random } from '../../../src/core/random.js';
import { NoiseSampler } from '../../../src/sampling/noise.js';
import { HierarchicalSoftmax } from '../../../src/train/reference/hierarchical-softmax.js';
import { logisticLoss } from '../../../src/train/reference/logistic.js';
import type { Outputs } from '../../../src/train/reference/loss.js';
import { sigmoid, softplus } from '../../../src/train/reference/math.js';
import { NegativeSampling } from '../../../src/train/reference/negative-sampling.js';
import { Softmax, softmaxLoss } from '../../../src/train/reference/softmax.js';

type LossOfScores = (outputs: Outputs, scores: Float64Array, errors: Float64Array) => number;

function outputs(labels: number[]): Outputs {
  return {
    rows: Uint32Array.from(labels, (_, o) => o),
    labels: Uint8Array.from(labels),
    length: labels.length,
  };
}

function near(actual: number, expected: number, tolerance = 1e-12): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);
}

function errorsOf(loss: LossOfScores, labels: number[], scores: number[]): Float64Array {
  const errors = new Float64Array(scores.length);
  loss(outputs(labels), Float64Array.from(scores), errors);
  return errors;
}

function lossOf(loss: LossOfScores, labels: number[], scores: number[]): number {
  return loss(outputs(labels), Float64Array.from(scores), new Float64Array(scores.length));
}

function assertErrorsAreSlopes(loss: LossOfScores, labels: number[], scores: number[]): void {
  const errors = errorsOf(loss, labels, scores);
  const step = 1e-5;
  for (const o of scores.keys()) {
    const moved = (by: number) => lossOf(loss, labels, scores.with(o, scores[o]! + by));
    near(errors[o]!, -(moved(step) - moved(-step)) / (2 * step), 1e-9);
  }
}

describe('sigmoid and softplus', () => {
  test('have their known values', () => {
    assert.equal(sigmoid(0), 0.5);
    near(sigmoid(Math.log(3)), 0.75);
    near(softplus(0), Math.log(2));
    near(softplus(Math.log(3)), Math.log(4));
  });

  test('softplus(x) is -log sigmoid(-x)', () => {
    for (const x of [-5, -0.3, 0, 2, 20]) near(softplus(x), -Math.log(sigmoid(-x)), 1e-9);
  });

  test('neither overflows, and softplus keeps small values', () => {
    assert.deepEqual([sigmoid(-1_000), sigmoid(1_000)], [0, 1]);
    assert.equal(softplus(1_000), 1_000);
    assert.equal(softplus(-40), Math.exp(-40));
  });
});

describe('logistic loss', () => {
  test('worked by hand: scores log 3 and 0, labels 1 and 0', () => {
    // sigmoid(log 3) = 3/4, sigmoid(0) = 1/2; loss = -log(3/4) - log(1/2)
    near(lossOf(logisticLoss, [1, 0], [Math.log(3), 0]), Math.log(8 / 3));
    assert.deepEqual(
      [...errorsOf(logisticLoss, [1, 0], [Math.log(3), 0])].map((e) => +e.toFixed(12)),
      [0.25, -0.5],
    );
  });

  test('errors are minus its slopes', () => {
    assertErrorsAreSlopes(logisticLoss, [1, 0, 0, 1], [0.7, -1.2, 0.1, -3]);
  });
});

describe('softmax', () => {
  test('worked by hand: scores log 3 and 0 have probabilities 3/4 and 1/4', () => {
    near(lossOf(softmaxLoss, [1, 0], [Math.log(3), 0]), Math.log(4 / 3));
    assert.deepEqual(
      [...errorsOf(softmaxLoss, [1, 0], [Math.log(3), 0])].map((e) => +e.toFixed(12)),
      [0.25, -0.25],
    );
    near(lossOf(softmaxLoss, [0, 1], [Math.log(3), 0]), Math.log(4));
  });

  test('errors are minus its slopes', () => {
    assertErrorsAreSlopes(softmaxLoss, [0, 0, 1, 0], [0.7, -1.2, 0.1, 3]);
  });

  test('probabilities of all words sum to one', () => {
    const softmax = new Softmax(5);
    const scores = Float64Array.of(0.3, -2, 1, 0, 4);
    let sum = 0;
    for (let word = 0; word < 5; word++) {
      sum += Math.exp(-softmax.evaluate(softmax.outputsFor(word), scores, new Float64Array(5)));
    }
    near(sum, 1);
  });

  test('does not overflow', () => {
    assert.equal(lossOf(softmaxLoss, [1, 0], [2_000, 0]), 0);
    assert.equal(lossOf(softmaxLoss, [0, 1], [2_000, 0]), 2_000);
  });
});

describe('hierarchical softmax', () => {
  const counts = [40, 20, 9, 9, 5, 2, 1];

  test('W has a row for each inner node: one fewer than words', () => {
    assert.equal(new HierarchicalSoftmax(counts).outputRows, 6);
  });

  test('probabilities of all words sum to one, whatever the scores of the nodes', () => {
    const tree = new HierarchicalSoftmax(counts);
    const scoreOfNode = [0.5, -1, 2, 0.1, -3, 0.7];
    let sum = 0;
    for (const word of counts.keys()) {
      const path = tree.outputsFor(word);
      const scores = Float64Array.from(path.rows, (node) => scoreOfNode[node]!);
      sum += Math.exp(-tree.evaluate(path, scores, new Float64Array(path.length)));
    }
    near(sum, 1);
  });

  test('of two words, the rarer has code 0, so label 1; both questions are put to the one node', () => {
    const tree = new HierarchicalSoftmax([3, 2]);
    const [frequent, rare] = [tree.outputsFor(0), tree.outputsFor(1)];
    assert.deepEqual([...frequent.rows], [0]);
    assert.deepEqual([...frequent.labels], [0]);
    assert.deepEqual([...rare.rows], [0]);
    assert.deepEqual([...rare.labels], [1]);
  });

  test('frequent words have shorter paths', () => {
    const tree = new HierarchicalSoftmax(counts);
    assert.equal(tree.outputsFor(0).length, 1);
    assert.equal(tree.outputsFor(6).length, tree.maximumOutputs);
  });

  test('one word needs no question', () => {
    const tree = new HierarchicalSoftmax([7]);
    assert.deepEqual([tree.outputRows, tree.maximumOutputs, tree.outputsFor(0).length], [0, 0, 0]);
  });
});

describe('negative sampling', () => {
  const counts = [40, 20, 9, 9, 5, 2, 1];
  const options = { negative: 20, noisePower: 0.75, seed: 7 };

  test('outputs are the target, then the draws of the stream (seed, 2, epoch, sentence) that are not the target', () => {
    const loss = new NegativeSampling(counts, options);
    const noise = new NoiseSampler(counts, 0.75);
    for (const [epoch, sentence] of [
      [0, 0],
      [3, 12],
    ] as const) {
      const random = new Random(7, 2, epoch, sentence);
      loss.startSentence(epoch, sentence);
      for (const target of [0, 1, 0]) {
        const drawn = Array.from({ length: 20 }, () => noise.draw(random)).filter((word) => word !== target);
        const { rows, labels, length } = loss.outputsFor(target);
        assert.deepEqual([...rows.subarray(0, length)], [target, ...drawn]);
        assert.deepEqual([...labels.subarray(0, length)], [1, ...drawn.map(() => 0)]);
        assert.ok(length < 21, 'frequent words are drawn as their own negatives, and skipped');
      }
    }
  });

  test('of one word, all negatives are the target and are skipped', () => {
    const loss = new NegativeSampling([9], options);
    loss.startSentence(0, 0);
    assert.equal(loss.outputsFor(0).length, 1);
  });
});
