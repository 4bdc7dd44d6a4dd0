import assert from 'node:assert/strict';
import { Random } from '../../../../src/core/random.js';
import { Parameter } from '../../../../src/train/tensorflow/autodiff/parameter.js';
import { Tape, type Value } from '../../../../src/train/tensorflow/autodiff/tape.js';
import { openDevice } from '../../../../src/train/tensorflow/backend/open-device.js';
import { tensorflowTest } from '../../../support/tensorflow.js';
import { checkGradients, gradientsOf, weightedTotal } from '../support/gradient-check.js';

const random = new Random(31);
const draws = (size: number) => Float32Array.from({ length: size }, () => 2 * random.unit() - 1);

/** An operation of up to three matrices p [4, 6], q [4, 6] and r [6], and what it is called. */
const OPERATIONS: Readonly<Record<string, (tape: Tape, p: Value, q: Value, r: Value) => Value>> = {
  add: (tape, p, q) => tape.add(p, q),
  'add a row to each row': (tape, p, _, r) => tape.add(p, r),
  subtract: (tape, p, q) => tape.subtract(p, q),
  'subtract from a row': (tape, p, _, r) => tape.subtract(r, p),
  multiply: (tape, p, q) => tape.multiply(p, q),
  'multiply by a row': (tape, p, _, r) => tape.multiply(p, r),
  'multiply by a column': (tape, p, q) => tape.multiply(p, tape.slice(q, [0, 2], [4, 1])),
  'a value used twice': (tape, p) => tape.multiply(p, p),
  scale: (tape, p) => tape.scale(p, -2.5),
  oneMinus: (tape, p) => tape.oneMinus(p),
  sigmoid: (tape, p) => tape.sigmoid(p),
  tanh: (tape, p) => tape.tanh(p),
  reshape: (tape, p) => tape.multiply(tape.reshape(p, [6, 4]), tape.reshape(p, [6, 4])),
  transpose: (tape, p, q) => tape.multiply(tape.transpose(p), tape.transpose(q)),
  'concat by rows': (tape, p, q) => tape.tanh(tape.concat([p, q, p], 0)),
  'concat by columns': (tape, p, q) => tape.tanh(tape.concat([p, q], 1)),
  'split by rows': (tape, p) => tape.multiply(tape.split(p, 4, 0)[1]!, tape.split(p, 4, 0)[3]!),
  'split by columns': (tape, p) => tape.multiply(tape.split(p, 3, 1)[0]!, tape.split(p, 3, 1)[2]!),
  'slice out of the middle': (tape, p) => tape.tanh(tape.slice(p, [1, 2], [2, 3])),
  gather: (tape, p) => tape.tanh(tape.gather(p, Int32Array.of(2, 0, 2))),
  segmentSum: (tape, p) => tape.tanh(tape.segmentSum(p, Int32Array.of(1, 0, 1, 1), 3)),
};

for (const [name, operation] of Object.entries(OPERATIONS)) {
  tensorflowTest(`${name}: its gradient equals finite differences`, async () => {
    const device = await openDevice();
    const [p, q] = ['p', 'q'].map((name) => new Parameter(device, name, [4, 6], draws(24)));
    const r = new Parameter(device, 'r', [6], draws(6));
    const used = [p!, q!, r].filter((parameter) => {
      const f = (tape: Tape) => weightedTotal(tape, result(tape));
      return gradientsOf(device, [p!, q!, r], f).has(parameter);
    });
    function result(tape: Tape): Value {
      return operation(tape, tape.parameter(p!), tape.parameter(q!), tape.parameter(r));
    }
    checkGradients(device, used, (tape) => weightedTotal(tape, result(tape)));
  });
}

tensorflowTest('linear: gradients of input, weights and bias, used once and at many steps', async () => {
  const device = await openDevice();
  const x = new Parameter(device, 'x', [5, 3], draws(15));
  const W = new Parameter(device, 'W', [3, 3], draws(9));
  const b = new Parameter(device, 'b', [3], draws(3));
  for (const times of [1, 2, 6]) {
    checkGradients(device, [x, W, b], (tape) => {
      let value = tape.parameter(x);
      for (let step = 0; step < times; step++) value = tape.tanh(tape.linear(value, W, b));
      return weightedTotal(tape, value);
    });
  }
});

tensorflowTest(
  'rows: only those that were looked up get a gradient; one looked up twice gets the sum',
  async () => {
    const device = await openDevice();
    const E = new Parameter(device, 'E', [5, 2], draws(10), 'rows');
    device.scope(() => {
      const tape = new Tape(device);
      const rows = tape.rows(E, Int32Array.of(3, 1, 3));
      tape.recordLoss(() => tape.give(rows, device.tensor(Float32Array.of(1, 2, 10, 20, 100, 200), [3, 2])));
      const { rows: gradient } = tape.backward().get(E)!;
      assert.deepEqual([...gradient!.ids], [3, 1]);
      assert.deepEqual([...device.read(gradient!.rows)], [101, 202, 10, 20]);
    });
  },
);

tensorflowTest('a frozen parameter gets no gradient, and passes its own on', async () => {
  const device = await openDevice();
  const x = new Parameter(device, 'x', [2, 3], draws(6));
  const W = new Parameter(device, 'W', [3, 4], draws(12));
  W.frozen = true;
  const gradients = gradientsOf(device, [x, W], (tape) =>
    weightedTotal(tape, tape.linear(tape.parameter(x), W)),
  );
  assert.equal(gradients.has(W), false);
  assert.ok(gradients.get(x)!.some((value) => value !== 0));
});

tensorflowTest('tensors stay as many after any number of steps', async () => {
  const device = await openDevice();
  const x = new Parameter(device, 'x', [4, 6], draws(24));
  const W = new Parameter(device, 'W', [6, 6], draws(36));
  const step = () =>
    gradientsOf(device, [x, W], (tape) => weightedTotal(tape, tape.tanh(tape.linear(tape.parameter(x), W))));
  step();
  const before = device.liveTensors;
  for (let i = 0; i < 20; i++) step();
  assert.equal(device.liveTensors, before);
});
