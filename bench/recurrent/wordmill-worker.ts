/**
 * Times training steps of an LSTM in wordmill, on request: for each line "STEPS" on standard input, a line of seconds.
 *
 *   node --import tsx bench/recurrent/wordmill-worker.ts layer|full|sampled
 *
 * The same models, sizes and Adam as keras_worker.py. `sampled` has a softmax over 1,024 words drawn anew each step.
 */
import { createInterface } from 'node:readline';
import { Random } from '../../src/core/random.js';
import { sampledSoftmax, softmaxCrossEntropy } from '../../src/train/tensorflow/autodiff/losses.js';
import { Adam } from '../../src/train/tensorflow/autodiff/optimizers.js';
import { Parameter } from '../../src/train/tensorflow/autodiff/parameter.js';
import { Tape } from '../../src/train/tensorflow/autodiff/tape.js';
import { loadTensorFlow } from '../../src/train/tensorflow/backend/load.js';
import { openDevice } from '../../src/train/tensorflow/backend/open-device.js';
import { glorotUniform } from '../../src/train/tensorflow/initial-weights.js';
import { RecurrentNetwork } from '../../src/train/tensorflow/recurrent/network.js';

const BATCH = 64;
const STEPS = 32;
const EMBEDDING = 128;
const UNITS = 256;
const VOCABULARY = 10_000;
const SAMPLES = 1_024;
const ROWS = BATCH * STEPS;

const task = process.argv[2] as 'layer' | 'full' | 'sampled';
const device = await openDevice({ requireNative: true });
const random = new Random(1);
const network = new RecurrentNetwork(device, {
  ...{ cell: 'lstm', inputs: EMBEDDING, units: UNITS, layers: 1, name: 'layers', seed: 1 },
});
// Keras decays the moments of every row; lazy moments are for the sampled softmax, whose steps touch few rows.
const adam = new Adam(device, { lazy: task === 'sampled' });
const between = (size: number) => Float32Array.from({ length: size }, () => 2 * random.unit() - 1);
const words = (count: number) => Int32Array.from({ length: count }, () => random.below(VOCABULARY));

const step = task === 'layer' ? layerStep() : modelStep();
for (let i = 0; i < 3; i++) step();
const { version } = await loadTensorFlow();
console.log(`ready ${version}`);
for await (const line of createInterface({ input: process.stdin })) {
  const times = Array.from({ length: Number(line) }, () => {
    const start = performance.now();
    step();
    return (performance.now() - start) / 1_000;
  });
  console.log(times.map((seconds) => seconds.toFixed(6)).join(' '));
}

function layerStep(): () => void {
  const x = device.tensor(between(ROWS * EMBEDDING), [ROWS, EMBEDDING]);
  const weights = device.tensor(between(ROWS * UNITS), [ROWS, UNITS]);
  return () =>
    device.scope(() => {
      const tape = new Tape(device);
      const { outputs } = network.run(tape, tape.value(x), { steps: STEPS, batch: BATCH });
      tape.recordLoss(() => tape.give(outputs, weights));
      device.read(device.sum(device.binary('multiply', outputs.tensor, weights)));
      adam.step(tape.backward(), 0.001);
    });
}

function modelStep(): () => void {
  const embedding = new Parameter(
    device,
    'embedding',
    [VOCABULARY, EMBEDDING],
    between(VOCABULARY * EMBEDDING),
    'rows',
  );
  const weights = glorotUniform(random, VOCABULARY, UNITS);
  const kind = task === 'sampled' ? 'rows' : 'dense';
  const output = {
    weights: new Parameter(device, 'output', [VOCABULARY, UNITS], weights, kind),
    bias: new Parameter(device, 'bias', [VOCABULARY], new Float32Array(VOCABULARY), kind),
  };
  const [ids, targets] = [words(ROWS), words(ROWS)];
  const means = new Float32Array(ROWS).fill(1 / ROWS);
  const logExpected = new Float32Array(VOCABULARY).fill(Math.log(SAMPLES / VOCABULARY));
  return () =>
    device.scope(() => {
      const tape = new Tape(device);
      const { outputs } = network.run(tape, tape.rows(embedding, ids), { steps: STEPS, batch: BATCH });
      if (task === 'full') softmaxCrossEntropy(tape, outputs, output, targets, means);
      else sampledSoftmax(tape, outputs, output, targets, means, { ids: sample(), logExpected });
      adam.step(tape.backward(), 0.001);
    });
}

/** Different words, each as likely. */
function sample(): Int32Array {
  const drawn = new Set<number>();
  while (drawn.size < SAMPLES) drawn.add(random.below(VOCABULARY));
  return Int32Array.from(drawn);
}
