import assert from 'node:assert/strict';
import type { TrainOptions } from '../../../src/train/options.js';
import { randomSentences, withCorpus } from '../../native/support/spooled-corpus.js';
import { tensorflowTest } from '../../support/tensorflow.js';
import { trainKilled, trainOn } from './support.js';

const OPTIONS = {
  engine: 'tensorflow',
  dimensions: 6,
  epochs: 2,
  threads: 1,
  learningRate: 0.1,
  batch: 8,
} as const;
const sentences = randomSentences(60, 30);

for (const options of [
  { model: 'skipgram' },
  { model: 'cbow', loss: 'softmax' },
  { model: 'skipgram', validation: 0.3, patience: 1, epochs: 4, learningRate: 0.5 },
  { model: 'nplm', hiddenUnits: 6, dropout: 0.3 },
  { model: 'nplm', loss: 'sampled', samples: 5, optimizer: 'sgd', validation: 0.3, patience: 2, epochs: 3 },
] satisfies Partial<TrainOptions>[]) {
  tensorflowTest(
    `a training on TensorFlow that is interrupted learns the same: ${JSON.stringify(options)}`,
    () =>
      withCorpus(sentences, async (corpus, context) => {
        const trained = {
          options: { ...OPTIONS, ...options },
          sampling: options.model === 'nplm' ? { size: 2 } : { window: 3 },
        };
        const expected = await trainOn(corpus, trained, context);
        for (const kills of [[2], [5, 9]]) {
          const { vectors, killed } = await trainKilled(corpus, trained, context, kills);
          assert.equal(killed, kills.length);
          assert.deepEqual(vectors.input, expected.input);
          assert.deepEqual(vectors.output, expected.output);
          assert.equal(vectors.summary.words, expected.summary.words);
        }
      }),
  );
}
