/**
 * The perplexity of interpolated Kneser-Ney models on held-out text: what neural language models are compared with.
 *
 *   npm run bench:kneser-ney                                  2 M words of training, 200 k held out
 *   npm run bench:kneser-ney -- --train 400000 --held-out 40000
 *
 * `all` is the perplexity over words, `<UNK>` and sentence ends, each event once: the figure to compare. The other
 * columns leave out the sentence ends, the `<UNK>`s, or both, as events; as contexts they stay.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../support/data.js';
import { describeCorpus, ENWIKI, languageModelCorpus, SIZE_FLAGS, sizesOf } from './corpus.js';
import type { Smoothing } from './discounts.js';
import { KneserNey } from './kneser-ney-model.js';
import { NgramCounts } from './ngram-counts.js';
import { perplexity, scoreText } from './perplexity.js';

const ORDERS = [2, 3, 4, 5];
const SMOOTHINGS: readonly Smoothing[] = ['modified', 'single'];
const COLUMN_WIDTHS = { all: 7, noEnds: 7, noUnknown: 8, known: 11 };
const COLUMNS = ['all', 'noEnds', 'noUnknown', 'known'] as const;

const { values: flags } = parseArgs({ options: SIZE_FLAGS });
const sizes = sizesOf(flags);
const started = performance.now();
const seconds = (): number => (performance.now() - started) / 1000;

const corpus = await languageModelCorpus(ENWIKI, sizes);
console.log(describeCorpus(corpus));
const read = seconds();
const counts = new NgramCounts(corpus.train, corpus.events, Math.max(...ORDERS));
const counted = seconds();
const ngrams = counts.tables.slice(1).map((table) => table.size);
console.log(`n-grams of 1 to ${counts.order} words: ${ngrams.join(', ')}\n`);

console.log('order  smoothing  all      no </s>  no <UNK>  known words  discounts of the order');
const rows = ORDERS.flatMap((order) => SMOOTHINGS.map((smoothing) => evaluate(order, smoothing)));
const time = { read, count: counted - read, all: seconds() };
const megabytes = process.resourceUsage().maxRSS / 1000;
console.log(
  `\n${time.all.toFixed(1)} s (${read.toFixed(1)} s reading, ${time.count.toFixed(1)} s counting), ${megabytes.toFixed(0)} MB at most`,
);
const { train, heldOut, types } = corpus;
const texts = { train: { ...train, ids: undefined }, heldOut: { ...heldOut, ids: undefined } };
const folder = join(root, 'bench', 'results');
mkdirSync(folder, { recursive: true });
const result = { sizes, types, ...texts, ngrams, rows, seconds: time, megabytes };
writeFileSync(join(folder, 'kneser-ney.json'), `${JSON.stringify(result, null, 2)}\n`);

function evaluate(order: number, smoothing: Smoothing) {
  const model = new KneserNey(counts, { order, smoothing });
  const { known, unknown, sentenceEnds } = scoreText(model, corpus.heldOut, corpus.events);
  const perplexities = {
    all: perplexity(known, unknown, sentenceEnds),
    noEnds: perplexity(known, unknown),
    noUnknown: perplexity(known, sentenceEnds),
    known: perplexity(known),
  };
  const { values, estimated } = model.discounts.at(-1)!;
  const shown = (smoothing === 'single' ? values.slice(0, 1) : values).map((value) => value.toFixed(3));
  const figures = COLUMNS.map((column) => perplexities[column].toFixed(2).padEnd(COLUMN_WIDTHS[column]));
  console.log(
    `${String(order).padEnd(5)}  ${smoothing.padEnd(9)}  ${figures.join('  ')}  ${shown.join(' ')}${estimated ? '' : ' (fallback)'}`,
  );
  return { order, smoothing, perplexities, discounts: model.discounts };
}
