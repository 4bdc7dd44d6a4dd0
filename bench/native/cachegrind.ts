/**
 * Where the training's loads go, by simulation: instructions, loads and stores, and misses of a first-level cache and of
 * a larger one, for each word trained on.
 *
 *   npm run bench:cachegrind -- [--instruction-set avx2|portable] [--model skipgram|cbow] [--cache BYTES]
 *
 * Runs the whole program under valgrind, a minute or two, on the first megabyte of the corpus with every word kept, and
 * adds up what happens in the addon. Valgrind knows no AVX-512.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { prepareCorpus, wordmill } from '../support/data.js';
import { measure } from '../support/measure.js';
import { functionCounts } from './cachegrind-counts.js';
import { outputFolder } from './jobs/output-folder.js';
import { doneEvent } from './jobs/wordmill-train.js';
import { alignedTable } from './table.js';
import { wholeLines } from './text.js';

const { values: options } = parseArgs({
  options: {
    'instruction-set': { type: 'string', default: 'avx2' },
    model: { type: 'string', default: 'skipgram' },
    loss: { type: 'string', default: 'negative' },
    // The second-level cache of one core of the machine that the figures come from.
    cache: { type: 'string', default: `${2 ** 20}` },
  },
});

const text = join(outputFolder(), 'cachegrind.txt');
writeFileSync(text, wholeLines((await prepareCorpus()).raw, 1e6));
const counts = join(outputFolder(), 'cachegrind.out');
const { stderr } = await measure('valgrind', [
  ...['--tool=cachegrind', '--cache-sim=yes', '--quiet', '--log-file=/dev/null'],
  ...['--D1=32768,8,64', `--LL=${options.cache},16,64`, `--cachegrind-out-file=${counts}`],
  ...[process.execPath, wordmill, 'train', text, '--log-format', 'json', '--engine', 'native'],
  ...['--model', options.model, '--loss', options.loss, '--instruction-set', options['instruction-set']],
  ...['--epochs', '1', '--threads', '1', '--subsample', '1e-4', '--min-count', '1'],
  ...['--word2vec', join(outputFolder(), 'cachegrind.bin')],
]);
const { words, vocabulary } = doneEvent(stderr);
const lines = functionCounts(readFileSync(counts, 'latin1'))
  .filter(({ name }) => /^(\S+ )*(\(anonymous namespace\)|wordmill)::/.test(name))
  .sort((a, b) => b.instructions - a.instructions);
const total = lines.reduce((sum, line) => ({
  name: 'the addon',
  instructions: sum.instructions + line.instructions,
  references: sum.references + line.references,
  firstLevelMisses: sum.firstLevelMisses + line.firstLevelMisses,
  lastLevelMisses: sum.lastLevelMisses + line.lastLevelMisses,
}));
rmSync(counts);
console.log(
  `${options.model}, ${options.loss}, ${options['instruction-set']}: ${words} words, ${vocabulary} different; a word:\n`,
);
console.log(
  alignedTable(
    ['function', 'instructions', 'loads and stores', 'misses of 32 KB', `misses of ${options.cache} bytes`],
    [total, ...lines.slice(0, 8)].map((line) => [
      line.name.slice(0, 60),
      ...[line.instructions, line.references].map((value) => (value / words).toFixed(0)),
      ...[line.firstLevelMisses, line.lastLevelMisses].map((value) => (value / words).toFixed(1)),
    ]),
  ),
);
