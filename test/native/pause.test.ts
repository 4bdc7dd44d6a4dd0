import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { Corpus } from '../../src/core/corpus.js';
import { openContext } from '../../src/core/run.js';
import {
  type DrawJob,
  nativeAddon,
  nativeUnavailable,
  type TrainingJob,
  type TrainingTotals,
} from '../../src/native/addon.js';
import type { GlovePosition } from '../../src/native/glove.js';
import { countCells } from '../../src/train/count-cells.js';
import type { ResolvedTrainOptions } from '../../src/train/engine.js';
import { startGlove } from '../../src/train/glove-parameters.js';
import { fillInitialRows } from '../../src/train/initial-rows.js';
import { outputRows } from '../../src/train/matrices.js';
import { drawJob, textDraws } from '../../src/train/native/engine.js';
import { initialSubwordVectors } from '../../src/train/subword-vectors.js';
import { ALL_WORDS, SMALL } from '../train/support/corpora.js';
import { pairCorpus } from '../train/support/pair-corpus.js';
import { randomSentences, withCorpus } from './support/spooled-corpus.js';

const skip = nativeUnavailable() ?? false;

type Options = Partial<ResolvedTrainOptions> & {
  readonly targets?: number | 'all';
  readonly subwords?: boolean;
  readonly frozen?: boolean;
};

/** A job with matrices as training starts from them. */
function jobOf(draws: DrawJob, corpus: Pick<Corpus, 'vocabulary'>, options: Options): TrainingJob {
  const addon = nativeAddon();
  const { loss = 'negative', model = 'skipgram', threads = 1, deterministic = false } = options;
  const { size } = corpus.vocabulary;
  const subwords = options.subwords
    ? initialSubwordVectors(corpus.vocabulary, { minn: 2, maxn: 3, buckets: 50 }, SMALL, addon.allocateMatrix)
    : undefined;
  const input = subwords?.rows ?? addon.allocateMatrix(size, SMALL.dimensions);
  if (!subwords) fillInitialRows(input, SMALL);
  const job = {
    ...draws,
    ...{ model: model as 'skipgram' | 'cbow', epochs: 2, threads, deterministic, learningRate: 0.1 },
    ...{
      instructionSet: 'portable',
      input,
      output: addon.allocateMatrix(outputRows(size, loss), SMALL.dimensions),
    },
    ...(subwords && { subwords: subwords.table }),
  };
  // Spreading a union of that many kinds is too much for the compiler.
  if (!options.frozen) return job as TrainingJob;
  return { ...(job as TrainingJob), frozen: Uint8Array.from({ length: size }, (_, id) => id % 2) };
}

function textJob(corpus: Corpus, options: Options): TrainingJob {
  const { loss = 'negative', model = 'skipgram', targets = 'all', validation = 0 } = options;
  const sampling = { ...ALL_WORDS, targets, subsample: 0.2 };
  const draws = drawJob(textDraws(corpus, sampling, model), corpus.vocabulary.counts, { ...SMALL, loss });
  const job = jobOf(draws, corpus, options);
  return validation > 0 ? { ...job, validation } : job;
}

/** Trains to the end, paused again and again as soon as can be; gives how often, too. */
async function withPauses(
  job: TrainingJob,
  threads: (run: number) => number = () => job.threads,
): Promise<{ pauses: number; totals: TrainingTotals }> {
  let from: TrainingJob['from'];
  for (let pauses = 0; ; pauses++) {
    const training = nativeAddon().startTraining({ ...job, threads: threads(pauses), ...(from && { from }) });
    training.pause();
    const totals = await training.finished;
    if (!totals.paused) return { pauses, totals };
    const { lossByEpoch, predictionsByEpoch, position } = totals;
    from = { ...position, lossByEpoch, predictionsByEpoch };
  }
}

/** A run may end before its pause is asked for: so all are counted together. */
let allPauses = 0;
after(() => skip || assert.ok(allPauses > 500, `there were ${allPauses} pauses`));

/** What is paused anywhere learns what is not, bit for bit. */
async function assertSameWithPauses(
  make: () => TrainingJob,
  threads?: (run: number) => number,
): Promise<void> {
  const [whole, paused] = [make(), make()];
  const expected = await nativeAddon().startTraining(whole).finished;
  const { pauses, totals } = await withPauses(paused, threads);
  allPauses += pauses;
  assert.deepEqual(paused.input.data, whole.input.data);
  assert.deepEqual(paused.output.data, whole.output.data);
  assert.equal(totals.words, expected.words);
  assert.deepEqual(totals.predictionsByEpoch, expected.predictionsByEpoch);
  for (const [epoch, loss] of expected.lossByEpoch.entries()) {
    assert.ok(Math.abs(totals.lossByEpoch[epoch]! / loss - 1) < 1e-12);
  }
}

const COMBINATIONS = (['skipgram', 'cbow'] as const).flatMap((model) =>
  (['negative', 'hierarchical', 'softmax'] as const).map((loss) => ({ model, loss })),
);

describe('training that is paused at every place it can be', { skip }, () => {
  const few = randomSentences(60, 40);
  const long = randomSentences(1_100, 60);

  for (const options of [
    ...COMBINATIONS,
    ...COMBINATIONS.map((combination) => ({ ...combination, subwords: true })),
    { targets: 2 },
    { frozen: true },
    { validation: 0.3 },
  ] satisfies Options[]) {
    test(`with one thread: ${JSON.stringify(options)}`, () =>
      withCorpus(few, (corpus) => assertSameWithPauses(() => textJob(corpus, options))));
  }

  test('with one thread, over several chunks', () =>
    withCorpus(long, async (corpus) => {
      assert.ok(corpus.spool.chunks.length > 1);
      await assertSameWithPauses(() => textJob(corpus, {}));
    }));

  for (const options of [
    { loss: 'negative' },
    { loss: 'hierarchical', targets: 2 },
    { model: 'cbow', frozen: true },
    { validation: 0.3 },
  ] satisfies Options[]) {
    test(`in deterministic mode, on another number of threads each time: ${JSON.stringify(options)}`, () =>
      withCorpus(long, (corpus) =>
        assertSameWithPauses(
          () => textJob(corpus, { ...options, deterministic: true }),
          (run) => 1 + (run % 3),
        ),
      ));
  }

  for (const deterministic of [false, true]) {
    test(`on pairs from outside${deterministic ? ', in deterministic mode' : ''}`, async () => {
      const { context, close } = openContext();
      try {
        const corpus = await pairCorpus(await context.scratchFolder(), 40_000);
        const draws = drawJob({ pairs: corpus }, corpus.targetCounts, { ...SMALL, loss: 'negative' });
        await assertSameWithPauses(() => jobOf(draws, corpus, { deterministic }));
      } finally {
        await close();
      }
    });
  }

  test('on several threads goes on: all words and predictions once, losses as without', () =>
    withCorpus(long, async (corpus) => {
      for (const options of COMBINATIONS.slice(0, 2)) {
        const make = () => textJob(corpus, { ...options, threads: 3 });
        const expected = await nativeAddon().startTraining(make()).finished;
        const { pauses, totals } = await withPauses(make(), (run) => 1 + (run % 4));
        allPauses += pauses;
        assert.equal(totals.words, expected.words);
        assert.deepEqual(totals.predictionsByEpoch, expected.predictionsByEpoch);
        for (const [epoch, loss] of expected.lossByEpoch.entries()) {
          assert.ok(Math.abs(totals.lossByEpoch[epoch]! / loss - 1) < 0.05);
        }
      }
    }));

  test('a place that lies outside the data is refused', () =>
    withCorpus(few, async (corpus) => {
      const job = textJob(corpus, {});
      const none = { lossByEpoch: new Float64Array(2), predictionsByEpoch: new Float64Array(2) };
      for (const from of [
        { nextChunk: 3, open: [] },
        { nextChunk: 1, open: [0, 1, 0, 0] },
        { nextChunk: 1, open: [16, 0, 0, 0] },
        { nextChunk: 1, open: [0, 0, 1e9, 0] },
      ]) {
        const { finished } = nativeAddon().startTraining({
          ...job,
          from: { ...none, nextChunk: from.nextChunk, words: 0, open: Float64Array.from(from.open) },
        });
        await assert.rejects(finished, { kind: 'data', message: /place to go on from/ });
      }
    }));
});

describe('GloVe that is paused at every place it can be', { skip }, () => {
  test('learns what it learns without, bit for bit, on any number of threads', () =>
    withCorpus(randomSentences(1_500, 400), async (corpus, context) => {
      const scratch = await context.scratchFolder();
      const path = join(scratch, 'cells');
      const options = { ...SMALL, dimensions: 6 };
      const cells = await countCells(corpus, { ...ALL_WORDS, window: 10 }, { threads: 2, path }, context);
      const vocabularySize = corpus.vocabulary.size;
      const learn = async (threads: number, pauseAlways: boolean) => {
        const addon = nativeAddon();
        const { words, contexts, dimensions, stride } = startGlove(
          vocabularySize,
          options,
          addon.allocateMatrix,
        );
        const model = await addon.openGlove({
          ...{ cells: cells.path, vocabularySize, xMax: 10, weightPower: 0.75, seed: 3, validation: 0.1 },
          ...{ memoryBytes: 1e8, scratch, threads, instructionSet: 'portable', learningRate: 0.05 },
          ...{ dimensions, stride, input: words.data, output: contexts.data },
        }).finished;
        const losses: number[] = [];
        let pauses = 0;
        for (let epoch = 0; epoch < 2; epoch++) {
          let from: GlovePosition | undefined;
          do {
            const pass = model.train(epoch, from);
            if (pauseAlways) pass.pause();
            const { loss, position } = await pass.finished;
            from = position;
            if (from) pauses++;
            else losses.push(loss);
          } while (from);
        }
        return { losses, pauses, words: words.data, contexts: contexts.data };
      };
      const expected = await learn(1, false);
      for (const threads of [1, 3]) {
        const { pauses, ...learned } = await learn(threads, true);
        allPauses += pauses;
        const { pauses: _, ...whole } = expected;
        assert.deepEqual(learned, whole);
      }
    }));
});
