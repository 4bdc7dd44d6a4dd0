/**
 * An LSTM in wordmill and in Keras, on the same TensorFlow library version: time of a training step.
 *
 *   npm run bench:recurrent                 rounds of 10 steps, alternating
 *   npm run bench:recurrent -- --rounds 20
 *
 * Embedding 128, LSTM 256, 10,000 words, batch 64 x 32 steps, Adam. `layer` is the LSTM alone (forward, backward, update);
 * `full` the whole model with a softmax over all words; `sampled` with one over 1,024 words drawn at each step.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { peerPython } from '../scripts/peers.mjs';
import { root } from './support/data.js';
import { median } from './support/statistics.js';

const TOKENS = 64 * 32;
const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '10' }, steps: { type: 'string', default: '10' } },
});

/** A process that times steps on request. */
class Worker {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly times: number[] = [];
  /** The best of each round. */
  readonly rounds: number[] = [];

  constructor(command: string, args: readonly string[]) {
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], cwd: root });
    this.#lines = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
  }

  async line(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error('the worker ended');
    return value;
  }

  async round(steps: string): Promise<void> {
    this.#child.stdin!.write(`${steps}\n`);
    const times = (await this.line()).split(' ').map(Number);
    this.times.push(...times);
    this.rounds.push(Math.min(...times));
  }

  end(): void {
    this.#child.stdin!.end();
  }
}

const python = peerPython('keras');
const ours = (task: string) =>
  new Worker(process.execPath, ['--import', 'tsx', 'bench/recurrent/wordmill-worker.ts', task]);
const keras = (task: string) => new Worker(python, ['bench/recurrent/keras_worker.py', task]);
const workers = {
  'layer, wordmill': ours('layer'),
  'layer, Keras': keras('layer'),
  'full, wordmill': ours('full'),
  'full, Keras': keras('full'),
  'sampled, wordmill': ours('sampled'),
};
const versions = new Set<string>();
for (const worker of Object.values(workers)) versions.add((await worker.line()).replace('ready ', ''));
if (versions.size > 1) throw new Error(`TensorFlow is of different versions: ${[...versions].join(', ')}`);
for (let round = 0; round < Number(options.rounds); round++) {
  for (const worker of Object.values(workers)) await worker.round(options.steps);
}

console.log(
  `${cpus()[0]?.model.trim()}, ${availableParallelism()} processors, Node ${process.versions.node}, TensorFlow ${[...versions]}\n`,
);
console.log('| | best step | median step | tokens/s, best |\n|---|---|---|---|');
for (const [name, { times }] of Object.entries(workers)) {
  const best = Math.min(...times);
  const cells = [
    name,
    milliseconds(best),
    milliseconds(median(times)),
    Math.round(TOKENS / best).toLocaleString('en-US'),
  ];
  console.log(`| ${cells.join(' | ')} |`);
}
console.log();
const ratios = {
  'layer, wordmill / Keras': ratio('layer, Keras', 'layer, wordmill'),
  'full, wordmill / Keras': ratio('full, Keras', 'full, wordmill'),
  'sampled / full, wordmill': ratio('full, wordmill', 'sampled, wordmill'),
};
for (const [name, { best, pairs }] of Object.entries(ratios)) {
  console.log(
    `${name}: ${best.toFixed(2)} times as fast by best steps, ${pairs.toFixed(2)} by the median of rounds`,
  );
}
for (const worker of Object.values(workers)) worker.end();
mkdirSync(join(root, 'bench', 'results'), { recursive: true });
const times = Object.fromEntries(Object.entries(workers).map(([name, worker]) => [name, worker.times]));
writeFileSync(
  join(root, 'bench', 'results', 'recurrent.json'),
  `${JSON.stringify({ ratios, times }, null, 2)}\n`,
);

function ratio(slow: keyof typeof workers, fast: keyof typeof workers): { best: number; pairs: number } {
  const [a, b] = [workers[slow], workers[fast]];
  return {
    best: Math.min(...a.times) / Math.min(...b.times),
    pairs: median(a.rounds.map((time, round) => time / b.rounds[round]!)),
  };
}

function milliseconds(seconds: number): string {
  return `${(1_000 * seconds).toFixed(1)} ms`;
}
