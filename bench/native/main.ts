/**
 * The native engine against gensim, fasttext and GloVe's release: raw text in, word vectors out.
 *
 *   npm run bench                              a prefix of the corpus, within 10 minutes: does it still hold?
 *   npm run bench -- --full                    the whole corpus, 5 runs of each: the figures
 *   npm run bench -- --rows cbow-100,memory    some rows only
 *   npm run bench -- --quality                 scores over 5 seeds, 5 epochs
 *   npm run bench -- --memory                  memory and time with the text once, 2, 4 and 10 times, through a pipe
 *
 * Settings: window 5, subsample 1e-4, min-count 5, 1 epoch, two threads, equal initial ranges. Peers read the text
 * tokenised already; wordmill reads it raw. Jobs take turns; the best run of each counts, beside the median of the pairs.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../support/data.js';
import { growth } from './growth.js';
import { quality } from './quality.js';
import { rowsNamed } from './rows.js';
import { speed } from './speed.js';
import { prefixOfText, wholeText } from './text.js';

/** What the short form reads, in MB, and how long its rounds may go on, in seconds. */
const SHORT = { megabytes: 15, rounds: 3, withinSeconds: 390 };
const FULL = { rounds: 5 };

const { values: options } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    short: { type: 'boolean', default: false },
    quality: { type: 'boolean', default: false },
    memory: { type: 'boolean', default: false },
    rows: { type: 'string' },
    runs: { type: 'string' },
    epochs: { type: 'string', default: '5' },
    threads: { type: 'string', default: '2' },
  },
});

const threads = Number(options.threads);
const rows = rowsNamed(options.rows?.split(','));
const short = !options.full && !options.quality && !options.memory;
const text = short ? await prefixOfText(SHORT.megabytes) : await wholeText();
console.log(
  `${cpus()[0]?.model.trim()}, ${availableParallelism()} processors, Node ${process.versions.node}; ` +
    `${text.name}: ${text.tokens.toLocaleString('en-US')} words, ${threads} threads\n`,
);
if (options.quality) {
  save('quality', await quality(rows, text, threads, Number(options.epochs)));
} else if (options.memory) {
  save('memory', await growth(text, threads));
} else {
  const form = short ? SHORT : FULL;
  const result = await speed(rows, text, threads, {
    ...form,
    rounds: options.runs === undefined ? form.rounds : Number(options.runs),
  });
  if (short) {
    console.log(
      'A prefix of the corpus: starting up weighs more, and the vocabulary is smaller. Figures come from --full.',
    );
  }
  save(short ? 'short' : 'full', result);
  if (result.rows.some(({ missing }) => missing !== undefined)) process.exitCode = 1;
}

function save(name: string, result: unknown): void {
  const folder = join(root, 'bench', 'results');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `native-${name}.json`);
  const machine = { processor: cpus()[0]?.model.trim(), processors: availableParallelism() };
  writeFileSync(path, `${JSON.stringify({ machine, ...(result as object) }, null, 2)}\n`);
  console.log(`written: ${path}`);
}
