import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Corpus } from '../../src/core/corpus.js';
import { WordmillError } from '../../src/core/errors.js';
import { openContext, type RunOptions } from '../../src/core/run.js';
import type { TrainedVectors } from '../../src/core/vectors.js';
import { instructionSets, nativeUnavailable } from '../../src/native/addon.js';
import type { SamplingOptions } from '../../src/sampling/options.js';
import { CHUNK_ITEMS } from '../../src/tokenize/spool-writer.js';
import type { ResolvedTrainOptions } from '../../src/train/engine.js';
import { nativeEngine } from '../../src/train/native/engine.js';
import { referenceEngine } from '../../src/train/reference/engine.js';
import { SHARDS } from '../../src/train/rounds.js';
import type { TrainingSetup } from '../../src/train/training-setup.js';
import { randomSentences, withCorpus } from '../native/support/spooled-corpus.js';
import { ALL_WORDS, SMALL } from './support/corpora.js';
import { pairCorpus } from './support/pair-corpus.js';
import { assertSame } from './support/same-vectors.js';

const skip = nativeUnavailable() ?? false;
const SETS = skip ? [] : (instructionSets() as ResolvedTrainOptions['instructionSet'][]);
const IN_ROUNDS = (['skipgram', 'cbow'] as const).flatMap((model) =>
  (['negative', 'hierarchical'] as const).map((loss) => ({ model, loss })),
);
const THREADS = [1, 2, 3, 8];

type Options = Partial<ResolvedTrainOptions>;
type Sampling = Partial<SamplingOptions>;

const full = (options: Options): ResolvedTrainOptions => ({ ...SMALL, deterministic: true, ...options });

function train(
  corpus: Corpus,
  options: Options,
  sampling: Sampling = {},
  setup: TrainingSetup = {},
  run: RunOptions = {},
): Promise<TrainedVectors> {
  const { context } = openContext(run);
  return nativeEngine.train(corpus, full(options), { ...ALL_WORDS, ...sampling }, context, setup);
}

/** Some sentences in each chunk, so few that there is more than one chunk for most shards: the rest is empty sentences. */
const CHUNKS = SHARDS + 5;
const sentences = Array.from({ length: CHUNKS }, (_, chunk) => [
  ...randomSentences(4 + chunk, 60, chunk + 1),
  ...Array.from({ length: CHUNK_ITEMS - 600 }, () => []),
]).flat();

/** The same bits, epoch losses included. */
function assertEqual(actual: TrainedVectors, expected: TrainedVectors): void {
  assert.deepEqual(actual.input, expected.input);
  assert.deepEqual(actual.output, expected.output);
  const { seconds: _, threads: __, ...summary } = actual.summary;
  const { seconds: ___, threads: ____, ...wanted } = expected.summary;
  assert.deepEqual(summary, wanted);
}

describe('deterministic training', { skip }, () => {
  for (const options of IN_ROUNDS) {
    const name = `${options.model}, ${options.loss}`;
    const sampling = { subsample: 0.05, window: 4 };

    test(`${name}: gives the same bits on 1, 2, 3 and 8 threads, on each instruction set`, () =>
      withCorpus(sentences, async (corpus) => {
        assert.ok(corpus.spool.chunks.length > SHARDS);
        for (const instructionSet of SETS) {
          const same = { ...options, epochs: 2, dimensions: 20, instructionSet };
          const [first, ...others] = await Promise.all(
            THREADS.map((threads) => train(corpus, { ...same, threads }, sampling)),
          );
          for (const other of others) assertEqual(other, first!);
          assert.equal(others.at(-1)!.summary.threads, 8);
        }
      }));

    test(`${name}: learns in rounds what the reference learns in rounds`, () =>
      withCorpus(sentences, async (corpus, context) => {
        const same = { ...options, epochs: 2, dimensions: 20 };
        const reference = await referenceEngine.train(
          corpus,
          full(same),
          { ...ALL_WORDS, ...sampling },
          context,
        );
        for (const instructionSet of SETS)
          assertSame(await train(corpus, { ...same, instructionSet, threads: 2 }, sampling), reference);
        const inOrder = await train(corpus, { ...same, deterministic: false }, sampling);
        assert.throws(() => assertSame(inOrder, reference));
      }));

    test(`${name}: frozen rows stay, held-out text is measured, and epochs one by one are those run at once`, () =>
      withCorpus(sentences, async (corpus, context) => {
        const frozen = Uint8Array.from({ length: corpus.vocabulary.size }, (_, id) => (id % 3 === 0 ? 1 : 0));
        const same = { ...options, epochs: 2, dimensions: 20 };
        const atOnce = await train(corpus, { ...same, threads: 2 }, sampling, { frozen });
        assertEqual(await train(corpus, same, sampling, { frozen, onEpoch: () => undefined }), atOnce);
        const held = { ...same, validation: 0.1 };
        const native = await train(corpus, { ...held, threads: 3 }, sampling, { frozen });
        assertEqual(await train(corpus, held, sampling, { frozen }), native);
        const all = { ...ALL_WORDS, ...sampling };
        const reference = await referenceEngine.train(corpus, full(held), all, context, { frozen });
        assertSame(native, reference);
        for (const [epoch, loss] of reference.summary.validationLossByEpoch!.entries())
          assert.ok(Math.abs(native.summary.validationLossByEpoch![epoch]! / loss - 1) < 1e-5);
        const start = await train(corpus, { ...same, learningRate: 1e-30 }, sampling);
        const { stride, data } = native.input;
        for (const [id, is] of frozen.entries()) {
          const rowOf = (values: Float32Array) => values.subarray(id * stride, (id + 1) * stride);
          if (is) assert.deepEqual(rowOf(data), rowOf(start.input.data));
        }
      }));
  }

  test('a turn may end between two targets of a word', () =>
    withCorpus(sentences, async (corpus, context) => {
      const sampling = { window: 4, targets: 3 };
      const reference = await referenceEngine.train(corpus, full({}), { ...ALL_WORDS, ...sampling }, context);
      assertSame(await train(corpus, { threads: 2 }, sampling), reference);
    }));

  test('trains on pairs, weights and all', async () => {
    const { context, close } = openContext();
    const corpus = await pairCorpus(await context.scratchFolder(), 40_000);
    const same = { epochs: 2, dimensions: 20, validation: 0.1 };
    const reference = await referenceEngine.trainPairs(corpus, full(same), context);
    const native = await nativeEngine.trainPairs(corpus, full({ ...same, threads: 3 }), context);
    assertSame(native, reference);
    assertEqual(await nativeEngine.trainPairs(corpus, full(same), context), native);
    await close();
  });

  test('with full softmax or n-grams it takes one thread, and says so', () =>
    withCorpus(randomSentences(60, 30), async (corpus) => {
      for (const options of [{ loss: 'softmax' }, { minn: 2, maxn: 4, buckets: 500 }] as const) {
        const notes: string[] = [];
        const listener = { note: (message: string) => notes.push(message) };
        const native = await train(corpus, { ...options, threads: 2 }, {}, {}, { listener });
        assertEqual(native, await train(corpus, { ...options, deterministic: false }));
        assert.deepEqual(notes, [
          'deterministic training with full softmax or character n-grams takes one thread',
        ]);
      }
    }));

  test('stops when the signal fires, and when training diverges', () =>
    withCorpus(sentences, async (corpus) => {
      const signal = AbortSignal.timeout(50);
      await assert.rejects(
        train(corpus, { epochs: 1_000_000, threads: 3 }, {}, {}, { signal }),
        (error) => error instanceof WordmillError && error.kind === 'aborted',
      );
      await assert.rejects(
        train(corpus, { learningRate: 1e300, epochs: 3, threads: 3 }),
        /training diverged/,
      );
    }));

  test('high learning rates stay finite', () =>
    withCorpus(sentences, async (corpus) => {
      for (const options of IN_ROUNDS) {
        const { input, output } = await train(corpus, {
          ...options,
          learningRate: 0.5,
          epochs: 5,
          threads: 2,
        });
        assert.ok(input.data.every(Number.isFinite) && output.data.every(Number.isFinite));
      }
    }));
});
