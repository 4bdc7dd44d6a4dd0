/**
 * Every recurrent cell at an equal small budget, 1 to 3 layers: held-out perplexity. (Speed: cell-speed.ts.)
 *
 *   npm run bench:cells                                 all of them; goes on where it was cut off
 *   npm run bench:cells -- --cells lstm,gru --layers 1
 *
 * 400,000 words of training, 40,000 held out, 10,000 known; 3 epochs, dimensions and units 128, batch 32 x 32 steps, Adam,
 * a softmax over 1,000 sampled words in training and over all words for perplexity.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { CELL_NAMES, type CellName } from '../../src/train/tensorflow/recurrent/cell.js';
import { root } from '../support/data.js';
import { CELL_MODEL, CELL_TRAINING } from './cell-settings.js';
import { describeCorpus, ENWIKI, languageModelCorpus } from './corpus.js';
import { trainNeural } from './neural.js';

const SIZES = { train: 400_000, heldOut: 40_000, vocabulary: 10_000 };
const RESULTS = join(root, 'bench', 'results', 'cells.jsonl');

const { values } = parseArgs({
  options: {
    cells: { type: 'string', default: CELL_NAMES.join(',') },
    layers: { type: 'string', default: '1,2,3' },
    epochs: { type: 'string', default: '3' },
  },
});

interface Result {
  readonly cell: CellName;
  readonly layers: number;
  readonly epochs: number;
  readonly perplexity: number;
}

const done: Result[] = existsSync(RESULTS)
  ? readFileSync(RESULTS, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
  : [];
const epochs = Number(values.epochs);
const cells = values.cells.split(',') as CellName[];
for (const cell of cells) if (!CELL_NAMES.includes(cell)) throw new Error(`${cell} is no cell`);
/** What was measured before counts only where it was trained as long. */
const wanted = done.filter((result) => result.epochs === epochs);
mkdirSync(dirname(RESULTS), { recursive: true });
const corpus = await languageModelCorpus(ENWIKI, SIZES);
console.log(describeCorpus(corpus));
for (const layers of values.layers.split(',').map(Number)) {
  for (const cell of cells) {
    if (wanted.some((result) => result.cell === cell && result.layers === layers)) continue;
    const result = await measure(cell, layers);
    appendFileSync(RESULTS, `${JSON.stringify(result)}\n`);
    wanted.push(result);
  }
}
console.log('| cell | layers | held-out perplexity |\n|---|---|---|');
for (const { cell, layers, perplexity } of wanted) {
  console.log(`| ${cell} | ${layers} | ${perplexity.toFixed(1)} |`);
}

async function measure(cell: CellName, layers: number): Promise<Result> {
  const results = await trainNeural(
    corpus,
    {
      model: { ...CELL_MODEL, cell, layers },
      train: { ...CELL_TRAINING, epochs },
    },
    ({ epoch, heldOutPerplexity }) =>
      console.error(`${cell}, ${layers} layers, epoch ${epoch}: ${heldOutPerplexity?.toFixed(1)}`),
  );
  return { cell, layers, epochs, perplexity: results.at(-1)!.heldOutPerplexity! };
}
