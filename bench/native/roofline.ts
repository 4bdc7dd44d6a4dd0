/**
 * Our trainings with one thread and more, beside what the machine could do at most.
 *
 *   npm run bench:roofline -- [--runs 3]
 *
 * Runs `bench:machine` first. `arithmetic` and `memory` are the seconds of an epoch if it were bound by multiply-adds alone,
 * or by rows coming and going that no cache holds; `reached` is the longer of the two over what was measured, and passes
 * 100 % where caches hold rows.
 */
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Vocabulary } from '../../src/core/vocabulary.js';
import { wordmill } from '../support/data.js';
import { alternate } from './alternate.js';
import { SKIP_GRAM, type TrainingSettings, wordmillTraining } from './jobs/wordmill-train.js';
import { machineLimits } from './machine-limits.js';
import { alignedTable } from './table.js';
import { MIN_COUNT, wholeText } from './text.js';
import { workOf } from './work.js';

const TRAININGS: Readonly<Record<string, TrainingSettings>> = {
  'skipgram-100': SKIP_GRAM,
  'skipgram-300': { ...SKIP_GRAM, dimensions: 300 },
  'hierarchical-100': { ...SKIP_GRAM, loss: 'hierarchical' },
  'cbow-100': { ...SKIP_GRAM, model: 'cbow', learningRate: 0.05 },
};

const { values: options } = parseArgs({ options: { runs: { type: 'string', default: '3' } } });
const text = await wholeText();
const vocabulary = vocabularyOf(text.tokenised);
const jobs = Object.entries(TRAININGS).map(([name, settings]) =>
  wordmillTraining(`roofline-${name}`, settings, name),
);
const lines: string[][] = [];
for (const threads of new Set([1, availableParallelism()])) {
  const limits = machineLimits(threads);
  const done = await alternate(jobs, text, { threads, seed: 1, epochs: 1 }, { rounds: Number(options.runs) });
  for (const [job, result] of done) {
    if ('failed' in result) throw new Error(result.failed);
    const settings = TRAININGS[job.settings]!;
    const { operations, bytes } = workOf(vocabulary, settings);
    const measured = Math.min(...result.runs.map(({ steps }) => steps.train!));
    const arithmetic = operations / 1e9 / limits.gigaflops;
    const memory = bytes / 1e9 / limits.gigabytes(settings.dimensions);
    lines.push([
      ...[job.settings, `${threads}`, `${(text.words / measured / 1e6).toFixed(2)} M`, measured.toFixed(2)],
      ...[operations / text.words / 1e3, bytes / text.words / 1e3].map((value) => value.toFixed(1)),
      ...[arithmetic, memory].map((value) => value.toFixed(2)),
      `${((100 * Math.max(arithmetic, memory)) / measured).toFixed(0)} %`,
    ]);
  }
}
const head = ['training', 'threads', 'words/s', 'seconds', 'kflop a word', 'kB a word'];
console.log(`\n${alignedTable([...head, 'arithmetic s', 'memory s', 'reached'], lines)}`);

function vocabularyOf(tokenised: string): Vocabulary {
  const args = [
    'vocab',
    '--splitter',
    'whitespace',
    '--no-lowercase',
    '--quiet',
    '--min-count',
    `${MIN_COUNT}`,
  ];
  const { status, stdout, stderr } = spawnSync(process.execPath, [wordmill, ...args, tokenised], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(stderr);
  const rows = stdout.trimEnd().split('\n');
  const split = rows.map((line) => line.lastIndexOf(' '));
  return new Vocabulary({
    words: rows.map((line, row) => line.slice(0, split[row])),
    counts: rows.map((line, row) => Number(line.slice(split[row]! + 1))),
  });
}
