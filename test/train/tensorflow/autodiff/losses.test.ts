import assert from 'node:assert/strict';
import { Random } from '../../../../src/core/random.js';
import {
  hostLoss,
  logisticLoss,
  sampledSoftmax,
  softmaxCrossEntropy,
} from '../../../../src/train/tensorflow/autodiff/losses.js';
import { Parameter } from '../../../../src/train/tensorflow/autodiff/parameter.js';
import { Tape } from '../../../../src/train/tensorflow/autodiff/tape.js';
import type { NativeDevice } from '../../../../src/train/tensorflow/backend/native-device.js';
import { openDevice } from '../../../../src/train/tensorflow/backend/open-device.js';
import { tensorflowTest } from '../../../support/tensorflow.js';
import { checkGradients, gradientsOf } from '../support/gradient-check.js';

const ROWS = 6;
const UNITS = 4;
const WORDS = 9;
const TARGETS = Int32Array.of(0, 8, 3, 3, 5, 1);
const WEIGHTS = Float32Array.of(0.5, 1, 0.25, 1, 0, 2);
const random = new Random(41);
const draws = (size: number) => Float32Array.from({ length: size }, () => 2 * random.unit() - 1);

async function prepared(kind: 'dense' | 'rows' = 'dense') {
  const device = await openDevice();
  const h = new Parameter(device, 'h', [ROWS, UNITS], draws(ROWS * UNITS));
  const weights = new Parameter(device, 'W', [WORDS, UNITS], draws(WORDS * UNITS), kind);
  const bias = new Parameter(device, 'b', [WORDS], draws(WORDS), kind);
  return { device, h, weights, bias };
}

tensorflowTest('full softmax: two words and one unit by hand', async () => {
  const device = await openDevice();
  const weights = new Parameter(device, 'W', [2, 1], Float32Array.of(1, -1));
  const h = new Parameter(device, 'h', [1, 1], Float32Array.of(0.5));
  let losses: Float32Array | undefined;
  const gradients = gradientsOf(device, [h, weights], (tape) => {
    const result = softmaxCrossEntropy(
      tape,
      tape.parameter(h),
      { weights },
      Int32Array.of(0),
      Float32Array.of(1),
    );
    losses = result.losses;
    return result.total;
  });
  // Scores 0.5 and -0.5: p = sigmoid(1) = .731059; loss = -log p = .313262; slopes by score -.268941 and .268941
  assert.ok(Math.abs(losses![0]! - 0.313262) < 1e-5);
  assert.ok(Math.abs(gradients.get(h)![0]! - -0.537883) < 1e-5);
  assert.ok(Math.abs(gradients.get(weights)![0]! - -0.134471) < 1e-5);
  assert.ok(Math.abs(gradients.get(weights)![1]! - 0.134471) < 1e-5);
});

tensorflowTest('full softmax: gradients of h, W and b equal finite differences, rows weighted', async () => {
  const { device, h, weights, bias } = await prepared();
  checkGradients(
    device,
    [h, weights, bias],
    (tape) => softmaxCrossEntropy(tape, tape.parameter(h), { weights, bias }, TARGETS, WEIGHTS).total,
  );
});

tensorflowTest(
  'full softmax in blocks of two rows is full softmax in one, with a bias and without',
  async () => {
    const { device, h, weights, bias } = await prepared();
    for (const output of [{ weights }, { weights, bias }]) {
      const parameters = [h, ...Object.values(output)];
      const [whole, blocks] = [undefined, 2 * WORDS].map((mostScores) => {
        let losses: Float32Array | undefined;
        const gradients = gradientsOf(device, parameters, (tape) => {
          const result = softmaxCrossEntropy(tape, tape.parameter(h), output, TARGETS, WEIGHTS, mostScores);
          losses = result.losses;
          return result.total;
        });
        return [losses!, ...parameters.map((parameter) => gradients.get(parameter)!)];
      });
      for (const [i, numbers] of whole!.entries()) {
        for (const [j, value] of numbers.entries()) assert.ok(Math.abs(value - blocks![i]![j]!) < 1e-5);
      }
    }
  },
);

tensorflowTest('two losses may share weights and bias on one tape', async () => {
  const { device, h, weights, bias } = await prepared();
  checkGradients(device, [h, weights, bias], (tape) => {
    const value = tape.parameter(h);
    const first = softmaxCrossEntropy(tape, value, { weights, bias }, TARGETS, WEIGHTS);
    return (
      first.total + softmaxCrossEntropy(tape, value, { weights, bias }, TARGETS.toReversed(), WEIGHTS).total
    );
  });
});

tensorflowTest("full softmax equals TensorFlow's SparseSoftmaxCrossEntropyWithLogits", async () => {
  const { weights, h, ...rest } = await prepared();
  const device = rest.device as NativeDevice;
  device.scope(() => {
    const tape = new Tape(device, { training: false });
    const ours = softmaxCrossEntropy(tape, tape.parameter(h), { weights }, TARGETS, WEIGHTS);
    const scores = device.matMul(tape.tensorOf(h), tape.tensorOf(weights), false, true);
    const [theirs] = device.executeMany(
      'SparseSoftmaxCrossEntropyWithLogits',
      [device.type('T', 'float32'), device.type('Tlabels', 'int32')],
      [scores, device.tensor(TARGETS, [ROWS])],
      2,
    );
    for (const [row, loss] of device.read(theirs!).entries())
      assert.ok(Math.abs(loss - ours.losses[row]!) < 1e-5);
  });
});

tensorflowTest(
  'sampled softmax: gradients equal finite differences, also where a sampled word is a target',
  async () => {
    const { device, h, weights, bias } = await prepared('rows');
    const sampled = { ids: Int32Array.of(2, 3, 7), logExpected: draws(WORDS) };
    checkGradients(
      device,
      [h, weights, bias],
      (tape) => sampledSoftmax(tape, tape.parameter(h), { weights, bias }, TARGETS, WEIGHTS, sampled).total,
    );
  },
);

tensorflowTest('sampled softmax over every word, each expected once, is the full softmax', async () => {
  const { device, h, weights, bias } = await prepared();
  const sampled = {
    ids: Int32Array.from({ length: WORDS }, (_, id) => id),
    logExpected: new Float32Array(WORDS),
  };
  const parameters = [h, weights, bias];
  const full = gradientsOf(
    device,
    parameters,
    (tape) => softmaxCrossEntropy(tape, tape.parameter(h), { weights, bias }, TARGETS, WEIGHTS).total,
  );
  const all = gradientsOf(
    device,
    parameters,
    (tape) => sampledSoftmax(tape, tape.parameter(h), { weights, bias }, TARGETS, WEIGHTS, sampled).total,
  );
  for (const parameter of parameters) {
    for (const [i, value] of full.get(parameter)!.entries()) {
      assert.ok(Math.abs(value - all.get(parameter)![i]!) < 1e-5, `${parameter.name}[${i}]`);
    }
  }
});

tensorflowTest('sampled softmax touches only the rows of targets and sampled words', async () => {
  const { device, h, weights } = await prepared('rows');
  device.scope(() => {
    const tape = new Tape(device);
    const sampled = { ids: Int32Array.of(2, 7), logExpected: new Float32Array(WORDS) };
    sampledSoftmax(tape, tape.parameter(h), { weights }, TARGETS, WEIGHTS, sampled);
    const { rows } = tape.backward().get(weights)!;
    assert.deepEqual([...rows!.ids].sort(), [0, 1, 2, 3, 5, 7, 8]);
  });
});

tensorflowTest(
  'the logistic loss: gradients equal finite differences; by hand at scores 0 and 1',
  async () => {
    const device = await openDevice();
    const scores = new Parameter(device, 's', [2, 2], Float32Array.of(0, 0, 1, 1));
    const labels = Float32Array.of(1, 0, 1, 0);
    let losses: Float32Array | undefined;
    checkGradients(device, [scores], (tape) => {
      const result = logisticLoss(tape, tape.parameter(scores), labels, Float32Array.of(1, 2, 3, 4));
      losses = result.losses;
      return result.total;
    });
    device.scope(() => {
      const tape = new Tape(device, { training: false });
      losses = logisticLoss(tape, tape.parameter(scores), labels, labels).losses;
    });
    // log 2, log 2, -log sigmoid(1) = .313262, -log sigmoid(-1) = 1.313262
    for (const [i, loss] of [Math.LN2, Math.LN2, 0.313262, 1.313262].entries()) {
      assert.ok(Math.abs(losses![i]! - loss) < 1e-5);
    }
  },
);

tensorflowTest('a loss computed on this side gives back its gradient', async () => {
  const device = await openDevice();
  const x = new Parameter(device, 'x', [3], Float32Array.of(1, 2, 3));
  const gradients = gradientsOf(device, [x], (tape) =>
    hostLoss(tape, tape.parameter(x), (data) => ({
      total: data.reduce((sum, value) => sum + value ** 2, 0),
      gradient: data.map((value) => 2 * value),
    })),
  );
  assert.deepEqual([...gradients.get(x)!], [2, 4, 6]);
});

tensorflowTest('a probability that float32 cannot hold gives a large loss, not an infinite one', async () => {
  const device = await openDevice();
  const weights = new Parameter(device, 'W', [2, 1], Float32Array.of(200, -200));
  device.scope(() => {
    const tape = new Tape(device);
    const h = tape.constant(Float32Array.of(1), [1, 1]);
    const { losses } = softmaxCrossEntropy(tape, h, { weights }, Int32Array.of(1), Float32Array.of(1));
    assert.ok(losses[0]! > 80 && Number.isFinite(losses[0]!));
  });
});
