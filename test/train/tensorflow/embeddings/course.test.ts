import assert from 'node:assert/strict';
import { Random } from '../../../../src/core/random.js';
import { openContext } from '../../../../src/core/run.js';
import { rowOf } from '../../../../src/core/vectors.js';
import { GivenRows } from '../../../../src/train/given-rows.js';
import { referenceEngine } from '../../../../src/train/reference/engine.js';
import { trainNplm } from '../../../../src/train/tensorflow/embeddings/train-nplm.js';
import { trainShallow } from '../../../../src/train/tensorflow/embeddings/train-shallow.js';
import { tensorflowEngine } from '../../../../src/train/tensorflow/engine.js';
import type { TrainedEpoch, TrainingSetup } from '../../../../src/train/training-setup.js';
import { tensorflowTest } from '../../../support/tensorflow.js';
import { ALL_WORDS, corpusOf, SMALL } from '../../support/corpora.js';
import { testOnDevices } from '../support/devices.js';

const random = new Random(3);
const corpus = corpusOf(
  Array.from({ length: 60 }, () =>
    Array.from({ length: random.below(12) }, () => `w${Math.floor(30 * random.unit() ** 2)}`),
  ),
);
const { vocabulary } = corpus;
const context = () => openContext().context;

/** Rows for every other word, all of one value. */
function given(value: number): GivenRows {
  const words = vocabulary.words.filter((_, id) => id % 2 === 0);
  const data = new Float32Array(8 * words.length).fill(value);
  const matrix = { data, rows: words.length, dimensions: 8, stride: 8 };
  return new GivenRows(vocabulary, { words, matrix });
}

for (const model of ['skipgram', 'cbow'] as const) {
  for (const loss of ['negative', 'softmax'] as const) {
    testOnDevices(
      `${model} with loss ${loss} goes on from vectors and holds sentences out as the reference does`,
      async (device) => {
        const options = { ...SMALL, model, loss, epochs: 2, batch: 1, validation: 0.2 };
        const setup = (): TrainingSetup => ({
          initialVectors: given(0.25),
          initialOutputWeights: given(-0.125),
        });
        const expected = await referenceEngine.train(corpus, options, ALL_WORDS, context(), setup());
        const vectors = await trainShallow(corpus, options, ALL_WORDS, device, context(), setup());
        for (const matrix of ['input', 'output'] as const) {
          for (const [i, value] of expected[matrix].data.entries())
            assert.ok(Math.abs(value - vectors[matrix].data[i]!) < 1e-5);
        }
        const [own, other] = [vectors, expected].map(({ summary }) => summary.validationLossByEpoch!);
        assert.equal(own!.length, 2);
        for (const [epoch, value] of other!.entries()) assert.ok(Math.abs(own![epoch]! - value) < 1e-5);
      },
    );
  }
}

testOnDevices('skip-gram with patience gives the best epoch; the callback sees copies', async (device) => {
  const options = { ...SMALL, learningRate: 0.2, epochs: 60, batch: 32, validation: 0.3, patience: 2 };
  const epochs: Float32Array[] = [];
  const { input, summary } = await trainShallow(corpus, options, ALL_WORDS, device, context(), {
    onEpoch: ({ vectors }) => {
      epochs.push(vectors.input.data);
    },
  });
  assert.ok(summary.epochs < 60 && summary.bestEpoch === summary.epochs - 2, JSON.stringify(summary));
  assert.deepEqual(input.data, epochs[summary.bestEpoch - 1]);
  assert.notDeepEqual(input.data, epochs.at(-1));
});

testOnDevices(
  'nplm calls back after each epoch with the held-out loss, and may be stopped',
  async (device) => {
    const options = {
      ...SMALL,
      engine: 'tensorflow',
      model: 'nplm',
      loss: 'softmax',
      validation: 0.2,
    } as const;
    const seen: TrainedEpoch[] = [];
    const { summary } = await trainNplm(
      corpus,
      { ...options, epochs: 9, learningRate: 0.01 },
      { ...ALL_WORDS, size: 2 },
      device,
      context(),
      {
        async onEpoch(epoch) {
          seen.push(epoch);
          assert.equal(epoch.vectors.input.rows, vocabulary.size);
          if (epoch.epoch === 2) epoch.stop();
        },
      },
    );
    assert.equal(summary.epochs, 2);
    assert.deepEqual(
      seen.map(({ epoch, epochs }) => [epoch, epochs]),
      [
        [1, 9],
        [2, 9],
      ],
    );
    assert.deepEqual(
      seen.map(({ validationLoss }) => validationLoss),
      summary.validationLossByEpoch,
    );
    for (const [epoch, perplexity] of summary.perplexityByEpoch!.entries())
      assert.ok(Math.abs(Math.exp(summary.validationLossByEpoch![epoch]!) - perplexity) < 1e-9 * perplexity);
  },
);

tensorflowTest('nplm starts from the vectors that are given, and at random elsewhere', async () => {
  const options = { ...SMALL, engine: 'tensorflow', model: 'nplm', loss: 'softmax' } as const;
  const still = { ...options, learningRate: 1e-12 };
  const sampling = { ...ALL_WORDS, size: 2 };
  const fresh = await tensorflowEngine.train(corpus, still, sampling, context());
  const { input } = await tensorflowEngine.train(corpus, still, sampling, context(), {
    initialVectors: given(0.25),
  });
  for (let id = 0; id < vocabulary.size; id++) {
    const expected = id % 2 === 0 ? new Float32Array(8).fill(0.25) : rowOf(fresh.input, id);
    for (const [j, value] of rowOf(input, id).entries()) assert.ok(Math.abs(value - expected[j]!) < 1e-9);
  }
});
