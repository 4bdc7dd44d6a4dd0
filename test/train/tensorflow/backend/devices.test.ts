import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../../../src/core/random.js';
import { sampledSoftmax, softmaxCrossEntropy } from '../../../../src/train/tensorflow/autodiff/losses.js';
import { Adam, clipByGlobalNorm } from '../../../../src/train/tensorflow/autodiff/optimizers.js';
import { Parameter } from '../../../../src/train/tensorflow/autodiff/parameter.js';
import { Tape } from '../../../../src/train/tensorflow/autodiff/tape.js';
import type {
  BinaryName,
  Device,
  Tensor,
  UnaryName,
} from '../../../../src/train/tensorflow/backend/device.js';
import { openDevice } from '../../../../src/train/tensorflow/backend/open-device.js';
import { loadPortable } from '../../../../src/train/tensorflow/backend/portable.js';
import { PortableDevice } from '../../../../src/train/tensorflow/backend/portable-device.js';
import { CELL_NAMES } from '../../../../src/train/tensorflow/recurrent/cell.js';
import { RecurrentNetwork } from '../../../../src/train/tensorflow/recurrent/network.js';
import { tensorflowTest } from '../../../support/tensorflow.js';

/** Tests run one after another, since tfjs has one backend at a time. */
const portable = async (backend: 'wasm' | 'cpu') =>
  new PortableDevice({ tf: await loadPortable(backend), backend });

for (const backend of ['cpu', 'wasm'] as const) {
  test(`${backend}: operations give the numbers worked by hand`, async () =>
    checkOperations(await portable(backend)));
  test(`${backend}: tensors are freed with their scope`, async () => checkScopes(await portable(backend)));
  test(`${backend}: variables are read, gathered and scattered`, async () =>
    checkVariables(await portable(backend)));
}

tensorflowTest('native: operations give the numbers worked by hand', async () =>
  checkOperations(await openDevice()),
);
tensorflowTest('native: tensors are freed with their scope', async () => checkScopes(await openDevice()));
tensorflowTest('native: variables are read, gathered and scattered', async () =>
  checkVariables(await openDevice()),
);

for (const backend of ['cpu', 'wasm'] as const) {
  tensorflowTest(`${backend}: every cell with either softmax learns as on the native library`, async () => {
    for (const cell of CELL_NAMES) {
      for (const sampled of [false, true]) {
        const [native, other] = [await openDevice(), await portable(backend)].map((device) =>
          losses(device, cell, sampled),
        );
        for (const [step, loss] of native!.entries()) {
          assert.ok(
            Math.abs(loss - other![step]!) < 2e-4 * loss,
            `${cell}, step ${step}: ${loss} and ${other![step]}`,
          );
        }
        assert.ok(native!.at(-1)! < 0.9 * native![0]!, `${cell} learns`);
      }
    }
  });
}

/** The losses of some steps of training a small language model. */
function losses(device: Device, cell: (typeof CELL_NAMES)[number], sampled: boolean): number[] {
  const [steps, batch, words, units] = [5, 3, 20, 8];
  const random = new Random(3);
  const draws = (size: number) => Float32Array.from({ length: size }, () => random.unit() - 0.5);
  const kind = sampled ? 'rows' : 'dense';
  const embedding = new Parameter(device, 'embedding', [words, units], draws(words * units), 'rows');
  const weights = new Parameter(device, 'output', [words, units], draws(words * units), kind);
  const bias = new Parameter(device, 'bias', [words], new Float32Array(words), kind);
  const network = new RecurrentNetwork(device, {
    ...{ cell, inputs: units, units, layers: 2, bidirectional: true, name: 'layers', seed: 2 },
  });
  const joined = new Parameter(device, 'dense', [2 * units, units], draws(2 * units * units));
  const ids = Int32Array.from({ length: steps * batch }, () => random.below(words));
  const targets = Int32Array.from({ length: steps * batch }, () => random.below(words));
  const means = new Float32Array(steps * batch).fill(1 / (steps * batch));
  const sample = { ids: Int32Array.of(1, 4, 9, 16), logExpected: new Float32Array(words).fill(-1) };
  const adam = new Adam(device);
  return Array.from({ length: 8 }, () =>
    device.scope(() => {
      const tape = new Tape(device);
      const shape = { steps, batch, lengths: Int32Array.of(5, 3, 4) };
      const { outputs } = network.run(tape, tape.rows(embedding, ids), shape);
      const h = tape.linear(outputs, joined);
      const { total } = sampled
        ? sampledSoftmax(tape, h, { weights, bias }, targets, means, sample)
        : softmaxCrossEntropy(tape, h, { weights, bias }, targets, means);
      adam.step(clipByGlobalNorm(device, tape.backward(), 1).gradients, 0.02);
      return total;
    }),
  );
}

function checkOperations(device: Device): void {
  device.scope(() => {
    const matrix = (rows: readonly (readonly number[])[]) =>
      device.tensor(Float32Array.from(rows.flat()), [rows.length, rows[0]!.length]);
    const is = (tensor: Tensor, shape: readonly number[], numbers: readonly number[]) => {
      assert.deepEqual([...tensor.shape], shape);
      const data = device.read(tensor);
      for (const [i, value] of numbers.entries())
        assert.ok(Math.abs(data[i]! - value) < 1e-5, `${data} is not ${numbers}`);
    };
    const a = matrix([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const row = device.tensor(Float32Array.of(10, 20, 30), [3]);
    const unary: Record<UnaryName, (x: number) => number> = {
      sigmoid: (x) => 1 / (1 + Math.exp(-x)),
      tanh: Math.tanh,
      relu: (x) => Math.max(0, x),
      exp: Math.exp,
      log: Math.log,
      sqrt: Math.sqrt,
      square: (x) => x * x,
      negate: (x) => -x,
      softplus: (x) => Math.log1p(Math.exp(x)),
    };
    const x = device.tensor(Float32Array.of(0.5, 2), [2]);
    for (const [name, f] of Object.entries(unary))
      is(device.unary(name as UnaryName, x), [2], [f(0.5), f(2)]);
    const binary: Record<BinaryName, readonly number[]> = {
      add: [11, 22, 33, 14, 25, 36],
      subtract: [-9, -18, -27, -6, -15, -24],
      multiply: [10, 40, 90, 40, 100, 180],
      divide: [0.1, 0.1, 0.1, 0.4, 0.25, 0.2],
      maximum: [10, 20, 30, 10, 20, 30],
    };
    for (const [name, expected] of Object.entries(binary))
      is(device.binary(name as BinaryName, a, row), [2, 3], expected);
    is(device.scale(a, -2), [2, 3], [-2, -4, -6, -8, -10, -12]);
    is(device.matMul(a, device.transpose(a)), [2, 2], [14, 32, 32, 77]);
    is(device.matMul(a, a, false, true), [2, 2], [14, 32, 32, 77]);
    is(device.matMul(a, a, true), [3, 3], [17, 22, 27, 22, 29, 36, 27, 36, 45]);
    is(device.sum(a), [], [21]);
    is(device.sum(a, [0]), [3], [5, 7, 9]);
    is(device.sum(a, [1], true), [2, 1], [6, 15]);
    is(device.reshape(a, [3, 2]), [3, 2], [1, 2, 3, 4, 5, 6]);
    is(device.concat([a, a], 1), [2, 6], [1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6]);
    is(device.concat([a], 0), [2, 3], [1, 2, 3, 4, 5, 6]);
    is(device.split(a, 3, 1)[1]!, [2, 1], [2, 5]);
    is(device.slice(a, [0, 1], [2, 2]), [2, 2], [2, 3, 5, 6]);
    is(device.gather(a, Int32Array.of(1, 1, 0)), [3, 3], [4, 5, 6, 4, 5, 6, 1, 2, 3]);
    is(device.segmentSum(a, Int32Array.of(2, 2), 3), [3, 3], [0, 0, 0, 0, 0, 0, 5, 7, 9]);
    is(
      device.segmentSum(device.tensor(new Float32Array(0), [0, 2]), new Int32Array(0), 2),
      [2, 2],
      [0, 0, 0, 0],
    );
    device.read(a)[0] = 99;
    is(a, [2, 3], [1, 2, 3, 4, 5, 6]);
    is(device.softmax(matrix([[0, Math.log(3)]])), [1, 2], [0.25, 0.75]);
    is(device.pick(a, Int32Array.of(2, 0)), [2], [3, 4]);
  });
}

function checkScopes(device: Device): void {
  const make = () => device.tensor(Float32Array.of(1, 2), [2]);
  device.scope(() => device.scale(make(), 2)); // What a device makes once and keeps is made now.
  const before = device.liveTensors;
  device.scope(() => {
    const kept = device.scope(() => {
      make();
      return [device.scale(make(), 3), make()];
    });
    assert.equal(device.liveTensors, before + 2);
    assert.deepEqual([...device.read(kept[0]!)], [3, 6]);
    const outlives = device.keep(make());
    device.free(kept[1]!);
    device.free(kept[1]!);
    assert.equal(device.liveTensors, before + 2);
    assert.throws(() =>
      device.scope(() => {
        make();
        throw new Error('inside');
      }),
    );
    assert.throws(() => device.scope(async () => make()), TypeError);
    device.scope(() => device.scope(() => outlives));
    assert.deepEqual([...device.read(outlives)], [1, 2]);
    const gone = make();
    device.scope(() => {
      device.free(gone);
      return gone;
    });
    assert.equal(device.liveTensors, before + 2);
    return outlives;
  });
  assert.equal(device.liveTensors, before + 1);
}

function checkVariables(device: Device): void {
  const variable = device.variable(Float32Array.of(1, 2, 3, 4, 5, 6), [3, 2]);
  device.scope(() => {
    assert.deepEqual([...device.read(variable.gather(Int32Array.of(2, 0, 2)))], [5, 6, 1, 2, 5, 6]);
    variable.scatterAdd(Int32Array.of(2, 0), device.tensor(Float32Array.of(1, 1, 10, 10), [2, 2]));
    assert.deepEqual([...variable.toHost()], [11, 12, 3, 4, 6, 7]);
    variable.scatterUpdate(Int32Array.of(1), device.tensor(Float32Array.of(-1, -2), [1, 2]));
    assert.deepEqual([...device.read(variable.read())], [11, 12, -1, -2, 6, 7]);
    const read = variable.read();
    variable.assign(Float32Array.of(0, 0, 0, 0, 0, 9));
    assert.deepEqual([...variable.toHost()], [0, 0, 0, 0, 0, 9]);
    device.free(read);
    device.applyDescent(variable, device.tensor(Float32Array.of(1, 0, 0, 0, 0, 1), [3, 2]), 0.5);
    assert.deepEqual([...variable.toHost()], [-0.5, 0, 0, 0, 0, 8.5]);
  });
  variable.dispose();
  variable.dispose();
}
