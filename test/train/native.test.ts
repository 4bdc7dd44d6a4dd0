import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import type { Corpus } from '../../src/core/corpus.js';
import { WordmillError } from '../../src/core/errors.js';
import type { Progress } from '../../src/core/report.js';
import { openContext, type RunOptions } from '../../src/core/run.js';
import { Vocabulary } from '../../src/core/vocabulary.js';
import { instructionSets, nativeUnavailable } from '../../src/native/addon.js';
import type { SamplingOptions } from '../../src/sampling/options.js';
import type { ResolvedTrainOptions } from '../../src/train/engine.js';
import { nativeEngine } from '../../src/train/native/engine.js';
import { referenceEngine } from '../../src/train/reference/engine.js';
import { randomSentences, spooledCorpus, withCorpus } from '../native/support/spooled-corpus.js';
import { ALL_WORDS, SMALL } from './support/corpora.js';
import { pairCorpus } from './support/pair-corpus.js';
import { assertSame } from './support/same-vectors.js';

const skip = nativeUnavailable() ?? false;
const SETS = skip ? [] : (instructionSets() as ResolvedTrainOptions['instructionSet'][]);

type Options = Partial<ResolvedTrainOptions>;
type Sampling = Partial<SamplingOptions>;

const sentences = randomSentences(60, 30);

async function train(corpus: Corpus, options: Options = {}, sampling: Sampling = {}, run: RunOptions = {}) {
  const { context } = openContext(run);
  return nativeEngine.train(corpus, { ...SMALL, ...options }, { ...ALL_WORDS, ...sampling }, context);
}

const CASES: [Options, Sampling][] = [
  ...[1, 7, 16, 17, 100, 300].map((dimensions): [Options, Sampling] => [{ dimensions }, { window: 5 }]),
  ...[1, 2, 5, 6, 11, 12, 20].map((negative): [Options, Sampling] => [{ negative }, { window: 5 }]),
  [
    { negative: 20, dimensions: 40, learningRate: 0.03 },
    { window: 30, windowMode: 'fixed' },
  ],
  [
    { negative: 5, dimensions: 40 },
    { window: 16, windowMode: 'fixed' },
  ],
  [{}, { window: 3, targets: 1 }],
  [{ negative: 13 }, { window: 6, targets: 4, subsample: 0.05 }],
  [{ epochs: 3 }, { subsample: 0.01 }],
  [{ epochs: 2 }, { subsample: 0.01, subsampleFormula: 'paper' }],
];

for (const instructionSet of SETS) {
  describe(`the native engine on ${instructionSet}, one thread, learns what the reference learns`, () => {
    for (const [options, sampling] of CASES) {
      test(JSON.stringify({ ...options, ...sampling }), () =>
        withCorpus(sentences, async (corpus, context) => {
          const full = { ...SMALL, ...options, instructionSet };
          const reference = await referenceEngine.train(corpus, full, { ...ALL_WORDS, ...sampling }, context);
          const native = await train(corpus, full, sampling);
          assertSame(native, reference);
          assert.equal(native.summary.instructionSet, instructionSet);
        }),
      );
    }

    test('padding stays zero', () =>
      withCorpus(sentences, async (corpus) => {
        const { input, output } = await train(corpus, { dimensions: 7, instructionSet });
        for (const { data, stride, rows } of [input, output]) {
          assert.equal(stride, 16);
          for (let row = 0; row < rows; row++) {
            assert.ok(data.subarray(row * stride + 7, (row + 1) * stride).every((value) => value === 0));
          }
        }
      }));
  });
}

describe('the native engine on pairs from outside', { skip }, () => {
  test('learns what the reference learns, weights and all', async () => {
    const { context, close } = openContext();
    const corpus = await pairCorpus(await context.scratchFolder(), 2_500);
    for (const instructionSet of SETS) {
      const options = { ...SMALL, epochs: 2, dimensions: 20, instructionSet };
      const reference = await referenceEngine.trainPairs(corpus, options, context);
      assertSame(await nativeEngine.trainPairs(corpus, options, context), reference);
    }
    await close();
  });

  test('learns with two threads', async () => {
    const { context, close } = openContext();
    const corpus = await pairCorpus(await context.scratchFolder(), 40_000);
    const { summary } = await nativeEngine.trainPairs(corpus, { ...SMALL, threads: 2, epochs: 4 }, context);
    assert.equal(summary.threads, 2);
    assert.equal(summary.words, 160_000);
    assert.ok(summary.lossByEpoch[3]! < 0.95 * summary.lossByEpoch[0]!);
    await close();
  });

  test('names a pair whose word is not in the vocabulary', async () => {
    const { context, close } = openContext();
    const corpus = await pairCorpus(await context.scratchFolder(), 10);
    const record = Buffer.alloc(120);
    record.writeUInt32LE(12, 12 * 7 + 4);
    await writeFile(corpus.path, record);
    await assert.rejects(nativeEngine.trainPairs(corpus, SMALL, context), (error) => {
      assert.ok(error instanceof WordmillError && error.kind === 'data');
      assert.match(error.message, /pair 7 has word 12 of a vocabulary of 12/);
      return true;
    });
    await close();
  });

  test('a file that ends too early is an error', async () => {
    const { context, close } = openContext();
    const corpus = await pairCorpus(await context.scratchFolder(), 10);
    await assert.rejects(
      nativeEngine.trainPairs({ ...corpus, pairs: 11 }, SMALL, context),
      (error) =>
        error instanceof WordmillError &&
        error.kind === 'data' &&
        /too short: has 120 bytes, needs 132/.test(error.message),
    );
    await close();
  });
});

describe('the native engine', { skip }, () => {
  test('repeats bit for bit with one thread and one seed; another seed differs', () =>
    withCorpus(sentences, async (corpus) => {
      const options = { epochs: 3, dimensions: 50, negative: 5 };
      const [first, again, other] = await Promise.all([
        train(corpus, options, { subsample: 0.05 }),
        train(corpus, options, { subsample: 0.05 }),
        train(corpus, { ...options, seed: 2 }, { subsample: 0.05 }),
      ]);
      assert.deepEqual(first.input, again.input);
      assert.deepEqual(first.output, again.output);
      assert.deepEqual(first.summary.lossByEpoch, again.summary.lossByEpoch);
      assert.notDeepEqual(first.input, other.input);
    }));

  test('learns with two threads over several chunks', () =>
    withCorpus(randomSentences(3_000, 100), async (corpus) => {
      assert.ok(corpus.spool.chunks.length > 1);
      const { summary } = await train(corpus, { threads: 2, epochs: 3, dimensions: 20 });
      assert.equal(summary.threads, 2);
      assert.equal(summary.words, 3 * corpus.vocabulary.totalCount);
      assert.ok(summary.lossByEpoch[2]! < 0.99 * summary.lossByEpoch[0]!, `${summary.lossByEpoch}`);
    }));

  test('works with more threads than there is work for, and says so once', () =>
    withCorpus(sentences, async (corpus) => {
      const notes: string[] = [];
      const listener = { note: (message: string) => notes.push(message) };
      const { summary } = await train(corpus, { threads: 16 }, {}, { listener });
      assert.equal(summary.threads, 1);
      assert.deepEqual(notes, ['1 of 16 threads trained: there was no work for more']);
    }));

  test('trains on a vocabulary of one word, where every negative is the target', () =>
    withCorpus([['the', 'the', 'the']], async (corpus) => {
      const { input, summary } = await train(corpus, { epochs: 10 });
      assert.ok(input.data.every(Number.isFinite));
      assert.ok(summary.lossByEpoch[9]! < summary.lossByEpoch[0]!);
    }));

  test('counts words before subsampling; sentences of one word leave the vectors alone', () =>
    withCorpus([['a'], [], ['b'], ['a']], async (corpus) => {
      const { output, summary } = await train(corpus, { epochs: 3 }, { subsample: 1e-9 });
      assert.equal(summary.words, 9);
      assert.deepEqual(summary.lossByEpoch, [0, 0, 0]);
      assert.ok(output.data.every((value) => value === 0));
    }));

  test('falls in learning rate by the words of this text, though the vocabulary was counted in another', () =>
    withCorpus(sentences, async (corpus, context) => {
      const { words, counts } = corpus.vocabulary;
      const vocabulary = new Vocabulary({ words, counts: counts.map((count) => 7 * count) });
      const other = { ...corpus, vocabulary, blocks: () => corpus.blocks() };
      const reference = await referenceEngine.train(other, SMALL, ALL_WORDS, context);
      assertSame(await train(other), reference);
    }));

  test('reports progress while it runs, and at its end', () =>
    withCorpus(randomSentences(1_000, 100), async (corpus) => {
      const reports: Progress[] = [];
      const listener = { progress: (progress: Progress) => reports.push(progress) };
      const { summary } = await train(corpus, { epochs: 50, dimensions: 100 }, { window: 10 }, { listener });
      const last = reports.at(-1)!;
      assert.equal(last.phase, 'train');
      assert.equal(last.unit, 'words');
      assert.equal(last.done, summary.words);
      assert.equal(last.total, summary.words);
      assert.equal(last.epoch, 50);
      assert.equal(last.epochs, 50);
      assert.ok(Math.abs(last.learningRate! / (SMALL.learningRate * 1e-4) - 1) < 1e-9);
      assert.ok(last.wordsPerSecond! > 0);
      assert.ok(reports.every(({ loss }) => loss === undefined || (loss > 0 && loss < 4 * Math.LN2)));
      assert.ok(reports.some(({ loss }) => loss !== undefined));
    }));

  test('stops when the signal fires, before and during training', () =>
    withCorpus(randomSentences(1_000, 100), async (corpus) => {
      const aborted = (error: unknown) => error instanceof WordmillError && error.kind === 'aborted';
      const options = { epochs: 1_000_000, dimensions: 300, threads: 2 };
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 50);
      await assert.rejects(train(corpus, options, {}, { signal: controller.signal }), aborted);
      await assert.rejects(train(corpus, options, {}, { signal: AbortSignal.abort() }), aborted);
    }));

  test('a loss that is no longer a number is an error that advises a lower learning rate', () =>
    withCorpus(sentences, async (corpus) => {
      for (const instructionSet of SETS) {
        await assert.rejects(train(corpus, { learningRate: 1e300, epochs: 3, instructionSet }), (error) => {
          assert.ok(error instanceof WordmillError);
          assert.equal(error.kind, 'data');
          assert.match(
            error.message,
            /train\.learningRate: training diverged.*1e\+300.*\n.*lower learning rate/,
          );
          return true;
        });
      }
    }));

  test('an instruction set that this machine lacks is an error that names those it has', () =>
    withCorpus(sentences, async (corpus) => {
      const missing = (['avx512', 'neon'] as const).find((set) => !SETS.includes(set))!;
      await assert.rejects(train(corpus, { instructionSet: missing }), (error) => {
        assert.ok(error instanceof WordmillError && error.kind === 'unavailable');
        assert.ok(error.message.includes(`cannot run the instruction set ${missing}`));
        assert.ok(error.message.includes(SETS.join(', ')));
        return true;
      });
    }));

  test('memory that is not to be had is an error that says how much was asked for', () =>
    withCorpus(sentences, async (corpus) => {
      await assert.rejects(train(corpus, { dimensions: 1e13 }), (error) => {
        assert.ok(error instanceof WordmillError && error.kind === 'outOfMemory');
        assert.match(error.message, /no memory for a matrix: \d{15,} bytes were asked for/);
        return true;
      });
    }));

  test('leaves no file of its own, and no corpus file open', async () => {
    const { context, close } = openContext();
    const corpus = await spooledCorpus(sentences, context);
    await train(corpus);
    await close();
    await assert.rejects(
      train(corpus),
      (error) => error instanceof WordmillError && error.kind === 'noInput',
    );
  });
});
