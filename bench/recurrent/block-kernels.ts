/**
 * TensorFlow's fused block kernels against the step-by-step form: time of a step of training a layer over 32 steps,
 * batch 64, inputs 128, 256 units, alternating.
 *
 *   node --import tsx bench/recurrent/block-kernels.ts
 */
import { Random } from '../../src/core/random.js';
import { Adam } from '../../src/train/tensorflow/autodiff/optimizers.js';
import { Tape } from '../../src/train/tensorflow/autodiff/tape.js';
import { openDevice } from '../../src/train/tensorflow/backend/open-device.js';
import type { CellChoice } from '../../src/train/tensorflow/recurrent/make-cell.js';
import { RecurrentNetwork } from '../../src/train/tensorflow/recurrent/network.js';
import { median } from '../support/statistics.js';

const [STEPS, BATCH, INPUTS, UNITS] = [32, 64, 128, 256];
const ROUNDS = 30;
const device = await openDevice({ requireNative: true });
const random = new Random(1);
const tensor = (...shape: number[]) => {
  const size = shape.reduce((product, length) => product * length, 1);
  return device.tensor(
    Float32Array.from({ length: size }, () => 0.1 * (random.unit() - 0.5)),
    shape,
  );
};
const rows = tensor(STEPS * BATCH, INPUTS);
const slopes = tensor(STEPS * BATCH, UNITS);

const candidates: Readonly<Record<string, () => void>> = {
  'LSTM, step by step': ours({ cell: 'lstm', fused: false }),
  'LSTM, BlockLSTM': ours({ cell: 'lstm' }),
  'GRU, step by step': ours({ cell: 'gru', fused: false }),
  'GRU, GRUBlockCell': ours({ cell: 'gru' }),
};

const times = new Map(Object.keys(candidates).map((name) => [name, [] as number[]]));
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, run] of Object.entries(candidates)) {
    const start = performance.now();
    device.scope(run);
    if (round >= 3) times.get(name)!.push(performance.now() - start);
  }
}
console.log('| step of training | best | median |\n|---|---|---|');
for (const [name, all] of times) {
  console.log(`| ${name} | ${Math.min(...all).toFixed(1)} ms | ${median(all).toFixed(1)} ms |`);
}
process.exit(0);

function ours(choice: CellChoice): () => void {
  const network = new RecurrentNetwork(device, {
    ...{ ...choice, inputs: INPUTS, units: UNITS, layers: 1, name: choice.cell, seed: 1 },
  });
  const adam = new Adam(device);
  return () => {
    const tape = new Tape(device);
    const { outputs } = network.run(tape, tape.value(rows), { steps: STEPS, batch: BATCH });
    tape.recordLoss(() => tape.give(outputs, slopes));
    adam.step(tape.backward(), 1e-3);
  };
}
