import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Corpus } from '../../src/core/corpus.js';
import { Random, STREAMS } from '../../src/core/random.js';
import { openContext } from '../../src/core/run.js';
import { nGramBuckets, type SubwordTable } from '../../src/core/subwords.js';
import { rowOf, type TrainedVectors, zeroMatrix } from '../../src/core/vectors.js';
import { instructionSets, nativeAddon, nativeUnavailable } from '../../src/native/addon.js';
import type { SamplingOptions } from '../../src/sampling/options.js';
import type { ResolvedTrainOptions } from '../../src/train/engine.js';
import { drawJob, nativeEngine, textDraws } from '../../src/train/native/engine.js';
import { referenceEngine } from '../../src/train/reference/engine.js';
import type { Model } from '../../src/train/reference/model.js';
import { SubwordModel } from '../../src/train/reference/subword-model.js';
import { initialSubwordVectors } from '../../src/train/subword-vectors.js';
import { randomSentences, withCorpus } from '../native/support/spooled-corpus.js';
import { ALL_WORDS, corpusOf, SMALL } from './support/corpora.js';
import { pairCorpus } from './support/pair-corpus.js';
import { assertSame } from './support/same-vectors.js';

const skip = nativeUnavailable() ?? false;
const SETS = skip ? [] : (instructionSets() as ResolvedTrainOptions['instructionSet'][]);
const SUBWORDS = { minn: 2, maxn: 4, buckets: 2_000 };

type Options = Partial<ResolvedTrainOptions>;

async function learnedBy(
  engine: typeof nativeEngine,
  corpus: Corpus,
  options: Options,
  sampling: Partial<SamplingOptions> = {},
): Promise<TrainedVectors> {
  const { context } = openContext();
  return engine.train(corpus, { ...SMALL, ...SUBWORDS, ...options }, { ...ALL_WORDS, ...sampling }, context);
}

/** Same composed vectors, W, losses, and rows of words and n-grams. */
function assertSameRows(native: TrainedVectors, reference: TrainedVectors): void {
  assertSame(native, reference);
  assert.deepEqual(native.subwords!.table, reference.subwords!.table);
  assertSame({ ...native, input: native.subwords!.rows }, { ...reference, input: reference.subwords!.rows });
}

describe('vectors of words and n-grams learned natively are what the reference learns, on each instruction set', {
  skip,
}, () => {
  async function agree(corpus: Corpus, options: Options, sampling: Partial<SamplingOptions> = {}) {
    const reference = await learnedBy(referenceEngine, corpus, options, sampling);
    for (const instructionSet of SETS) {
      assertSameRows(
        await learnedBy(nativeEngine, corpus, { ...options, instructionSet }, sampling),
        reference,
      );
    }
  }

  const few = randomSentences(40, 9);
  for (const model of ['skipgram', 'cbow'] as const) {
    for (const loss of ['negative', 'hierarchical', 'softmax'] as const) {
      test(`${model}, ${loss}`, () => withCorpus(few, (corpus) => agree(corpus, { model, loss, epochs: 2 })));
    }
    for (const dimensions of [1, 17, 100, 300]) {
      test(`${model}: ${dimensions} dimensions`, () =>
        withCorpus(few, (corpus) => agree(corpus, { model, dimensions, learningRate: 0.05 }, { window: 5 })));
    }
    test(`${model}: sentences of several spans, cut by batches and by the threshold of subsampling`, () =>
      withCorpus(
        randomSentences(12, 300).map((sentence) => Array(9).fill(sentence).flat()),
        (corpus) => agree(corpus, { model, learningRate: 0.02 }, { window: 3, subsample: 0.05 }),
      ));
    test(`${model}: more words in a span than there is room for at first`, () =>
      withCorpus([randomSentences(90, 2_000).flat()], (corpus) =>
        agree(corpus, { model, learningRate: 0.002 }, { window: 150, windowMode: 'fixed' }),
      ));
    test(`${model}: few buckets, so that words have a row several times`, () =>
      withCorpus(few, (corpus) => agree(corpus, { model, buckets: 3, learningRate: 0.01 })));
  }

  test('N targets for each context', () =>
    withCorpus(few, (corpus) => agree(corpus, {}, { targets: 2, window: 4 })));

  test('pairs with weights', async () => {
    const { context, close } = openContext();
    const corpus = await pairCorpus(await context.scratchFolder(), 1_100);
    const options = { ...SMALL, ...SUBWORDS, epochs: 2, dimensions: 20 };
    const reference = await referenceEngine.trainPairs(corpus, options, context);
    for (const instructionSet of SETS) {
      const native = await nativeEngine.trainPairs(corpus, { ...options, instructionSet }, context);
      assertSameRows(native, reference);
    }
    await close();
  });

  test('two threads learn', () =>
    withCorpus(randomSentences(1_200, 100), async (corpus) => {
      const options = { threads: 2, epochs: 3, dimensions: 20 };
      const { lossByEpoch, threads } = (await learnedBy(nativeEngine, corpus, options)).summary;
      assert.equal(threads, 2);
      assert.ok(lossByEpoch[2]! < lossByEpoch[0]!, `${lossByEpoch}`);
    }));

  test('a loss on held-out sentences changes no row', () =>
    withCorpus(few, async (corpus) => {
      const { context } = openContext();
      for (const engine of [nativeEngine, referenceEngine]) {
        const options = { ...SMALL, ...SUBWORDS, epochs: 2, validation: 0.3 };
        const { subwords, summary } = await engine.train(corpus, options, ALL_WORDS, context);
        const seen: number[] = [];
        await engine.train(corpus, options, ALL_WORDS, context, {
          onEpoch: ({ vectors }) => void seen.push(rowOf(vectors.input, 0)[0]!),
        });
        assert.equal(seen.length, 2);
        assert.equal(summary.validationLossByEpoch!.length, 2);
        assert.equal(seen[1], rowOf(subwords!.composed(), 0)[0]);
      }
    }));

  test('tables that name rows that are not there are refused', () =>
    withCorpus(few, async (corpus) => {
      const { vocabulary } = corpus;
      const addon = nativeAddon();
      const input = addon.allocateMatrix(vocabulary.size + 1, 8);
      const output = addon.allocateMatrix(vocabulary.size, 8);
      const starts = Uint32Array.from({ length: vocabulary.size + 1 }, (_, id) => id);
      const start = (subwords: Pick<SubwordTable, 'starts' | 'rows'>) =>
        addon.startTraining({
          ...drawJob(textDraws(corpus, ALL_WORDS), vocabulary.counts, SMALL),
          ...{ model: 'skipgram', epochs: 1, threads: 1, learningRate: 0.1, instructionSet: 'portable' },
          ...{ input, output, subwords },
        });
      const own = starts.slice(0, vocabulary.size);
      await start({ starts, rows: own }).finished;
      assert.throws(
        () => start({ starts, rows: own.map(() => vocabulary.size + 1) }),
        /rows must be rows of input/,
      );
      assert.throws(() => start({ starts, rows: own.slice(1) }), RangeError);
      assert.throws(() => start({ starts: starts.slice(1), rows: own }), RangeError);
      assert.throws(
        () => start({ starts: starts.map((i) => i && i - 1), rows: own.slice(1) }),
        /starts must be in/,
      );
      assert.throws(
        () => start({ starts: starts.map((i) => i + 1), rows: Uint32Array.of(0, ...own) }),
        /from 0 on/,
      );
    }));
});

describe('where training starts and ends', () => {
  const vocabulary = corpusOf([['where', 'there', 'where']]).vocabulary;
  const start = { seed: 5, initialRange: 0.5, dimensions: 4 };

  test("a word's row starts as without n-grams, a bucket's by its own stream, used or not", () => {
    const vectors = initialSubwordVectors(vocabulary, SUBWORDS, start, zeroMatrix);
    const value = (random: Random) => Math.fround(((2 * random.unit() - 1) * 0.5) / 4);
    assert.equal(rowOf(vectors.rows, 1)[0], value(new Random(5, STREAMS.initialRows, 1)));
    const [used] = nGramBuckets('where', SUBWORDS);
    const unused = Array.from({ length: 2_000 }, (_, bucket) => bucket).find(
      (bucket) => !vectors.table.usedBuckets.includes(bucket),
    )!;
    for (const bucket of [used!, unused]) {
      assert.equal(vectors.bucketRow(bucket)[0], value(new Random(5, STREAMS.initialBuckets, bucket)));
    }
  });

  test("a word's vector is the mean of its rows, another string's that of its n-grams'", async () => {
    const { input, subwords } = await learnedBy(referenceEngine, corpusOf([['where', 'there', 'where']]), {});
    for (const [id, word] of ['where', 'there', 'nowhere'].entries()) {
      const rows = nGramBuckets(word, SUBWORDS).map((bucket) => [...subwords!.bucketRow(bucket)]);
      if (id < 2) rows.push([...rowOf(subwords!.rows, id)]);
      const mean = rows[0]!.map((_, j) => rows.reduce((sum, row) => sum + row[j]!, 0) / rows.length);
      const vector = id < 2 ? rowOf(input, id) : subwords!.ofNGrams(word)!;
      for (const [j, value] of mean.entries()) assert.ok(Math.abs(vector[j]! - value) < 1e-7);
    }
    assert.equal(subwords!.ofNGrams('</s>'), undefined);
  });
});

describe('one span of the reference', () => {
  // Two words: 0 has rows 0, 2 and 2 (an n-gram twice), 1 has rows 1 and 2.
  const table = {
    options: SUBWORDS,
    starts: Uint32Array.of(0, 3, 5),
    rows: Uint32Array.of(0, 2, 2, 1, 2),
    usedBuckets: Uint32Array.of(9),
  };
  const parts = () => ({ data: Float64Array.of(3, 10, 6), dimensions: 1, stride: 1 });
  const outputs = { rows: new Uint32Array(0), labels: new Uint8Array(0), length: 0 };

  /** Adds 1 to each context's row of E, and notes what it saw. */
  function counting(E: { data: Float64Array }) {
    const seen: number[] = [];
    const model: Model = {
      update(contexts, length) {
        for (let c = 0; c < length; c++) {
          seen.push(E.data[contexts[c]!]!);
          E.data[contexts[c]!]! += 1;
        }
        return 0;
      },
      predictions: (length) => length,
    };
    return { seen, model };
  }

  test('composes a word once, lets its vector move, and adds the change to each of its rows at the end', () => {
    const E = { data: new Float64Array(2), dimensions: 1, stride: 1 };
    const { seen, model } = counting(E);
    const rows = parts();
    const subwords = new SubwordModel(model, table, rows, E);
    subwords.update(Uint32Array.of(0), 1, outputs, 1);
    subwords.update(Uint32Array.of(1, 0), 2, outputs, 1);
    assert.deepEqual(seen, [5, 8, 6]); // (3 + 6 + 6) / 3; (10 + 6) / 2, as if word 0 had not changed row 2; 5 + 1
    assert.deepEqual([...rows.data], [3, 10, 6]);
    subwords.endSentence();
    assert.deepEqual([...rows.data], [3 + 2, 10 + 1, 6 + 2 + 2 + 1]);
    subwords.update(Uint32Array.of(1), 1, outputs, 1);
    assert.equal(seen.at(-1), (11 + 11) / 2);
  });

  test('ends after 64 groups', () => {
    const E = { data: new Float64Array(2), dimensions: 1, stride: 1 };
    const { seen, model } = counting(E);
    const subwords = new SubwordModel(model, table, parts(), E);
    for (let group = 0; group < 65; group++) subwords.update(Uint32Array.of(1), 1, outputs, 1);
    assert.deepEqual(seen.slice(62), [8 + 62, 8 + 63, 8 + 64]);
    for (let group = 0; group < 63; group++) subwords.update(Uint32Array.of(1), 1, outputs, 1);
    subwords.update(Uint32Array.of(0), 1, outputs, 1);
    assert.equal(seen.at(-1), (3 + 2 * (6 + 128)) / 3);
  });
});
