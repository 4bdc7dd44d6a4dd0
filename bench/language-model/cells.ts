/**
 * Every recurrent cell at an equal small budget: held-out perplexity and tokens a second, 1 to 3 layers.
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
  readonly perplexity: number;
  readonly tokensPerSecond: number;
}

const done: Result[] = existsSync(RESULTS)
  ? readFileSync(RESULTS, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
  : [];
mkdirSync(dirname(RESULTS), { recursive: true });
const corpus = await languageModelCorpus(ENWIKI, SIZES);
console.log(describeCorpus(corpus));
for (const layers of values.layers.split(',').map(Number)) {
  for (const cell of values.cells.split(',') as CellName[]) {
    if (done.some((result) => result.cell === cell && result.layers === layers)) continue;
    const result = await measure(cell, layers);
    appendFileSync(RESULTS, `${JSON.stringify(result)}\n`);
    done.push(result);
  }
}
console.log('| cell | layers | held-out perplexity | tokens/s |\n|---|---|---|---|');
for (const { cell, layers, perplexity, tokensPerSecond } of done) {
  console.log(
    `| ${cell} | ${layers} | ${perplexity.toFixed(1)} | ${Math.round(tokensPerSecond).toLocaleString('en-US')} |`,
  );
}

async function measure(cell: CellName, layers: number): Promise<Result> {
  const epochs = await trainNeural(
    corpus,
    {
      model: { cell, layers, units: 128, dimensions: 128, softmax: 'sampled', samples: 1_000 },
      train: { epochs: Number(values.epochs), batch: 32, steps: 32, learningRate: 0.003, decay: 'linear' },
    },
    ({ epoch, heldOutPerplexity }) =>
      console.error(`${cell}, ${layers} layers, epoch ${epoch}: ${heldOutPerplexity?.toFixed(1)}`),
  );
  const speeds = epochs.map(({ events, seconds }) => events / seconds);
  return {
    cell,
    layers,
    perplexity: epochs.at(-1)!.heldOutPerplexity!,
    tokensPerSecond: Math.max(...speeds),
  };
}
