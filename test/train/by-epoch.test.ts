import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openContext } from '../../src/core/run.js';
import { rowOf, type TrainedVectors } from '../../src/core/vectors.js';
import { instructionSets, nativeUnavailable } from '../../src/native/addon.js';
import type { ResolvedTrainOptions } from '../../src/train/engine.js';
import { nativeEngine } from '../../src/train/native/engine.js';
import { referenceEngine } from '../../src/train/reference/engine.js';
import type { TrainingSetup } from '../../src/train/training-setup.js';
import { randomSentences, withCorpus } from '../native/support/spooled-corpus.js';
import { ALL_WORDS, SMALL } from './support/corpora.js';
import { pairCorpus } from './support/pair-corpus.js';
import { assertSame } from './support/same-vectors.js';

const skip = nativeUnavailable() ?? false;
const SETS = skip ? [] : (instructionSets() as ResolvedTrainOptions['instructionSet'][]);
const COMBINATIONS = (['skipgram', 'cbow'] as const).flatMap((model) =>
  (['negative', 'hierarchical', 'softmax'] as const).map((loss) => ({ model, loss })),
);

const sentences = randomSentences(60, 30);
const SAMPLING = { ...ALL_WORDS, subsample: 0.05, window: 4 };
const noCallback: TrainingSetup = { onEpoch: () => undefined };

/** Every third word. */
function frozenThird(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, id) => (id % 3 === 0 ? 1 : 0));
}

/** Rows of frozen words are what they started as; of the others hardly any is. */
function assertFrozen(vectors: TrainedVectors, start: TrainedVectors, frozen: Uint8Array): void {
  let learned = 0;
  for (const [id, is] of frozen.entries()) {
    const [after, before] = [rowOf(vectors.input, id), rowOf(start.input, id)];
    if (is) assert.deepEqual(after, before);
    else if (after.some((value, j) => value !== before[j])) learned++;
  }
  assert.ok(learned > 0.5 * frozen.length, `${learned} of ${frozen.length} learned`);
}

for (const instructionSet of SETS) {
  for (const options of COMBINATIONS) {
    describe(`the native engine on ${instructionSet}: ${options.model} with loss ${options.loss}`, () => {
      const full = { ...SMALL, ...options, epochs: 3, dimensions: 20, instructionSet };

      test('epochs one by one are, with one thread, bit for bit those run at once', () =>
        withCorpus(sentences, async (corpus, context) => {
          const atOnce = await nativeEngine.train(corpus, full, SAMPLING, context);
          const oneByOne = await nativeEngine.train(corpus, full, SAMPLING, context, noCallback);
          assert.deepEqual(oneByOne.input, atOnce.input);
          assert.deepEqual(oneByOne.output, atOnce.output);
          const { seconds: _, ...summary } = atOnce.summary;
          const { seconds: __, ...again } = oneByOne.summary;
          assert.deepEqual(again, summary);
        }));

      test('frozen rows stay bit for bit, and the others learn as in the reference', () =>
        withCorpus(sentences, async (corpus, context) => {
          const frozen = frozenThird(corpus.vocabulary.size);
          const start = await nativeEngine.train(corpus, { ...full, learningRate: 1e-30 }, SAMPLING, context);
          const native = await nativeEngine.train(corpus, full, SAMPLING, context, { frozen });
          assertFrozen(native, start, frozen);
          assertSame(native, await referenceEngine.train(corpus, full, SAMPLING, context, { frozen }));
        }));
    });
  }
}

describe('frozen rows on several threads', { skip }, () => {
  const options = { ...SMALL, epochs: 2, dimensions: 20 };

  for (const combination of COMBINATIONS) {
    test(`stay bit for bit: ${combination.model} with loss ${combination.loss}`, () =>
      withCorpus(randomSentences(1_200, 60), async (corpus, context) => {
        assert.ok(corpus.spool.chunks.length > 1);
        const frozen = frozenThird(corpus.vocabulary.size);
        const full = { ...options, ...combination, validation: 0.1 };
        const start = await nativeEngine.train(corpus, { ...full, learningRate: 1e-30 }, SAMPLING, context);
        const vectors = await nativeEngine.train(corpus, { ...full, threads: 3 }, SAMPLING, context, {
          frozen,
        });
        assert.ok(vectors.summary.threads > 1);
        assertFrozen(vectors, start, frozen);
      }));
  }

  test('of pairs', async () => {
    const { context, close } = openContext();
    const corpus = await pairCorpus(await context.scratchFolder(), 40_000);
    const frozen = frozenThird(corpus.vocabulary.size);
    const start = await nativeEngine.trainPairs(corpus, { ...options, learningRate: 1e-30 }, context);
    const vectors = await nativeEngine.trainPairs(corpus, { ...options, threads: 2 }, context, { frozen });
    assertFrozen(vectors, start, frozen);
    await close();
  });
});

describe('dimensions of any size', { skip }, () => {
  for (const dimensions of [1, 2, 3, 15, 17, 33, 1_000, 5_000]) {
    test(`${dimensions}: every model and loss learns what the reference learns`, () =>
      withCorpus(randomSentences(12, 12), async (corpus, context) => {
        for (const combination of COMBINATIONS) {
          const full = { ...SMALL, ...combination, dimensions };
          const reference = await referenceEngine.train(corpus, full, ALL_WORDS, context);
          for (const instructionSet of SETS) {
            assertSame(
              await nativeEngine.train(corpus, { ...full, instructionSet }, ALL_WORDS, context),
              reference,
            );
          }
        }
      }));
  }
});

test('the largest dimensions, 65,536, learn what the reference learns', { skip }, () =>
  withCorpus([['a', 'b', 'a', 'c']], async (corpus, context) => {
    const full = { ...SMALL, dimensions: 65_536 };
    const reference = await referenceEngine.train(corpus, full, ALL_WORDS, context);
    assertSame(await nativeEngine.train(corpus, full, ALL_WORDS, context), reference);
  }),
);

describe('a callback of the native engine', { skip }, () => {
  test('sees the vectors themselves, between epochs, and may stop training', () =>
    withCorpus(sentences, async (corpus, context) => {
      const seen: string[] = [];
      const options = { ...SMALL, epochs: 50, threads: 2 };
      const { summary, input } = await nativeEngine.train(corpus, options, SAMPLING, context, {
        async onEpoch({ epoch, epochs, loss, validationLoss, vectors, stop }) {
          const before = vectors.input.data.slice();
          await new Promise((resolve) => setTimeout(resolve, 2));
          assert.deepEqual(vectors.input.data, before);
          assert.equal(validationLoss, undefined);
          assert.ok(loss > 0);
          seen.push(`${epoch}/${epochs}`);
          // A change that is made to a view is one to the vectors.
          if (epoch === 3) vectors.input.data[0] = 7;
          if (epoch === 3) stop();
        },
      });
      assert.deepEqual(seen, ['1/50', '2/50', '3/50']);
      assert.equal(summary.epochs, 3);
      assert.equal(summary.lossByEpoch.length, 3);
      assert.equal(input.data[0], 7);
    }));

  test('that throws ends training with what it throws', () =>
    withCorpus(sentences, async (corpus, context) => {
      const error = new Error('enough');
      const onEpoch = () => Promise.reject(error);
      await assert.rejects(
        nativeEngine.train(corpus, { ...SMALL, epochs: 3 }, SAMPLING, context, { onEpoch }),
        error,
      );
    }));
});
