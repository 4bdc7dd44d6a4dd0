import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '../../../../src/core/random.js';
import { openContext } from '../../../../src/core/run.js';
import type { TrainedVectors } from '../../../../src/core/vectors.js';
import { referenceEngine } from '../../../../src/train/reference/engine.js';
import { ShallowLearner } from '../../../../src/train/tensorflow/embeddings/shallow-learner.js';
import {
  trainShallow,
  trainShallowOnPairs,
} from '../../../../src/train/tensorflow/embeddings/train-shallow.js';
import { ALL_WORDS, corpusOf, SMALL } from '../../support/corpora.js';
import { testOnDevices } from '../support/devices.js';

/** Sentences of 0 to 11 words, of which the low numbers are frequent. */
function randomSentences(count: number): string[][] {
  const random = new Random(3);
  return Array.from({ length: count }, () =>
    Array.from({ length: random.below(12) }, () => `w${Math.floor(30 * random.unit() ** 2)}`),
  );
}

function furthest(a: TrainedVectors, b: TrainedVectors): number {
  let most = 0;
  for (const matrix of ['input', 'output'] as const) {
    for (const [i, value] of a[matrix].data.entries())
      most = Math.max(most, Math.abs(value - b[matrix].data[i]!));
  }
  return most;
}

const context = () => openContext().context;
const corpus = corpusOf(randomSentences(60));

for (const model of ['skipgram', 'cbow'] as const) {
  for (const loss of ['negative', 'softmax'] as const) {
    // With a window of 20, groups have more than 16 contexts, and skip-gram takes them in pieces.
    for (const sampling of [{ window: 2, subsample: 0.05 }, { window: 20 }, { window: 3, targets: 2 }]) {
      testOnDevices(
        `${model} with loss ${loss}, ${JSON.stringify(sampling)}: with a batch of one it is the reference, update for update`,
        async (device) => {
          const options = { ...SMALL, model, loss, epochs: 2, learningRate: 0.3, batch: 1 };
          const draws = { ...ALL_WORDS, ...sampling };
          const expected = await referenceEngine.train(corpus, options, draws, context());
          const vectors = await trainShallow(corpus, options, draws, device, context());
          assert.ok(furthest(expected, vectors) < 1e-5, `off by ${furthest(expected, vectors)}`);
          for (const [epoch, mean] of expected.summary.lossByEpoch.entries())
            assert.ok(Math.abs(mean - vectors.summary.lossByEpoch[epoch]!) < 1e-6);
          assert.equal(vectors.summary.words, expected.summary.words);
        },
      );
    }
  }

  testOnDevices(`${model}: larger batches come to nearly the same loss`, async (device) => {
    const options = { ...SMALL, model, epochs: 10, learningRate: 0.05 };
    const large = corpusOf(randomSentences(200));
    const expected = await referenceEngine.train(large, options, ALL_WORDS, context());
    for (const batch of [8, 64]) {
      const vectors = await trainShallow(large, { ...options, batch }, ALL_WORDS, device, context());
      const [own, other] = [vectors, expected].map(({ summary }) => summary.lossByEpoch.at(-1)!);
      assert.ok(Math.abs(own! - other!) < 0.03 * other!, `batch ${batch}: ${own}, one by one ${other}`);
      assert.ok(furthest(expected, vectors) > 1e-4, 'a batch is one step, not many');
    }
  });

  testOnDevices(`${model}: a step changes the rows it uses and no others`, (device) => {
    const counts = new Float64Array(50).fill(1);
    counts[7] = 0; // never a negative
    const learner = new ShallowLearner(device, counts, { ...SMALL, model, batch: 100 });
    try {
      const before = learner.matrices();
      learner.startSentence(0, 0);
      // The first step moves W alone, which starts at zero.
      for (let step = 0; step < 2; step++) {
        learner.add(3, Uint32Array.of(10, 11), 2, 0.1, 1);
        learner.add(4, Uint32Array.of(12), 1, 0.1, 1);
        learner.flush();
      }
      const after = learner.matrices();
      const changed = (matrix: 'input' | 'output') =>
        Array.from({ length: 50 }, (_, row) => row).filter((row) =>
          before[matrix].data
            .subarray(row * 8, row * 8 + 8)
            .some((value, j) => value !== after[matrix].data[row * 8 + j]),
        );
      assert.deepEqual(changed('input'), [10, 11, 12]);
      const outputs = changed('output');
      assert.ok(outputs.includes(3) && outputs.includes(4) && !outputs.includes(7));
      assert.ok(outputs.length <= 2 + 4 * SMALL.negative, `${outputs.length} rows of W`);
    } finally {
      learner.dispose();
    }
  });

  testOnDevices(`${model}: no tensor is left behind by a step`, (device) => {
    for (const loss of ['negative', 'softmax'] as const) {
      const start = device.liveTensors;
      const counts = new Float64Array(20).fill(2);
      const learner = new ShallowLearner(device, counts, { ...SMALL, model, loss, batch: 4 });
      const step = (number: number) => {
        learner.startSentence(0, number);
        for (let i = 0; i < 5; i++) learner.add(i, Uint32Array.of(i + 5, i + 6), 2, 0.1, 1);
      };
      step(0);
      const live = device.liveTensors;
      for (let number = 1; number < 20; number++) step(number);
      assert.equal(device.liveTensors, live);
      learner.dispose();
      assert.equal(device.liveTensors, start);
    }
  });
}

testOnDevices('on weighted pairs, with a batch of one, it is the reference', async (device) => {
  const folder = await mkdtemp(join(tmpdir(), 'wordmill-test-'));
  try {
    const random = new Random(9);
    const pairs = 1_500; // more than one run of 1,024
    const records = Buffer.alloc(12 * pairs);
    const targetCounts = new Float64Array(30);
    for (let pair = 0; pair < pairs; pair++) {
      const [one, other] = [random.below(30), random.below(30)];
      records.writeUInt32LE(one, 12 * pair);
      records.writeUInt32LE(other, 12 * pair + 4);
      records.writeFloatLE(2 * random.unit(), 12 * pair + 8);
      targetCounts[other]! += 1;
    }
    const path = join(folder, 'pairs');
    await writeFile(path, records);
    const { vocabulary } = corpusOf([Array.from({ length: 30 }, (_, i) => `w${i}`)]);
    const pairCorpus = { vocabulary, targetCounts, path, pairs };
    const options = { ...SMALL, epochs: 2, batch: 1 };
    const expected = await referenceEngine.trainPairs(pairCorpus, options, context());
    const vectors = await trainShallowOnPairs(pairCorpus, options, device, context());
    assert.ok(furthest(expected, vectors) < 1e-5, `off by ${furthest(expected, vectors)}`);
    assert.ok(Math.abs(expected.summary.lossByEpoch[1]! - vectors.summary.lossByEpoch[1]!) < 1e-6);
    assert.equal(vectors.summary.words, 2 * pairs);
  } finally {
    await rm(folder, { recursive: true });
  }
});

testOnDevices('training that diverges is an error, with what to do', async (device) => {
  const options = { ...SMALL, loss: 'softmax', epochs: 30, learningRate: 1e20, batch: 64 } as const;
  await assert.rejects(trainShallow(corpus, options, ALL_WORDS, device, context()), {
    kind: 'data',
    message: /training diverged: the loss is no longer a number[\s\S]*lower learning rate/,
  });
});

testOnDevices('it stops when the signal fires', async (device) => {
  const stop = new AbortController();
  const listener = { progress: () => stop.abort() };
  const opened = openContext({ signal: stop.signal, listener });
  const options = { ...SMALL, epochs: 1_000_000, batch: 64 };
  await assert.rejects(trainShallow(corpus, options, ALL_WORDS, device, opened.context), { kind: 'aborted' });
});
