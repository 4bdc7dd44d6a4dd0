/**
 * Steps of the TensorFlow engine's embedding models: what they cost, and what that depends on.
 *
 *   npm run bench:embeddings
 *
 * `nplm`: a step of 256 windows (four words of 100 dimensions, 100 hidden units, 1,000 sampled words, Adam) with a
 * vocabulary of 10 thousand and of a million words, alternating: a step costs what its batch touches. `skipgram` and
 * `cbow`: pairs and windows a second, 100 dimensions, 5 negatives, 84 thousand words, by batch.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { Random } from '../src/core/random.js';
import { NoiseSampler } from '../src/sampling/noise.js';
import { openDevice } from '../src/train/tensorflow/backend/open-device.js';
import { NeuralLanguageModel } from '../src/train/tensorflow/embeddings/nplm.js';
import { NplmLearner } from '../src/train/tensorflow/embeddings/nplm-learner.js';
import { ShallowLearner } from '../src/train/tensorflow/embeddings/shallow-learner.js';
import { WordSampler } from '../src/train/tensorflow/sampled-words.js';
import { resolveTrainOptions } from '../src/train/train.js';
import { root } from './support/data.js';
import { median } from './support/statistics.js';

const ROUNDS = 15;
const device = await openDevice();
console.log(
  `${cpus()[0]?.model.trim()}, ${availableParallelism()} processors, Node ${process.versions.node}, ${device.backend}\n`,
);

/** Words as frequent as Zipf has them. */
const zipf = (words: number) => Float64Array.from({ length: words }, (_, id) => 1e7 / (id + 1));

function nplm(words: number): () => number {
  const counts = zipf(words);
  const text = new NoiseSampler(counts, 1);
  const random = new Random(1);
  const model = new NeuralLanguageModel(device, {
    ...{ words, places: 4, dimensions: 100, hidden: 100, direct: false, sampled: true, seed: 1 },
    initialRange: 0.5,
  });
  const sampler = new WordSampler(counts, { samples: 1_000, noisePower: 0.75, seed: 1 });
  const learner = new NplmLearner(device, model, { optimizer: 'adam', dropout: 0, seed: 1, sampler });
  return () => {
    const contexts = Int32Array.from({ length: 256 * 4 }, () => text.draw(random));
    const targets = Int32Array.from({ length: 256 }, () => text.draw(random));
    return milliseconds(() => learner.step(contexts, targets, 0.001));
  };
}

function shallow(model: 'skipgram' | 'cbow', batch: number): () => number {
  const counts = zipf(84_000);
  const text = new NoiseSampler(counts, 0.6); // flatter, as subsampling makes it
  const random = new Random(1);
  let predictions = 0;
  const options = resolveTrainOptions({ model, engine: 'tensorflow', batch });
  const learner = new ShallowLearner(device, counts, options);
  learner.startPass((_, made) => {
    predictions += made;
  });
  let sentence = 0;
  return () => {
    predictions = 0;
    learner.startSentence(0, sentence++);
    const groups = Array.from({ length: 4_000 }, () =>
      Uint32Array.from({ length: 2 * (1 + random.below(5)) }, () => text.draw(random)),
    );
    const time = milliseconds(() => {
      for (const contexts of groups) learner.add(text.draw(random), contexts, contexts.length, 0.025, 1);
      learner.flush();
    });
    return predictions / time / 1e3;
  };
}

function milliseconds(body: () => void): number {
  const start = performance.now();
  body();
  return performance.now() - start;
}

/** Rounds of all, alternating, after one that is not counted. */
function alternating(runs: Record<string, () => number>): Record<string, number[]> {
  for (const run of Object.values(runs)) run();
  const results = Object.fromEntries(Object.keys(runs).map((name) => [name, [] as number[]]));
  for (let round = 0; round < ROUNDS; round++)
    for (const [name, run] of Object.entries(runs)) results[name]!.push(run());
  return results;
}

const steps = alternating({ '10,000 words': nplm(10_000), '1,000,000 words': nplm(1_000_000) });
console.log('nplm, sampled softmax: milliseconds a step of 256 windows');
for (const [name, times] of Object.entries(steps))
  console.log(
    `  ${name.padEnd(18)} best ${Math.min(...times).toFixed(2)}, median ${median(times).toFixed(2)}`,
  );

const rates: Record<string, Record<string, number[]>> = {};
for (const model of ['skipgram', 'cbow'] as const) {
  const batches = [64, 256, 512, 1_024, 4_096];
  rates[model] = alternating(
    Object.fromEntries(batches.map((batch) => [`batch ${batch}`, shallow(model, batch)])),
  );
  console.log(`${model}: ${model === 'cbow' ? 'windows' : 'pairs'} a second, millions`);
  for (const [name, found] of Object.entries(rates[model]))
    console.log(
      `  ${name.padEnd(18)} best ${Math.max(...found).toFixed(3)}, median ${median(found).toFixed(3)}`,
    );
}
mkdirSync(join(root, 'bench', 'results'), { recursive: true });
writeFileSync(
  join(root, 'bench', 'results', 'embeddings.json'),
  `${JSON.stringify({ steps, rates }, null, 2)}\n`,
);
