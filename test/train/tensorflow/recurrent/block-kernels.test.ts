import assert from 'node:assert/strict';
import { Random } from '../../../../src/core/random.js';
import { Tape } from '../../../../src/train/tensorflow/autodiff/tape.js';
import type { Tensor } from '../../../../src/train/tensorflow/backend/device.js';
import type { NativeDevice } from '../../../../src/train/tensorflow/backend/native-device.js';
import { openDevice } from '../../../../src/train/tensorflow/backend/open-device.js';
import type { Cell } from '../../../../src/train/tensorflow/recurrent/cell.js';
import { makeCell } from '../../../../src/train/tensorflow/recurrent/make-cell.js';
import { tensorflowTest } from '../../../support/tensorflow.js';

/**
 * TensorFlow's fused block kernels, held against our cells: the mapping of gates and signs that the cells' comments
 * state, from a source that nobody here wrote.
 */

const BATCH = 5;
const INPUTS = 3;
const UNITS = 4;
const random = new Random(21);
const draws = (size: number) => Float32Array.from({ length: size }, () => 2 * random.unit() - 1);

/** Columns of a matrix [rows, blocks * UNITS], block by block in another order. */
function blocksOf(
  data: Float32Array,
  rows: number,
  blocks: number,
  order: readonly number[],
  sign = 1,
): Float32Array {
  const result = new Float32Array(rows * order.length * UNITS);
  for (let row = 0; row < rows; row++) {
    for (const [place, block] of order.entries()) {
      for (let j = 0; j < UNITS; j++) {
        const value = data[row * blocks * UNITS + block * UNITS + j]!;
        result[row * order.length * UNITS + place * UNITS + j] = sign * value;
      }
    }
  }
  return result;
}

function stacked(...parts: readonly Float32Array[]): Float32Array {
  return Float32Array.from(parts.flatMap((part) => Array.from(part)));
}

function hostOf(cell: Cell, end: string): Float32Array {
  return cell.parameters.find(({ name }) => name.endsWith(end))!.variable.toHost();
}

/** One step of our cell from given input and state. */
function ourStep(
  device: NativeDevice,
  cell: Cell,
  x: Float32Array,
  state: readonly Float32Array[],
): Float32Array[] {
  return device.scope(() => {
    const tape = new Tape(device, { training: false });
    const fromInput = tape.linear(tape.constant(x, [BATCH, INPUTS]), cell.inputWeights, cell.bias);
    const before = state.map((data) => tape.constant(data, [BATCH, UNITS]));
    return cell.step(tape, fromInput, before).map(({ tensor }) => device.read(tensor) as Float32Array);
  });
}

function assertEqual(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  for (let i = 0; i < expected.length; i++)
    assert.ok(Math.abs(actual[i]! - expected[i]!) < 1e-5, `number ${i}`);
}

function onDevice(device: NativeDevice, data: Float32Array, ...shape: number[]): Tensor {
  return device.tensor(data, shape);
}

for (const peephole of [false, true]) {
  tensorflowTest(
    `BlockLSTM ${peephole ? 'with peepholes ' : ''}is our LSTM: i, ci, f, o are update, candidate, forget, output`,
    async () => {
      const device = (await openDevice()) as NativeDevice;
      const cell = makeCell(
        device,
        { cell: peephole ? 'lstm-peephole' : 'lstm' },
        { inputs: INPUTS, units: UNITS, name: 'cell', seed: 8 },
      );
      cell.bias.variable.assign(draws(4 * UNITS));
      const [x, a, c] = [draws(BATCH * INPUTS), draws(BATCH * UNITS), draws(BATCH * UNITS)];
      const ours = ourStep(device, cell, x, [a, c]);
      device.scope(() => {
        const peepholes = (gate: string) =>
          onDevice(device, peephole ? hostOf(cell, `peephole.${gate}`) : new Float32Array(UNITS), UNITS);
        const { binding } = device;
        const float = (name: string, value: number) => ({ name, type: binding.TF_ATTR_FLOAT, value });
        // TensorFlow wants the number of steps as int64, which the addon takes as two halves.
        const one = binding.createTensor([], binding.TF_INT64, Int32Array.of(1, 0));
        const outputs = device.executeMany(
          'BlockLSTM',
          [
            ...[device.type('T', 'float32'), device.flag('use_peephole', peephole)],
            ...[float('forget_bias', 0), float('cell_clip', -1)],
          ],
          [
            ...[
              one,
              onDevice(device, x, 1, BATCH, INPUTS),
              onDevice(device, c, BATCH, UNITS),
              onDevice(device, a, BATCH, UNITS),
            ],
            onDevice(
              device,
              stacked(hostOf(cell, 'input'), hostOf(cell, 'recurrent')),
              INPUTS + UNITS,
              4 * UNITS,
            ),
            ...[
              peepholes('update'),
              peepholes('forget'),
              peepholes('output'),
              onDevice(device, hostOf(cell, 'bias'), 4 * UNITS),
            ],
          ],
          7,
        );
        binding.deleteTensor(one);
        assertEqual(device.read(outputs[6]!), ours[0]!);
        assertEqual(device.read(outputs[1]!), ours[1]!);
      });
    },
  );
}

tensorflowTest(
  'GRUBlockCell is our GRU: its r is our relevance gate, its u is 1 - our update gate',
  async () => {
    const device = (await openDevice()) as NativeDevice;
    const cell = makeCell(device, { cell: 'gru' }, { inputs: INPUTS, units: UNITS, name: 'cell', seed: 8 });
    cell.bias.variable.assign(draws(3 * UNITS));
    const [x, c] = [draws(BATCH * INPUTS), draws(BATCH * UNITS)];
    const ours = ourStep(device, cell, x, [c]);
    const [input, gates, bias] = [hostOf(cell, 'input'), hostOf(cell, 'recurrent'), hostOf(cell, 'bias')];
    // Ours: candidate, update, relevance. Theirs: r, u with u = sigma(-(our pre-activation)).
    const interleaved = (rows: number, r: Float32Array, u: Float32Array) => {
      const both = new Float32Array(rows * 2 * UNITS);
      for (let row = 0; row < rows; row++) {
        both.set(r.subarray(row * UNITS, (row + 1) * UNITS), row * 2 * UNITS);
        both.set(u.subarray(row * UNITS, (row + 1) * UNITS), row * 2 * UNITS + UNITS);
      }
      return both;
    };
    const r = stacked(blocksOf(input, INPUTS, 3, [2]), blocksOf(gates, UNITS, 2, [1]));
    const u = stacked(blocksOf(input, INPUTS, 3, [1], -1), blocksOf(gates, UNITS, 2, [0], -1));
    device.scope(() => {
      const outputs = device.executeMany(
        'GRUBlockCell',
        [device.type('T', 'float32')],
        [
          ...[onDevice(device, x, BATCH, INPUTS), onDevice(device, c, BATCH, UNITS)],
          onDevice(device, interleaved(INPUTS + UNITS, r, u), INPUTS + UNITS, 2 * UNITS),
          onDevice(
            device,
            stacked(blocksOf(input, INPUTS, 3, [0]), hostOf(cell, 'recurrentCandidate')),
            INPUTS + UNITS,
            UNITS,
          ),
          onDevice(device, stacked(blocksOf(bias, 1, 3, [2]), blocksOf(bias, 1, 3, [1], -1)), 2 * UNITS),
          onDevice(device, blocksOf(bias, 1, 3, [0]), UNITS),
        ],
        4,
      );
      assertEqual(device.read(outputs[3]!), ours[0]!);
    });
  },
);
