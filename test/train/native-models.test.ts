import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Corpus } from '../../src/core/corpus.js';
import { openContext } from '../../src/core/run.js';
import type { TrainedVectors } from '../../src/core/vectors.js';
import { Vocabulary } from '../../src/core/vocabulary.js';
import { instructionSets, nativeAddon, nativeUnavailable } from '../../src/native/addon.js';
import type { SamplingOptions } from '../../src/sampling/options.js';
import type { ResolvedTrainOptions } from '../../src/train/engine.js';
import { fillInitialRows } from '../../src/train/initial-rows.js';
import { outputRows } from '../../src/train/matrices.js';
import { drawJob, nativeEngine, textDraws } from '../../src/train/native/engine.js';
import { referenceEngine } from '../../src/train/reference/engine.js';
import { randomSentences, withCorpus } from '../native/support/spooled-corpus.js';
import { ALL_WORDS, SMALL } from './support/corpora.js';
import { pairCorpus } from './support/pair-corpus.js';
import { assertSame } from './support/same-vectors.js';

const skip = nativeUnavailable() ?? false;
const SETS = skip ? [] : (instructionSets() as ResolvedTrainOptions['instructionSet'][]);
const SHALLOW = (['skipgram', 'cbow'] as const).flatMap((model) =>
  (['negative', 'hierarchical', 'softmax'] as const).map((loss) => ({ model, loss })),
);

type Options = Partial<ResolvedTrainOptions>;
type Sampling = Partial<SamplingOptions>;

async function train(corpus: Corpus, options: Options, sampling: Sampling = {}): Promise<TrainedVectors> {
  const { context } = openContext();
  return nativeEngine.train(corpus, { ...SMALL, ...options }, { ...ALL_WORDS, ...sampling }, context);
}

/** Trains with every instruction set, and holds what they learn to what the reference learns. */
async function agree(corpus: Corpus, options: Options, sampling: Sampling = {}): Promise<void> {
  const { context } = openContext();
  const full = { ...SMALL, ...options };
  const reference = await referenceEngine.train(corpus, full, { ...ALL_WORDS, ...sampling }, context);
  for (const instructionSet of SETS)
    assertSame(await train(corpus, { ...full, instructionSet }, sampling), reference);
}

const FEW = randomSentences(40, 9);
const MANY = randomSentences(60, 600);

describe('every model with every loss learns natively what the reference learns, on each instruction set', {
  skip,
}, () => {
  for (const { model, loss } of SHALLOW) {
    const options = { model, loss, learningRate: 0.05 };
    for (const dimensions of [1, 17, 100]) {
      test(`${model}, ${loss}: ${dimensions} dimensions`, () =>
        withCorpus(FEW, (corpus) => agree(corpus, { ...options, dimensions }, { window: 5 })));
    }
    test(`${model}, ${loss}: more words than fit a tile, words that repeat in a window, several epochs`, () =>
      withCorpus(MANY, (corpus) =>
        agree(corpus, { ...options, dimensions: 20, epochs: 2 }, { window: 4, subsample: 0.01 }),
      ));
    test(`${model}, ${loss}: windows of more words than a piece`, () =>
      withCorpus(FEW, (corpus) =>
        agree(
          corpus,
          { ...options, dimensions: 33, learningRate: 0.02 },
          { window: 40, windowMode: 'fixed' },
        ),
      ));
    test(`${model}, ${loss}: two thousand dimensions`, () =>
      withCorpus(FEW.slice(0, 6), (corpus) => agree(corpus, { ...options, dimensions: 2_000 })));
    test(`${model}, ${loss}: a vocabulary of one word`, () =>
      withCorpus([['the', 'the', 'the'], ['the']], async (corpus) => {
        const { output, summary } = await train(corpus, { ...options, epochs: 3 });
        assert.equal(output.rows, outputRows(1, loss));
        assert.equal(summary.words, 12);
        const learns = loss === 'negative'; // The target and no negatives; nothing is asked in a tree or choice of one.
        assert.deepEqual(
          summary.lossByEpoch.map((mean) => mean > 0),
          [learns, learns, learns],
        );
      }));
    test(`${model}, ${loss}: pairs with weights`, async () => {
      const { context, close } = openContext();
      const corpus = await pairCorpus(await context.scratchFolder(), 1_100);
      const full = { ...SMALL, ...options, epochs: 2, dimensions: 20 };
      const reference = await referenceEngine.trainPairs(corpus, full, context);
      for (const instructionSet of SETS) {
        assertSame(await nativeEngine.trainPairs(corpus, { ...full, instructionSet }, context), reference);
      }
      await close();
    });
    test(`${model}, ${loss}: padding stays zero`, () =>
      withCorpus(FEW, async (corpus) => {
        for (const instructionSet of SETS) {
          const { input, output } = await train(corpus, { ...options, dimensions: 7, instructionSet });
          for (const { data, stride } of [input, output]) {
            assert.ok(data.every((value, i) => i % stride < 7 || value === 0));
          }
        }
      }));
    test(`${model}, ${loss}: learns with two threads`, () =>
      withCorpus(randomSentences(1_200, 100), async (corpus) => {
        assert.ok(corpus.spool.chunks.length > 1);
        const { summary } = await train(corpus, { ...options, threads: 2, epochs: 3, dimensions: 20 });
        assert.equal(summary.threads, 2);
        assert.ok(summary.lossByEpoch[2]! < summary.lossByEpoch[0]!, `${summary.lossByEpoch}`);
      }));
  }

  for (const { model, loss } of SHALLOW.filter((each) => each.loss === 'hierarchical')) {
    test(`${model}, ${loss}: a thread with nodes of its own learns what one without learns`, () =>
      withCorpus(MANY, async (corpus) => {
        // One chunk in one epoch: there is no work for a second thread, but the first cannot know that.
        assert.equal(corpus.spool.chunks.length, 1);
        const options = { ...SMALL, model, loss, dimensions: 20, epochs: 1 };
        assertSame(await train(corpus, { ...options, threads: 2 }), await train(corpus, options));
      }));
  }

  for (const negative of [1, 2, 5, 7, 8, 9, 15, 16, 20, 33]) {
    test(`cbow with ${negative} negatives of nine words, so that some are drawn twice`, () =>
      withCorpus(FEW, (corpus) => agree(corpus, { model: 'cbow', negative, learningRate: 0.03 })));
    test(`skip-gram with ${negative} negatives of nine words`, () =>
      withCorpus(FEW, (corpus) => agree(corpus, { negative, learningRate: 0.03 })));
  }

  test('hierarchical softmax with paths of up to 40 nodes', () =>
    withCorpus(FEW, async (corpus) => {
      // Fibonacci numbers as counts make a tree with one word at each depth.
      const words = corpus.vocabulary.words.concat(Array.from({ length: 32 }, (_, i) => `x${i}`));
      const counts = [1, 1];
      while (counts.length < words.length) counts.push(counts.at(-1)! + counts.at(-2)!);
      const vocabulary = new Vocabulary({ words, counts });
      const deep = { ...corpus, vocabulary, blocks: () => corpus.blocks() };
      for (const model of ['skipgram', 'cbow'] as const) await agree(deep, { model, loss: 'hierarchical' });
    }));
});

describe('epochs that are run one by one', { skip }, () => {
  for (const { model, loss } of SHALLOW) {
    test(`${model}, ${loss}: give what one run gives, bit for bit`, () =>
      withCorpus(FEW, async (corpus) => {
        const options = { ...SMALL, model, loss, epochs: 3 };
        const whole = await train(corpus, options, { subsample: 0.05 });
        const addon = nativeAddon();
        const input = addon.allocateMatrix(corpus.vocabulary.size, options.dimensions);
        const output = addon.allocateMatrix(outputRows(corpus.vocabulary.size, loss), options.dimensions);
        fillInitialRows(input, options);
        const draws = textDraws(corpus, { ...ALL_WORDS, subsample: 0.05 }, model);
        const losses: number[] = [];
        for (let epoch = 0; epoch < 3; epoch++) {
          const training = addon.startTraining({
            ...drawJob(draws, corpus.vocabulary.counts, options),
            ...{ model, input, output, epochs: 1, firstEpoch: epoch, totalEpochs: 3, threads: 1 },
            ...{ learningRate: options.learningRate, instructionSet: SETS[0]! },
          });
          const { words, lossByEpoch, predictionsByEpoch } = await training.finished;
          assert.equal(words, (epoch + 1) * corpus.vocabulary.totalCount);
          assert.equal(training.progress().epoch, epoch + 1);
          losses.push(lossByEpoch[0]! / predictionsByEpoch[0]!);
        }
        assert.deepEqual(input, whole.input);
        assert.deepEqual(output, whole.output);
        assert.deepEqual(losses, whole.summary.lossByEpoch);
      }));
  }
});

test('the native engine trains skip-gram and CBOW with the three exact losses', () => {
  for (const { model, loss } of SHALLOW) assert.ok(nativeEngine.trains(model, loss));
  assert.ok(!nativeEngine.trains('nplm', 'softmax'));
  assert.ok(!nativeEngine.trains('skipgram', 'sampled'));
});
