/**
 * A 2-layer LSTM on the text that the Kneser-Ney models are measured on (2 M words, 10,000 known; 200 k held out).
 *
 *   npm run bench:language-model                      trains, and prints held-out perplexity by epoch
 *   npm run bench:language-model -- --epochs 2
 */
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../support/data.js';
import { describeCorpus, ENWIKI, languageModelCorpus, SIZE_FLAGS, sizesOf } from './corpus.js';
import { trainNeural } from './neural.js';

const { values } = parseArgs({
  options: {
    ...SIZE_FLAGS,
    epochs: { type: 'string', default: '6' },
    units: { type: 'string', default: '256' },
    dimensions: { type: 'string', default: '256' },
    dropout: { type: 'string', default: '0.25' },
    batch: { type: 'string', default: '32' },
    rate: { type: 'string', default: '0.002' },
    decay: { type: 'string', default: 'linear' },
    tied: { type: 'boolean', default: true },
  },
  allowNegative: true,
});
const { epochs, units, dimensions, dropout, batch, rate, decay, tied, ...sizes } = values;
const corpus = await languageModelCorpus(ENWIKI, sizesOf(sizes));
console.log(describeCorpus(corpus));
const options = {
  model: {
    ...{ cell: 'lstm' as const, layers: 2, tied, units: Number(units), dimensions: Number(dimensions) },
    dropout: Number(dropout),
  },
  train: {
    ...{ epochs: Number(epochs), batch: Number(batch), steps: 32, learningRate: Number(rate), seed: 1 },
    decay: decay as 'linear' | 'plateau',
  },
};
mkdirSync(join(root, 'bench', 'results'), { recursive: true });
console.log('| epoch | training perplexity | held-out perplexity | tokens/s |\n|---|---|---|---|');
await trainNeural(corpus, options, (result) => {
  const { epoch, perplexity, heldOutPerplexity, events, seconds } = result;
  const cells = [epoch, perplexity.toFixed(1), heldOutPerplexity?.toFixed(1), Math.round(events / seconds)];
  console.log(`| ${cells.join(' | ')} |`);
  const line = JSON.stringify({ ...options, ...result });
  appendFileSync(join(root, 'bench', 'results', 'language-model.jsonl'), `${line}\n`);
});
