import { Random } from '../../../src/core/random.js';
import type { Job } from './job.js';
import { makeText } from './text-maker.js';

/** The text of all jobs: the same in every process, small, but larger than the blocks that are read. */
export const TEXT = Buffer.concat([...makeText(new Random(7), { bytes: 600_000, odd: 2_000 })]);

const corpus = { 'corpus.txt': () => TEXT };
const training = '--dimensions 24 --epochs 3 --min-count 3 --seed 5';

/** Trains with one thread: nothing depends on how threads take turns. */
export const train: Job = {
  name: 'train',
  arguments: words(
    `train corpus.txt --threads 1 ${training} --glove out/v.txt --word2vec out/v.bin --save-vocabulary out/words.txt`,
  ),
  outputs: ['out/v.txt', 'out/v.bin', 'out/words.txt'],
  pages: ['out/v.txt.report.html'],
  inputs: corpus,
};

/** The same from a pipe, which can be read once. */
export const trainFromPipe: Job = {
  ...train,
  name: 'train-from-pipe',
  arguments: train.arguments.map((word) => (word === 'corpus.txt' ? '-' : word)),
  stdin: 'corpus.txt',
};

/** Two threads that give what one would, and n-grams. */
export const trainDeterministic: Job = {
  name: 'train-deterministic',
  arguments: words(
    `train corpus.txt --threads 2 --deterministic --model fasttext --buckets 5000 ${training} --fasttext out/v.ft.bin --npy out/v.npy`,
  ),
  outputs: ['out/v.ft.bin', 'out/v.npy', 'out/v.words.txt'],
  pages: ['out/v.ft.bin.report.html'],
  inputs: corpus,
};

/** Co-occurrences are counted in files beside the spool. */
export const trainGlove: Job = {
  name: 'train-glove',
  arguments: words(
    `train corpus.txt --model glove --threads 2 --dimensions 12 --epochs 2 --min-count 3 --safetensors out/g.safetensors`,
  ),
  outputs: ['out/g.safetensors'],
  pages: ['out/g.safetensors.report.html'],
  inputs: corpus,
};

/** A definition with phrases, which keep the tokens of each pass in a file. */
export const runDefinition: Job = {
  name: 'run-definition',
  arguments: words('run job.yaml'),
  outputs: ['out/d.bin', 'out/d.words.txt'],
  pages: ['out/d.bin.report.html'],
  inputs: {
    ...corpus,
    'job.yaml': () =>
      Buffer.from(
        [
          'source: { files: corpus.txt }',
          'phrases: { passes: 2 }',
          'vocabulary: { minCount: 3 }',
          'train: { dimensions: 16, epochs: 1, threads: 1 }',
          'sinks: [{ word2vec: out/d.bin }, { vocabulary: out/d.words.txt }]',
          '',
        ].join('\n'),
      ),
  },
};

/** The same job, longer, and with checkpoints all the time. */
export function withCheckpoints(job: Job): Job {
  const longer = job.arguments.map((word, index, all) => (all[index - 1] === '--epochs' ? '30' : word));
  return {
    ...job,
    name: `${job.name}-with-checkpoints`,
    arguments: [...longer, '--checkpoint-interval', '0.05', '--checkpoint-every-epoch'],
  };
}

/** One format into another. */
export const convert: Job = {
  name: 'convert',
  arguments: words('convert vectors.txt out/c.safetensors'),
  outputs: ['out/c.safetensors'],
  inputs: { 'vectors.txt': vectorText },
};

/** A filter, from standard input to standard output. */
export const filter: Job = {
  name: 'tokenize',
  arguments: words('tokenize -'),
  outputs: [],
  inputs: corpus,
  stdin: 'corpus.txt',
};

/** Jobs that write files. */
export const WRITING: readonly Job[] = [
  train,
  trainFromPipe,
  trainDeterministic,
  trainGlove,
  runDefinition,
  convert,
];

function vectorText(): Uint8Array {
  const random = new Random(9);
  const rows = Array.from({ length: 5_000 }, (_, row) => {
    const numbers = Array.from({ length: 20 }, () => (random.unit() - 0.5).toFixed(4));
    return `word${row} ${numbers.join(' ')}\n`;
  });
  return Buffer.from(rows.join(''));
}

function words(line: string): string[] {
  return line.split(' ');
}
