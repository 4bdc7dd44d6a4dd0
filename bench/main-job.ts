/**
 * The main job against gensim 4.4: raw text in, word vectors out.
 *
 *   npm run bench                   speed: both tools alternating, whole processes
 *   npm run bench -- --quality      scores over 5 seeds, 1 and 5 epochs, by gensim's own evaluators
 *   npm run bench -- --memory       memory with the text once and ten times, through a pipe
 *   npm run bench -- --runs 5       how many runs of each
 *
 * Settings: skip-gram, negative 5, window 5, 100 dimensions, subsample 1e-4, min-count 5, learning rate 0.025, two
 * threads, equal initial ranges. gensim reads the text tokenised already (`corpus_file`) and saves word2vec text;
 * wordmill reads the raw text and writes GloVe text and word2vec binary.
 */
import { createReadStream, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import { gensimPython } from '../scripts/peers.mjs';
import {
  type Corpus,
  prepareCorpus,
  remembered,
  root,
  shared,
  wordmill,
  workFolder,
} from './support/data.js';
import { type Measured, measure } from './support/measure.js';
import { compareScores, median } from './support/statistics.js';

const SEEDS = [1, 2, 3, 4, 5];
const TEST_SETS = ['wordsim353', 'simlex999', 'analogies'] as const;
type Scores = Record<(typeof TEST_SETS)[number], number>;

const { values: options } = parseArgs({
  options: {
    quality: { type: 'boolean', default: false },
    memory: { type: 'boolean', default: false },
    runs: { type: 'string', default: '3' },
    threads: { type: 'string', default: '2' },
  },
});

const python = gensimPython();
const corpus = await prepareCorpus();
console.log(
  `${cpus()[0]?.model.trim()}, ${availableParallelism()} processors, Node ${process.versions.node}\n`,
);
const mode = options.quality ? 'quality' : options.memory ? 'memory' : 'speed';
const result =
  mode === 'quality'
    ? await quality(corpus)
    : mode === 'memory'
      ? await memory(corpus)
      : await speed(corpus, Number(options.runs));
mkdirSync(join(root, 'bench', 'results'), { recursive: true });
writeFileSync(join(root, 'bench', 'results', `${mode}.json`), `${JSON.stringify(result, null, 2)}\n`);

async function speed({ raw, tokenised }: Corpus, runs: number) {
  const ours: Measured[] = [];
  const gensim: Measured[] = [];
  for (let index = 0; index < runs; index++) {
    ours.push(await trainOurs(raw, 1, SEEDS[0]!));
    gensim.push(await trainGensim(tokenised, 1, SEEDS[0]!));
    console.log(
      `run ${index + 1}: wordmill ${ours[index]!.seconds.toFixed(2)} s, gensim ${gensim[index]!.seconds.toFixed(2)} s`,
    );
  }
  const seconds = (runs: readonly Measured[]) => runs.map((run) => run.seconds);
  const best = (values: readonly number[]) => Math.min(...values);
  const pairs = ours.map((run, index) => gensim[index]!.seconds / run.seconds);
  const rows = [
    ['wordmill', ours],
    ['gensim 4.4', gensim],
  ] as const;
  console.log('\nwhole process, 1 epoch  best s  median s  anonymous MB');
  for (const [name, measured] of rows) {
    const times = seconds(measured);
    const memory = Math.max(...measured.map((run) => run.megabytes));
    console.log(
      `${name.padEnd(22)}  ${cell(best(times), 6, 2)}  ${cell(median(times), 8, 2)}  ${cell(memory, 12, 0)}`,
    );
  }
  const ratio = { best: best(seconds(gensim)) / best(seconds(ours)), medianOfPairs: median(pairs) };
  console.log(
    `\nwordmill is ${ratio.best.toFixed(2)} times as fast (best of each), ${ratio.medianOfPairs.toFixed(2)} (median of pairs)`,
  );
  return { wordmill: ours.map(numbers), gensim: gensim.map(numbers), ratio };
}

async function memory({ raw }: Corpus) {
  const dimensions = 100;
  const rows: { copies: number; megabytes: number; matrices: number }[] = [];
  console.log('text  words  peak anonymous MB  matrices MB  rest MB');
  for (const copies of [1, 10]) {
    // The rarest words of ten copies occur ten times as often: the same vocabulary needs a tenfold minimum.
    const settings = [
      '--min-count',
      `${5 * copies}`,
      '--epochs',
      '1',
      '--subsample',
      '1e-4',
      '--threads',
      options.threads,
    ];
    const { megabytes } = await measure(
      process.execPath,
      [wordmill, 'train', '-', ...settings, '--word2vec', join(workFolder, 'memory.bin')],
      Readable.from(repeated(raw, copies)),
    );
    const words = vocabularySize(join(workFolder, 'memory.bin'));
    // Rows are padded to whole cache lines.
    const matrices = (2 * words * Math.ceil((4 * dimensions) / 64) * 64) / 1e6;
    rows.push({ copies, megabytes, matrices });
    console.log(
      `${cell(copies, 3, 0)}x ${cell(words, 6, 0)} ${cell(megabytes, 18, 0)} ${cell(matrices, 12, 0)} ${cell(megabytes - matrices, 8, 0)}`,
    );
  }
  const growth = rows[1]!.megabytes / rows[0]!.megabytes - 1;
  console.log(`\nten times the text: ${percent(growth)} memory`);
  return { rows, growth };
}

async function* repeated(path: string, copies: number): AsyncGenerator<Uint8Array> {
  for (let copy = 0; copy < copies; copy++) yield* createReadStream(path, { highWaterMark: 2 ** 18 });
}

/** The number of rows that a word2vec file's header gives. */
function vocabularySize(path: string): number {
  return Number(readFileSync(path).subarray(0, 32).toString('latin1').split(' ')[0]);
}

async function quality({ raw, tokenised }: Corpus) {
  const all: Record<string, unknown> = {};
  for (const epochs of [1, 5]) {
    const ours: Scores[] = [];
    const gensim: Scores[] = [];
    for (const seed of SEEDS) {
      await trainOurs(raw, epochs, seed);
      ours.push(await evaluate(join(workFolder, 'ours.bin'), true));
      gensim.push(
        await remembered(`gensim-4.4.0-scores-${epochs}-epochs-seed-${seed}`, async () => {
          await trainGensim(tokenised, epochs, seed);
          return evaluate(join(workFolder, 'gensim.txt'), false);
        }),
      );
      console.log(
        `${epochs} epochs, seed ${seed}: wordmill ${line(ours.at(-1)!)}   gensim ${line(gensim.at(-1)!)}`,
      );
    }
    console.log(
      `\n${epochs} ${epochs === 1 ? 'epoch (reported, not judged)' : 'epochs'}   wordmill  gensim  difference`,
    );
    for (const set of TEST_SETS) {
      const compared = compareScores(
        ours.map((scores) => scores[set]),
        gensim.map((scores) => scores[set]),
      );
      all[`${set}, ${epochs} epochs`] = {
        oursBySeed: ours.map((scores) => scores[set]),
        gensimBySeed: gensim.map((scores) => scores[set]),
        ...compared,
      };
      console.log(
        `  ${set.padEnd(12)} ${cell(compared.ours, 8, 4)} ${cell(compared.peer, 8, 4)}  ${percent(compared.relative)}, ` +
          `${compared.inStandardErrors.toFixed(1)} standard errors${epochs === 5 ? (compared.passes ? '  passes' : '  FAILS') : ''}`,
      );
    }
    console.log();
  }
  return all;
}

function trainOurs(raw: string, epochs: number, seed: number): Promise<Measured> {
  const settings = [
    '--dimensions',
    '100',
    '--window',
    '5',
    '--negative',
    '5',
    '--subsample',
    '1e-4',
    '--min-count',
    '5',
  ];
  return measure(process.execPath, [
    ...[
      wordmill,
      'train',
      raw,
      '--model',
      'skipgram',
      ...settings,
      '--learning-rate',
      '0.025',
      '--initial-range',
      '1',
    ],
    ...['--epochs', `${epochs}`, '--seed', `${seed}`, '--threads', options.threads],
    ...['--glove', join(workFolder, 'ours.txt'), '--word2vec', join(workFolder, 'ours.bin')],
  ]);
}

function trainGensim(tokenised: string, epochs: number, seed: number): Promise<Measured> {
  const script = join(root, 'bench', 'peers', 'gensim_train.py');
  const settings = ['--epochs', `${epochs}`, '--seed', `${seed}`, '--threads', options.threads];
  return measure(python, [script, tokenised, join(workFolder, 'gensim.txt'), ...settings]);
}

async function evaluate(vectors: string, binary: boolean): Promise<Scores> {
  const sets = {
    wordsim353: 'wordsim353.tsv',
    simlex999: 'simlex999.txt',
    analogies: 'questions-words.txt',
  };
  const { stdout } = await measure(python, [
    join(root, 'bench', 'peers', 'evaluate.py'),
    vectors,
    ...(binary ? ['--binary'] : []),
    ...Object.entries(sets).flatMap(([name, path]) => [`--${name}`, join(shared, path)]),
  ]);
  return JSON.parse(stdout) as Scores;
}

function numbers({ seconds, megabytes }: Measured) {
  return { seconds, megabytes };
}

function line(scores: Scores): string {
  return TEST_SETS.map((set) => scores[set].toFixed(4)).join(' ');
}

function cell(value: number, width: number, digits: number): string {
  return value.toFixed(digits).padStart(width);
}

function percent(share: number): string {
  return `${share >= 0 ? '+' : ''}${(100 * share).toFixed(1)} %`;
}
