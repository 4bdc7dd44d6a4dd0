/**
 * Tokens a second in training, for the models that cells.ts measures: all of them in turn, some steps at a time, so
 * that slow spells of the machine meet them all.
 *
 *   npm run bench:cells:speed
 */
import { parseArgs } from 'node:util';
import { Random } from '../../src/core/random.js';
import { Adam, clipByGlobalNorm } from '../../src/train/tensorflow/autodiff/optimizers.js';
import { Tape } from '../../src/train/tensorflow/autodiff/tape.js';
import { openDevice } from '../../src/train/tensorflow/backend/open-device.js';
import { LanguageModelNetwork } from '../../src/train/tensorflow/language-model/network.js';
import { resolveLanguageModelOptions } from '../../src/train/tensorflow/language-model/options.js';
import { CELL_NAMES } from '../../src/train/tensorflow/recurrent/cell.js';
import { median } from '../support/statistics.js';
import { CELL_MODEL, CELL_TRAINING } from './cell-settings.js';

const WORDS = 10_002;
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '6' } } });
const device = await openDevice({ requireNative: true });
const random = new Random(1);
const { batch, steps } = CELL_TRAINING;
const rows = batch * steps;
const words = () => Int32Array.from({ length: rows }, () => random.below(WORDS));

const models = [1, 2, 3].flatMap((layers) =>
  CELL_NAMES.map((cell) => {
    const options = resolveLanguageModelOptions({ ...CELL_MODEL, cell, layers });
    const counts = Float64Array.from({ length: WORDS }, (_, rank) => 400_000 / (rank + 10));
    const network = new LanguageModelNetwork(device, options, { counts, seed: 1 });
    return { cell, layers, network, adam: new Adam(device), times: [] as number[] };
  }),
);
const weights = new Float32Array(rows).fill(1 / rows);
for (let round = 0; round < Number(values.rounds); round++) {
  for (const { network, adam, times } of models) {
    for (let i = 0; i < 4; i++) {
      const [inputs, targets] = [words(), words()];
      const start = performance.now();
      device.scope(() => {
        const tape = new Tape(device);
        const { h } = network.run(tape, { steps, inputs }, { step: i });
        network.trainingLoss(tape, h, targets, weights, i);
        adam.step(clipByGlobalNorm(device, tape.backward(), 5).gradients, 1e-3);
      });
      if (round > 0) times.push((performance.now() - start) / 1_000);
    }
  }
}
console.log('| cell | layers | tokens/s, best step | tokens/s, median |\n|---|---|---|---|');
for (const { cell, layers, times } of models) {
  const perSecond = (seconds: number) => Math.round(rows / seconds).toLocaleString('en-US');
  console.log(`| ${cell} | ${layers} | ${perSecond(Math.min(...times))} | ${perSecond(median(times))} |`);
}
