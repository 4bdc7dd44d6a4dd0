import assert from 'node:assert/strict';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { PairCorpus } from '../../../src/core/corpus.js';
import { WordmillError } from '../../../src/core/errors.js';
import { openContext } from '../../../src/core/run.js';
import { rowOf, type TrainedVectors } from '../../../src/core/vectors.js';
import { Vocabulary } from '../../../src/core/vocabulary.js';
import type { ResolvedTrainOptions } from '../../../src/train/engine.js';
import { fillInitialRows } from '../../../src/train/initial-rows.js';
import { learningRateAt } from '../../../src/train/learning-rate.js';
import { allocateMatrix } from '../../../src/train/matrices.js';
import { referenceEngine } from '../../../src/train/reference/engine.js';
import { NegativeSampling } from '../../../src/train/reference/negative-sampling.js';
import { SkipGram } from '../../../src/train/reference/skip-gram.js';
import { SMALL } from '../support/corpora.js';

type Pair = readonly [context: number, target: number, weight: number];

let folder: string;
let files = 0;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wordmill-test-'));
});
after(() => rm(folder, { recursive: true }));

async function pairCorpus(pairs: readonly Pair[], words: number): Promise<PairCorpus> {
  const path = join(folder, `${files++}.pairs`);
  const counts = new Float64Array(words);
  const targetCounts = new Float64Array(words);
  const records = Buffer.alloc(12 * pairs.length);
  for (const [i, [context, target, weight]] of pairs.entries()) {
    records.writeUInt32LE(context, 12 * i);
    records.writeUInt32LE(target, 12 * i + 4);
    records.writeFloatLE(weight, 12 * i + 8);
    counts[context]! += 1;
    counts[target]! += 1;
    targetCounts[target]! += 1;
  }
  await writeFile(path, records);
  const vocabulary = new Vocabulary({ words: Array.from(counts, (_, id) => `w${id}`), counts });
  return { vocabulary, targetCounts, path, pairs: pairs.length };
}

function learn(corpus: PairCorpus, options: Partial<ResolvedTrainOptions> = {}): Promise<TrainedVectors> {
  return referenceEngine.trainPairs(corpus, { ...SMALL, ...options }, openContext().context);
}

describe('training on pairs', () => {
  test('each pair is a group; runs of 1,024 stand for sentences in the negatives and the learning rate', async () => {
    const pairs = Array.from({ length: 2_500 }, (_, i): Pair => [i % 3, (i * i) % 5, 1]);
    const corpus = await pairCorpus(pairs, 5);
    const trained = await learn(corpus, { epochs: 2 });

    const [E, W] = [allocateMatrix(5, SMALL.dimensions), allocateMatrix(5, SMALL.dimensions)];
    fillInitialRows(E, SMALL);
    const loss = new NegativeSampling(corpus.targetCounts, SMALL);
    const model = new SkipGram(E, W, loss);
    for (let epoch = 0; epoch < 2; epoch++) {
      for (const [i, [context, target]] of pairs.entries()) {
        const run = Math.floor(i / 1_024);
        if (i % 1_024 === 0) loss.startSentence(epoch, run);
        const rate = learningRateAt(SMALL.learningRate, epoch * 2_500 + run * 1_024, 5_000);
        model.update(Uint32Array.of(context), 1, loss.outputsFor(target), rate);
      }
    }
    assert.deepEqual(trained.input, E);
    assert.deepEqual(trained.output, W);
    assert.equal(trained.summary.words, 5_000);
  });

  test('a weight scales the step and the loss', async () => {
    const [two, one] = await Promise.all([pairCorpus([[0, 1, 2]], 2), pairCorpus([[0, 1, 1]], 2)]);
    for (const loss of ['negative', 'hierarchical', 'softmax'] as const) {
      const weighted = await learn(two, { loss, learningRate: 0.1 });
      const faster = await learn(one, { loss, learningRate: 0.2 });
      assert.deepEqual(weighted.input, faster.input);
      assert.deepEqual(weighted.output, faster.output);
      assert.equal(weighted.summary.lossByEpoch[0], 2 * faster.summary.lossByEpoch[0]!);
    }
  });

  test('a weight of 0 changes nothing', async () => {
    const trained = await learn(await pairCorpus([[0, 1, 0]], 2));
    assert.deepEqual(trained.output.data, new Float32Array(2 * SMALL.dimensions));
    assert.deepEqual(trained.summary.lossByEpoch, [0]);
  });

  test('only words that occur as targets are ever negatives', async () => {
    const pairs = Array.from({ length: 200 }, (_, i): Pair => [i % 2, 2 + (i % 2), 1]);
    const { output } = await learn(await pairCorpus(pairs, 4));
    const isZero = (row: number) => rowOf(output, row).every((value) => value === 0);
    assert.deepEqual([0, 1, 2, 3].map(isZero), [true, true, false, false]);
  });

  test('a file that ends early is an error that names it', async () => {
    const corpus = await pairCorpus(
      Array.from({ length: 3 }, (): Pair => [0, 1, 1]),
      2,
    );
    await truncate(corpus.path, 30);
    await assert.rejects(learn(corpus), (error) => {
      assert.ok(error instanceof WordmillError);
      assert.equal(error.kind, 'inputOutput');
      assert.equal(error.place?.file, corpus.path);
      return true;
    });
  });
});
