import assert from 'node:assert/strict';
import { Tape } from '../../../../src/train/tensorflow/autodiff/tape.js';
import type { Device } from '../../../../src/train/tensorflow/backend/device.js';
import { openDevice } from '../../../../src/train/tensorflow/backend/open-device.js';
import type { CellName } from '../../../../src/train/tensorflow/recurrent/cell.js';
import { type NetworkOptions, RecurrentNetwork } from '../../../../src/train/tensorflow/recurrent/network.js';
import { tensorflowTest } from '../../../support/tensorflow.js';

/** One unit, one input: every weight is one number, and each step can be followed on paper. */
function smallNetwork(
  device: Device,
  options: Partial<NetworkOptions> & { readonly cell: CellName },
): RecurrentNetwork {
  return new RecurrentNetwork(device, {
    inputs: 1,
    units: 1,
    layers: 1,
    name: 'layers',
    seed: 1,
    ...options,
  });
}

/** Sets a network's parameters by the ends of their names; all of them must be given. */
function setWeights(network: RecurrentNetwork, weights: Readonly<Record<string, readonly number[]>>): void {
  for (const { name, variable } of network.parameters) {
    const given = Object.entries(weights).find(([end]) => name.endsWith(end));
    assert.ok(given, `${name} is given`);
    variable.assign(Float32Array.from(given[1]));
  }
}

/** The activations for one sequence of single numbers. */
function activations(device: Device, network: RecurrentNetwork, x: readonly number[]): number[] {
  return device.scope(() => {
    const tape = new Tape(device, { training: false });
    const input = tape.constant(Float32Array.from(x), [x.length, 1]);
    return Array.from(device.read(network.run(tape, input, { steps: x.length, batch: 1 }).outputs.tensor));
  });
}

function assertNear(actual: readonly number[], expected: readonly number[]): void {
  assert.equal(actual.length, expected.length);
  for (const [i, value] of expected.entries()) {
    assert.ok(Math.abs(actual[i]! - value) < 2e-6, `number ${i} is ${actual[i]}, not ${value}`);
  }
}

// The numbers below were worked out from the equations in the cells' comments, to six decimals.
// Weights: candidate 0.5 x + 0.25 a + 0.1; update -0.3 x + 0.4 a + 0.2; forget or relevance 0.6 x - 0.5 a - 0.1;
// output 0.7 x + 0.1 a + 0.3. The input is 1, then -2.
const X = [1, -2];

tensorflowTest('the basic cell: a = tanh(W [a, x] + b)', async () => {
  const device = await openDevice();
  const network = smallNetwork(device, { cell: 'rnn' });
  setWeights(network, { input: [0.5], recurrent: [0.25], bias: [0.1] });
  // tanh(0.6), then tanh(-1 + 0.25 * 0.53705 + 0.1) = tanh(-0.765738)
  assertNear(activations(device, network, X), [0.53705, -0.644444]);
});

tensorflowTest('the simplified GRU: an update gate between the candidate and the past', async () => {
  const device = await openDevice();
  const network = smallNetwork(device, { cell: 'gru-simple' });
  setWeights(network, { input: [0.5, -0.3], recurrent: [0.25, 0.4], bias: [0.1, 0.2] });
  // c~ .537050, Gamma_u .475021: c = .255110; then c~ -.683803, Gamma_u .711369: c = -.412804
  assertNear(activations(device, network, X), [0.25511, -0.412804]);
});

for (const fused of [true, false]) {
  const how = fused ? 'as layers compute it' : 'step by step';
  tensorflowTest(`the full GRU: a relevance gate before the candidate, ${how}`, async () => {
    const device = await openDevice();
    const network = smallNetwork(device, { cell: 'gru', fused });
    setWeights(network, {
      input: [0.5, -0.3, 0.6],
      recurrent: [0.4, -0.5],
      recurrentCandidate: [0.25],
      bias: [0.1, 0.2, -0.1],
    });
    // Gamma_r .622459, c~ .537050, Gamma_u .475021: c = .255110;
    // then Gamma_r .193480, c~ tanh(-1 + .25 * .193480 * .255110 + .1) = -.710236, Gamma_u .711369: c = -.431608
    assertNear(activations(device, network, X), [0.25511, -0.431608]);
  });
}

const LSTM = { input: [-0.3, 0.5, 0.6, 0.7], recurrent: [0.4, 0.25, -0.5, 0.1], bias: [0.2, 0.1, -0.1, 0.3] };
const PEEPHOLES = { 'peephole.update': [0.2], 'peephole.forget': [-0.4], 'peephole.output': [0.6] };

for (const fused of [true, false]) {
  const how = fused ? 'as layers compute it' : 'step by step';

  tensorflowTest(`the LSTM, ${how}`, async () => {
    const device = await openDevice();
    const network = smallNetwork(device, { cell: 'lstm', fused });
    setWeights(network, LSTM);
    // Gamma_u .475021, c~ .537050, Gamma_f .622459, Gamma_o .731059: c = .255110, a = .182557;
    // then .705374, -.693341, .199204, .253176: c = -.438246, a = -.104357
    assertNear(activations(device, network, X), [0.182557, -0.104357]);
  });

  tensorflowTest(`the peephole LSTM whose output gate sees the new state, ${how}`, async () => {
    const device = await openDevice();
    const network = smallNetwork(device, { cell: 'lstm-peephole', fused });
    setWeights(network, { ...LSTM, ...PEEPHOLES });
    // c = .255110: Gamma_o = sigma(1 + .6 * .255110) = .760070, a = .189802;
    // then Gamma_u .716455, c~ -.692399, Gamma_f .182882: c = -.449418, Gamma_o .205761, a = -.086712
    assertNear(activations(device, network, X), [0.189802, -0.086712]);
  });
}

tensorflowTest('the peephole LSTM whose output gate sees the state before', async () => {
  const device = await openDevice();
  const network = smallNetwork(device, { cell: 'lstm-peephole', outputPeephole: 'previous' });
  setWeights(network, { ...LSTM, ...PEEPHOLES });
  // The first step has no state before: a as without peepholes; then Gamma_o = sigma(-1.4 + .1 a + .3 + .6 * .255110)
  // = .283193, c = -.449546, a = -.119373
  assertNear(activations(device, network, X), [0.182557, -0.119373]);
});

tensorflowTest('the vanilla LSTM: without a forget gate the whole state is kept', async () => {
  const device = await openDevice();
  const network = smallNetwork(device, { cell: 'lstm-vanilla' });
  setWeights(network, { input: [-0.3, 0.5, 0.7], recurrent: [0.4, 0.25, 0.1], bias: [0.2, 0.1, 0.3] });
  // c = .255110, then .255110 + .705374 * -.693341 = -.233955; a = .253176 * tanh(c)
  assertNear(activations(device, network, X), [0.182557, -0.058174]);
});

tensorflowTest('three layers over three steps: a^{[3]<3>} by hand', async () => {
  const device = await openDevice();
  const network = smallNetwork(device, { cell: 'rnn', layers: 3 });
  setWeights(network, {
    ...{ '0.forward.input': [0.5], '0.forward.recurrent': [0.25], '0.forward.bias': [0.1] },
    ...{ '1.forward.input': [-0.8], '1.forward.recurrent': [0.3], '1.forward.bias': [0.05] },
    ...{ '2.forward.input': [0.9], '2.forward.recurrent': [-0.6], '2.forward.bias': [-0.2] },
  });
  // a[1]: tanh(.5 + .1) = .537050, tanh(.25 + .134263 + .1) = .449651, tanh(-.5 + .112413 + .1) = -.279913
  // a[2]: tanh(-.8 * .537050 + .05) = -.362394, tanh(-.359721 - .108718 + .05) = -.395614, tanh(.223930 - .118684 + .05) = .154010
  // a[3]: tanh(.9 * -.362394 - .2) = -.482437, tanh(-.356053 + .289462 - .2) = -.260450,
  //       a^{[3]<3>} = tanh(.9 * .154010 - .6 * -.260450 - .2) = tanh(.094879) = .094596
  assertNear(activations(device, network, [1, 0.5, -1]), [-0.482437, -0.26045, 0.094596]);
});

tensorflowTest(
  'both ways: the second cell runs from the end, and both activations stand side by side',
  async () => {
    const device = await openDevice();
    const network = smallNetwork(device, { cell: 'rnn', bidirectional: true });
    setWeights(network, {
      ...{ 'forward.input': [0.5], 'forward.recurrent': [0.25], 'forward.bias': [0.1] },
      ...{ 'backward.input': [-0.8], 'backward.recurrent': [0.3], 'backward.bias': [0.05] },
    });
    // Forward .537050, .449651, -.279913. Backward from the end: tanh(.8 + .05) = .691069,
    // tanh(-.4 + .3 * .691069 + .05) = -.141719, tanh(-.8 + .3 * -.141719 + .05) = -.659832
    assertNear(
      activations(device, network, [1, 0.5, -1]),
      [0.53705, -0.659832, 0.449651, -0.141719, -0.279913, 0.691069],
    );
  },
);

tensorflowTest('padding changes nothing: a shorter sequence gives the same among longer ones', async () => {
  const device = await openDevice();
  for (const cell of ['gru', 'lstm'] as const) {
    const network = smallNetwork(device, { cell, units: 3, bidirectional: true, layers: 2 });
    const run = (x: readonly number[], steps: number, lengths: readonly number[]) =>
      device.scope(() => {
        const tape = new Tape(device, { training: false });
        const shape = { steps, batch: lengths.length, lengths: Int32Array.from(lengths) };
        const { outputs } = network.run(tape, tape.constant(Float32Array.from(x), [x.length, 1]), shape);
        return device.read(outputs.tensor);
      });
    const alone = run([1, -2], 2, [2]);
    // Time by time: the long sequence is 3, 4, 5; the short one 1, -2 and 9, which is padding.
    const together = run([3, 1, 4, -2, 5, 9], 3, [3, 2]);
    for (let t = 0; t < 2; t++) {
      const row = 2 * t + 1;
      assertNear(Array.from(together.slice(6 * row, 6 * row + 6)), Array.from(alone.slice(6 * t, 6 * t + 6)));
    }
  }
});

tensorflowTest('states carried from piece to piece give what one long sequence gives', async () => {
  const device = await openDevice();
  for (const cell of ['rnn', 'gru-simple', 'gru', 'lstm', 'lstm-vanilla', 'lstm-peephole'] as const) {
    const network = smallNetwork(device, { cell, units: 3, layers: 2 });
    const x = [1, -2, 0.5, 0.25, -1, 2];
    const whole = activations(device, network, x);
    const first = device.scope(() => {
      const tape = new Tape(device, { training: false });
      const input = tape.constant(Float32Array.from(x.slice(0, 4)), [4, 1]);
      return network.carry(device, network.run(tape, input, { steps: 4, batch: 1 }));
    });
    const rest = device.scope(() => {
      const tape = new Tape(device, { training: false });
      const input = tape.constant(Float32Array.from(x.slice(4)), [2, 1]);
      const result = network.run(tape, input, { steps: 2, batch: 1 }, { carried: first });
      return Array.from(device.read(result.outputs.tensor));
    });
    first.dispose();
    assertNear(rest, whole.slice(12));
  }
});

tensorflowTest(
  'a bidirectional network says that it needs whole sequences when it is to stream',
  async () => {
    const device = await openDevice();
    const network = smallNetwork(device, { cell: 'lstm', bidirectional: true });
    assert.throws(() => network.checkStreams(), {
      kind: 'usage',
      message: /bidirectional network needs whole sequences/,
    });
  },
);

tensorflowTest('states that have seen padding are not carried on', async () => {
  const device = await openDevice();
  const network = smallNetwork(device, { cell: 'gru' });
  device.scope(() => {
    const tape = new Tape(device, { training: false });
    const shape = { steps: 2, batch: 1, lengths: Int32Array.of(1) };
    const result = network.run(tape, tape.constant(Float32Array.of(0.5, 7), [2, 1]), shape);
    assert.throws(() => network.carry(device, result), /padding cannot be carried on/);
  });
});
