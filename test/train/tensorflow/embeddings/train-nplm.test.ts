import assert from 'node:assert/strict';
import { Random } from '../../../../src/core/random.js';
import { openContext, type RunOptions } from '../../../../src/core/run.js';
import { zeroMatrix } from '../../../../src/core/vectors.js';
import { EarlyStop } from '../../../../src/train/early-stop.js';
import type { ResolvedTrainOptions } from '../../../../src/train/engine.js';
import { HeldOutSentences } from '../../../../src/train/held-out.js';
import type { Device } from '../../../../src/train/tensorflow/backend/device.js';
import { NeuralLanguageModel } from '../../../../src/train/tensorflow/embeddings/nplm.js';
import { trainNplm } from '../../../../src/train/tensorflow/embeddings/train-nplm.js';
import { parameterWeights } from '../../../../src/train/tensorflow/parameter-weights.js';
import { ALL_WORDS, corpusOf, SMALL } from '../../support/corpora.js';
import { testOnDevices } from '../support/devices.js';

const OPTIONS: ResolvedTrainOptions = {
  ...SMALL,
  engine: 'tensorflow',
  model: 'nplm',
  loss: 'softmax',
  learningRate: 0.02,
  epochs: 4,
  batch: 32,
  hiddenUnits: 12,
};

/** A cycle of twelve words, begun anywhere: the word before tells the next, at random one time in ten. */
function cycles(sentences: number): string[][] {
  const random = new Random(2);
  return Array.from({ length: sentences }, () => {
    let word = random.below(12);
    return Array.from({ length: 8 }, () => {
      word = random.below(10) === 0 ? random.below(12) : (word + 1) % 12;
      return `w${word}`;
    });
  });
}

const corpus = corpusOf(cycles(300));

function learn(
  device: Device,
  options: Partial<ResolvedTrainOptions> = {},
  sampling: Partial<typeof ALL_WORDS> = {},
  runOptions: RunOptions = {},
) {
  const { context } = openContext(runOptions);
  return trainNplm(
    corpus,
    { ...OPTIONS, ...options },
    { ...ALL_WORDS, size: 2, ...sampling },
    device,
    context,
  );
}

for (const variant of [
  { loss: 'softmax' },
  { loss: 'softmax', direct: true },
  { loss: 'softmax', hiddenUnits: 0, direct: true, optimizer: 'sgd', learningRate: 1, initialRange: 2 },
  { loss: 'sampled', samples: 6, epochs: 8 },
  { loss: 'softmax', dropout: 0.2, epochs: 8 },
] as const) {
  testOnDevices(`learns to predict the next word, ${JSON.stringify(variant)}`, async (device) => {
    const notes: string[] = [];
    const listener = { note: (message: string) => notes.push(message) };
    const { summary, input, output } = await learn(device, { ...variant, validation: 0.1 }, {}, { listener });
    const { perplexityByEpoch } = summary;
    assert.equal(perplexityByEpoch!.length, summary.epochs);
    // Of twelve words a model that knows nothing has perplexity 12; the noise leaves some 1.8 at best.
    assert.ok(perplexityByEpoch!.at(-1)! < 4, `perplexities ${perplexityByEpoch}`);
    assert.ok(perplexityByEpoch!.at(-1)! > 1.5, `perplexities ${perplexityByEpoch}`);
    assert.match(notes[0]!, /^epoch 1: perplexity \d+\.\d\d on \d+ held-out words$/);
    assert.deepEqual([input.rows, input.dimensions], [12, 8]);
    assert.equal(output.rows, 12);
    assert.equal(summary.backend, device.backend);
    assert.ok(summary.words < OPTIONS.epochs * 2 * 2_400, 'held-out words are not trained on');
  });
}

for (const shape of ['last', 'around', 'previous', 'nearby'] as const) {
  for (const partial of [false, true]) {
    testOnDevices(
      `the loss falls with windows of shape ${shape}${partial ? ', partial' : ''}`,
      async (device) => {
        const { summary } = await learn(device, {}, { shape, partial });
        assert.ok(summary.lossByEpoch[3]! < 0.9 * summary.lossByEpoch[0]!, String(summary.lossByEpoch));
        assert.equal(summary.perplexityByEpoch, undefined);
      },
    );
  }
}

testOnDevices('the same seed gives the same vectors, another seed others', async (device) => {
  const options = { loss: 'sampled', samples: 4, dropout: 0.1, validation: 0.1, epochs: 1 } as const;
  const [first, again, other] = [await learn(device, options), await learn(device, options), await learn(device, { ...options, seed: 2 })]; // biome-ignore format: three runs
  assert.deepEqual(first!.input.data, again!.input.data);
  assert.deepEqual(first!.summary.perplexityByEpoch, again!.summary.perplexityByEpoch);
  assert.notDeepEqual(first!.input.data, other!.input.data);
});

testOnDevices('held-out sentences depend on number and seed alone, and are the share asked for', () => {
  const numbers = Array.from({ length: 20_000 }, (_, sentence) => sentence);
  const heldOut = new HeldOutSentences(0.05, 1);
  const chosen = numbers.filter((sentence) => heldOut.has(sentence));
  // Binomial: mean 1,000, standard deviation 31.
  assert.ok(Math.abs(chosen.length - 1_000) < 4 * 31, `${chosen.length} of 20,000`);
  const backwards = new HeldOutSentences(0.05, 1);
  assert.deepEqual(
    [...numbers]
      .reverse()
      .filter((sentence) => backwards.has(sentence))
      .reverse(),
    chosen,
  );
  const another = new HeldOutSentences(0.05, 2);
  assert.ok(chosen.filter((sentence) => another.has(sentence)).length < 120);
  assert.ok(!numbers.some((sentence) => new HeldOutSentences(0, 1).has(sentence)));
});

testOnDevices('it stops when perplexity no longer falls, and gives the best epoch', async (device) => {
  const notes: string[] = [];
  const listener = { note: (message: string) => notes.push(message) };
  // Memorises its text: the held-out perplexity soon rises.
  const options = { hiddenUnits: 60, learningRate: 0.1, validation: 0.4, epochs: 60, patience: 2 };
  const sampling = { size: 4 };
  const { summary } = await learn(device, options, sampling, { listener });
  const { perplexityByEpoch, epochs } = summary;
  const best = perplexityByEpoch!.indexOf(Math.min(...perplexityByEpoch!));
  assert.ok(epochs < 60, 'it stopped early');
  assert.equal(best, epochs - 1 - 2, 'two epochs after the best');
  assert.match(notes.at(-1)!, new RegExp(`^keeping epoch ${best + 1}, `));
});

testOnDevices(
  'the best model is put back: after 5, 4, 4.5 and 4.2 with patience 2, that of the second epoch',
  async (device) => {
    const shape = { words: 3, places: 1, dimensions: 2, hidden: 2, direct: false, sampled: false, seed: 1 };
    const model = new NeuralLanguageModel(device, { ...shape, initialRange: 1 });
    const stop = new EarlyStop(2, parameterWeights(model.parameters));
    const decisions = [5, 4, 4.5, 4.2].map((perplexity, epoch) => {
      for (const { variable, size } of model.parameters) variable.assign(new Float32Array(size).fill(epoch));
      return stop.after(perplexity);
    });
    assert.deepEqual(decisions, [false, false, false, true]);
    assert.equal(await stop.restoreBest(), 1);
    for (const { variable } of model.parameters) assert.ok(variable.toHost().every((value) => value === 1));
    model.dispose();
  },
);

testOnDevices('starts from vectors that are given', async (device) => {
  const initialVectors = zeroMatrix(12, 8);
  initialVectors.data.fill(0.25);
  const { context } = openContext();
  const options = { ...OPTIONS, learningRate: 1e-12, epochs: 1 };
  const { input } = await trainNplm(corpus, options, ALL_WORDS, device, context, { initialVectors });
  assert.deepEqual(input.data, initialVectors.data);
  const wrong = zeroMatrix(11, 8);
  await assert.rejects(
    trainNplm(corpus, options, ALL_WORDS, device, context, { initialVectors: wrong }),
    /11 x 8, but there are 12 words/,
  );
});

testOnDevices(
  'a text without a window, or held-out text without one, is refused before training',
  async (device) => {
    await assert.rejects(learn(device, {}, { size: 8 }), {
      kind: 'data',
      message:
        /^sampling\.size: no sentence is long enough for a window of context words\n {2}Take a smaller size/,
    });
    await assert.rejects(learn(device, { validation: 1e-9 }), {
      kind: 'data',
      message: /^train\.validation: the sentences that are held out have no window/,
    });
    // The only sentence that has a window is one that seed 1 holds out.
    const heldOut = new HeldOutSentences(0.5, 1);
    const first = Array.from({ length: 20 }, (_, sentence) => sentence).find((n) => heldOut.has(n))!;
    const sentences = Array.from({ length: 20 }, (_, n) => (n === first ? ['a', 'b', 'c', 'd'] : ['a']));
    const { context } = openContext();
    const options = { ...OPTIONS, validation: 0.5 };
    await assert.rejects(
      trainNplm(corpusOf(sentences), options, { ...ALL_WORDS, size: 2 }, device, context),
      {
        kind: 'data',
        message:
          /^train\.validation: every sentence that is long enough to train on is held out\n {2}Hold out a smaller/,
      },
    );
  },
);

testOnDevices(
  'training that diverges is an error; an abort ends it; neither leaves tensors',
  async (device) => {
    const live = device.liveTensors;
    const wild = { optimizer: 'sgd', hiddenUnits: 0, direct: true, learningRate: 1e30, epochs: 20 } as const;
    await assert.rejects(learn(device, wild), { kind: 'data', message: /training diverged/ });
    const stop = new AbortController();
    const listener = { progress: () => stop.abort() };
    await assert.rejects(learn(device, { epochs: 1_000_000 }, {}, { signal: stop.signal, listener }), {
      kind: 'aborted',
    });
    await learn(device);
    assert.equal(device.liveTensors, live);
  },
);
