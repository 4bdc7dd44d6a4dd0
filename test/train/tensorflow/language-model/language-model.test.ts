import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WordmillError } from '../../../../src/core/errors.js';
import { openDevice } from '../../../../src/train/tensorflow/backend/open-device.js';
import { LanguageModel } from '../../../../src/train/tensorflow/language-model/language-model.js';
import { LanguageModelNetwork } from '../../../../src/train/tensorflow/language-model/network.js';
import {
  type LanguageModelOptions,
  resolveLanguageModelOptions,
} from '../../../../src/train/tensorflow/language-model/options.js';
import { withSentenceEnd } from '../../../../src/train/tensorflow/language-model/stream.js';
import {
  type TrainLanguageModelOptions,
  trainLanguageModel,
} from '../../../../src/train/tensorflow/language-model/train.js';
import { tensorflowTest } from '../../../support/tensorflow.js';
import { blocksOf, corpusOf, VERSES } from './support.js';

const SMALL = { layers: 1, units: 24, dimensions: 12 } as const;
const FAST = { epochs: 100, batch: 2, steps: 8, learningRate: 0.03, decay: 'none' } as const;
const verses = corpusOf(VERSES);

function train(model: TrainLanguageModelOptions['model'], options: TrainLanguageModelOptions['train'] = {}) {
  return trainLanguageModel(verses, { model: { ...SMALL, ...model }, train: { ...FAST, ...options } });
}

const perplexityOf = async (model: LanguageModel, sentences = VERSES) =>
  (await model.perplexity(blocksOf(model.vocabulary, sentences))).perplexity;

async function untrained(options: Partial<LanguageModelOptions>, words = 200): Promise<LanguageModel> {
  const device = await openDevice();
  const sentence = Array.from({ length: words }, (_, i) => `w${i}`);
  const { vocabulary } = withSentenceEnd(corpusOf([sentence.join(' ')]).vocabulary, 1);
  const resolved = resolveLanguageModelOptions(options);
  const network = new LanguageModelNetwork(device, resolved, { counts: vocabulary.counts, seed: 7 });
  return new LanguageModel({ device, network, vocabulary, options: resolved });
}

const SENTENCE = Array.from({ length: 700 }, (_, i) => `w${(i * 37) % 200}`).join(' ');

tensorflowTest('a model that has learned nothing finds words as likely as they are frequent', async () => {
  const device = await openDevice();
  const counts = [5, 99, 1, 0]; // And one more of each: 6, 100, 2 and 1 of 109.
  const options = resolveLanguageModelOptions({ units: 4, dimensions: 4 });
  const { output } = new LanguageModelNetwork(device, options, { counts, seed: 1 });
  for (const [id, share] of [6 / 109, 100 / 109, 2 / 109, 1 / 109].entries()) {
    assert.ok(Math.abs(Math.exp(output.bias.variable.toHost()[id]!) - share) < 1e-6);
  }
});

tensorflowTest('where all are as frequent, its perplexity is about their number', async () => {
  const model = await untrained({});
  const found = await model.perplexity(blocksOf(model.vocabulary, [SENTENCE, '', 'w1 w2 <UNK>']));
  assert.ok(Math.abs(found.perplexity / model.vocabulary.size - 1) < 0.02, String(found.perplexity));
  assert.deepEqual([found.events, found.sentences, found.unknown], [705, 2, 1]);
});

tensorflowTest('a text of three sentences is learned by heart', async () => {
  const models: TrainLanguageModelOptions['model'][] = [
    {},
    { cell: 'gru', layers: 2 },
    { tied: true },
    { tied: true, units: 12 },
    { dense: [16] },
    { softmax: 'sampled', samples: 12 },
    { softmax: 'sampled', samples: 12, tied: true },
  ];
  for (const options of models) {
    const { model } = await train(options, { batch: 1 });
    const perplexity = await perplexityOf(model);
    assert.ok(perplexity < 1.3, `${JSON.stringify(options)}: ${perplexity}`);
    model.dispose();
  }
});

tensorflowTest('a projection stands before tied weights only where lengths differ', async () => {
  const names = async (options: Partial<LanguageModelOptions>) =>
    (await untrained(options)).network.parameters.map(({ name }) => name);
  assert.ok((await names({ tied: true, units: 20, dimensions: 10 })).includes('projection.weights'));
  assert.ok(!(await names({ tied: true, units: 10, dimensions: 10 })).includes('projection.weights'));
  assert.ok(!(await names({ tied: true })).includes('output.weights'));
  assert.ok((await names({ dense: [30, 20] })).includes('dense.1.weights'));
});

tensorflowTest('evaluating piece by piece gives what one piece gives', async () => {
  const model = await untrained({ layers: 2, units: 16, dimensions: 8 });
  // Larger inputs and outputs, so that the words before matter.
  for (const { variable } of [model.network.embedding, model.network.output.weights]) {
    variable.assign(variable.toHost().map((weight) => 10 * weight));
  }
  const at = async (streams: number, steps: number) =>
    (await model.perplexity(blocksOf(model.vocabulary, [SENTENCE]), { streams, steps })).loss;
  const whole = await at(1, 1_000);
  for (const steps of [1, 7, 64]) assert.ok(Math.abs((await at(1, steps)) - whole) < 1e-4, `steps ${steps}`);
  // Parallel streams are warmed up by 256 words; what lies before them no longer matters here.
  assert.ok(Math.abs((await at(4, 16)) - whole) < 1e-4);
});

tensorflowTest('a saved model loads to the same numbers, bit for bit', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'wordmill-test-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'model');
  for (const options of [
    { dropout: 0.1 },
    { cell: 'lstm-peephole', outputPeephole: 'previous', tied: true },
  ] as const) {
    const { model } = await train(options, { epochs: 3 });
    await model.save(path);
    const loaded = await LanguageModel.load(path);
    assert.deepEqual(loaded.options, model.options);
    assert.deepEqual(loaded.vocabulary.words, model.vocabulary.words);
    assert.equal(await perplexityOf(loaded), await perplexityOf(model));
    assert.deepEqual(loaded.probabilities(['sing', 'a']), model.probabilities(['sing', 'a']));
    assert.deepEqual([...loaded.sample({ length: 20 })], [...model.sample({ length: 20 })]);
  }
  const config = join(path, 'config.json');
  const saved = await readFile(config, 'utf8');
  for (const [from, to, message] of [
    [
      '"units": 24',
      '"units": 23',
      /weights\.safetensors: 'recurrent\.0\.forward\.input' is .*; the model needs it as/,
    ],
    [
      '"layers": 1',
      '"layers": 0',
      /config\.json: options\.model\.layers: must be a whole number from 1 to 64/,
    ],
    [
      '"bidirectional": false',
      '"bidirectional": true',
      /config\.json: options\.model\.bidirectional: must be false/,
    ],
    ['"unknown": "token"', '"unknown": 1', /config\.json: options\.unknown: must be one of drop, token/],
  ] as const) {
    assert.ok(saved.includes(from), from);
    await writeFile(config, saved.replace(from, to));
    await assert.rejects(LanguageModel.load(path), { kind: 'data', message });
  }
});

tensorflowTest('probabilities are those of the word after these', async () => {
  const { model } = await train({});
  const probabilities = model.probabilities(['sing', 'a', 'song', 'of']);
  const sum = probabilities.reduce((total, p) => total + p, 0);
  assert.ok(Math.abs(sum - 1) < 1e-5);
  assert.equal(model.vocabulary.words[probabilities.indexOf(Math.max(...probabilities))], 'sixpence');
});

tensorflowTest(
  'the best epoch on held-out text is kept, and training stops where none is better',
  async () => {
    const heldOut = ['one for the show', 'four to get ready', 'a pocket full of sixpence'];
    const { model, epochs, bestEpoch } = await trainLanguageModel(verses, {
      model: SMALL,
      train: { ...FAST, learningRate: 0.01, decay: 'plateau', patience: 3 },
      heldOut: blocksOf(verses.vocabulary, heldOut),
    });
    assert.equal(epochs.length, bestEpoch + 3);
    const best = epochs[bestEpoch - 1]!;
    assert.equal(
      best.heldOutPerplexity,
      Math.min(...epochs.map(({ heldOutPerplexity }) => heldOutPerplexity!)),
    );
    assert.equal(await perplexityOf(model, heldOut), best.heldOutPerplexity);
    assert.deepEqual(
      epochs.slice(bestEpoch).map(({ learningRate }) => learningRate),
      [0.01, 0.005, 0.0025],
    );
  },
);

tensorflowTest('the learning rate falls linearly to the end of the last epoch', async () => {
  const { epochs } = await train({}, { epochs: 4, decay: 'linear', learningRate: 0.01 });
  const rates = epochs.map(({ learningRate }) => learningRate / 0.01);
  for (const [index, rate] of rates.entries()) {
    assert.ok(Math.abs(rate - Math.max(1e-4, 1 - (index + 1) / 4)) < 1e-12, String(rates));
  }
});

tensorflowTest('an epoch predicts every word and every end of a sentence once', async () => {
  const { epochs } = await train({}, { epochs: 1, batch: 5, steps: 4 });
  assert.equal(epochs[0]!.events, VERSES.join(' ').split(' ').length + VERSES.length);
});

tensorflowTest('a sentence of ten thousand words is trained on and evaluated', async () => {
  const sentence = Array.from({ length: 10_000 }, (_, i) => `w${i % 10}`).join(' ');
  const corpus = corpusOf([sentence]);
  const { model, epochs } = await trainLanguageModel(corpus, {
    model: SMALL,
    train: { epochs: 1, batch: 4, steps: 50, learningRate: 0.02 },
  });
  assert.equal(epochs[0]!.events, 10_001);
  const found = await model.perplexity(blocksOf(model.vocabulary, [sentence]));
  assert.deepEqual([found.events, found.sentences, found.unknown], [10_001, 1, 0]);
  // Ten words in a cycle: after one pass each is far likelier than one in ten.
  assert.ok(found.perplexity < 2, String(found.perplexity));
  model.dispose();
});

tensorflowTest('training holds no more tensors from batch to batch', async () => {
  const device = await openDevice();
  const counts: number[] = [];
  const { model } = await trainLanguageModel(
    verses,
    { model: { ...SMALL, layers: 2, dropout: 0.2 }, train: { ...FAST, epochs: 6 } },
    { device, onEpoch: () => counts.push(device.liveTensors) },
  );
  assert.equal(new Set(counts.slice(1)).size, 1, counts.join(' '));
  model.dispose();
});

tensorflowTest('what cannot be trained is refused with the reason', async () => {
  const refused = (promise: Promise<unknown>, kind: string, message: RegExp) =>
    assert.rejects(promise, (error: WordmillError) => {
      assert.equal(error.kind, kind);
      assert.match(error.message, message);
      return true;
    });
  await refused(train({ bidirectional: true }), 'usage', /model\.bidirectional: .* from those before it/);
  await refused(train({ units: 0 }), 'usage', /model\.units: must be a whole number/);
  await refused(train({}, { patience: 2 }), 'usage', /train\.patience: needs held-out text/);
  await refused(trainLanguageModel(corpusOf(['']), { model: SMALL }), 'data', /no words to train on/);
  const wild = { optimizer: 'sgd', learningRate: 1e39, clip: 1e39 } as const;
  await refused(train({}, wild), 'data', /training diverged: the loss is no longer a number, in batch 2 of/);
  // One batch, one epoch: the only update has no loss after it.
  await refused(
    train({}, { ...wild, epochs: 1, batch: 1, steps: 100 }),
    'data',
    /training diverged: '.+' holds numbers that are not finite, after epoch 1/,
  );
  await refused(
    trainLanguageModel(corpusOf(['a b c', 'd '.repeat(97).trim()]), { train: { validationShare: 0.05 } }),
    'data',
    /^train\.validationShare: cut at the end of a sentence/,
  );
});
