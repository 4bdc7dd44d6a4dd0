import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { idBlock } from '../../../src/core/blocks.js';
import type { Corpus } from '../../../src/core/corpus.js';
import { WordmillError } from '../../../src/core/errors.js';
import { openContext, type RunOptions } from '../../../src/core/run.js';
import { rowOf, type TrainedVectors } from '../../../src/core/vectors.js';
import type { SamplingOptions } from '../../../src/sampling/options.js';
import type { ResolvedTrainOptions } from '../../../src/train/engine.js';
import { fillInitialRows } from '../../../src/train/initial-rows.js';
import { allocateMatrix } from '../../../src/train/matrices.js';
import { referenceEngine } from '../../../src/train/reference/engine.js';
import { ALL_WORDS, corpusOf, SMALL } from '../support/corpora.js';

const MODELS = ['skipgram', 'cbow'] as const;
const LOSSES = ['negative', 'hierarchical', 'softmax'] as const;
const COMBINATIONS = MODELS.flatMap((model) => LOSSES.map((loss) => ({ model, loss })));

function learn(
  corpus: Corpus,
  options: Partial<ResolvedTrainOptions> = {},
  sampling: Partial<SamplingOptions> = {},
  runOptions: RunOptions = {},
): Promise<TrainedVectors> {
  const { context } = openContext(runOptions);
  return referenceEngine.train(corpus, { ...SMALL, ...options }, { ...ALL_WORDS, ...sampling }, context);
}

function cosine(vectors: TrainedVectors, one: string, other: string): number {
  const [a, b] = [one, other].map((word) => rowOf(vectors.input, vectors.vocabulary.idOf(word)!)) as [
    Float32Array,
    Float32Array,
  ];
  const product = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, j) => sum + value * y[j]!, 0);
  return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
}

/** cat and dog stand before the same verbs, sun and moon before others. */
const animalsAndStars = corpusOf(
  ['cat', 'dog']
    .flatMap((noun) => ['eats', 'sleeps', 'runs'].map((verb) => [noun, verb]))
    .concat(['sun', 'moon'].flatMap((noun) => ['rises', 'sets', 'shines'].map((verb) => [noun, verb])))
    .flatMap((sentence) => [sentence, sentence, sentence, sentence]),
);

for (const { model, loss } of COMBINATIONS) {
  describe(`the reference engine trains ${model} with loss ${loss}`, () => {
    test('the loss falls, and words that share contexts come near', async () => {
      const vectors = await learn(animalsAndStars, { model, loss, epochs: 60, learningRate: 0.2 });
      const { lossByEpoch } = vectors.summary;
      assert.equal(lossByEpoch.length, 60);
      assert.ok(lossByEpoch.at(-1)! < 0.8 * lossByEpoch[0]!, `${lossByEpoch[0]} to ${lossByEpoch.at(-1)}`);
      const [related, unrelated] = [cosine(vectors, 'cat', 'dog'), cosine(vectors, 'cat', 'moon')];
      assert.ok(related > unrelated + 0.5, `cat-dog ${related}, cat-moon ${unrelated}`);
    });

    test('one seed repeats bit for bit, however the corpus is cut into blocks; another seed differs', async () => {
      const sentences = Array.from({ length: 30 }, (_, i) => ['a', 'b', 'c', 'd'].slice(i % 3).concat('a'));
      const options = { model, loss, epochs: 2 };
      const sampling = { subsample: 0.2 };
      const [first, again, other] = await Promise.all([
        learn(corpusOf(sentences, 7), options, sampling),
        learn(corpusOf(sentences, 100), options, sampling),
        learn(corpusOf(sentences, 100), { ...options, seed: 2 }, sampling),
      ]);
      assert.deepEqual(first.input, again.input);
      assert.deepEqual(first.output, again.output);
      assert.deepEqual(first.summary.lossByEpoch, again.summary.lossByEpoch);
      assert.notDeepEqual(first.input, other.input);
    });

    test('trains on a corpus of one word', async () => {
      const vectors = await learn(corpusOf([['the', 'the', 'the']]), { model, loss });
      assert.equal(vectors.input.rows, 1);
      assert.ok(vectors.input.data.every(Number.isFinite));
      assert.ok(vectors.summary.lossByEpoch.every(Number.isFinite));
    });
  });
}

describe('the mean loss, before anything is learned (W is zero)', () => {
  const corpus = corpusOf([['a', 'b', 'c', 'd', 'a', 'a']]);
  const frozen = { learningRate: 1e-30 };

  test('of softmax is log of the number of words', async () => {
    for (const model of MODELS) {
      const { summary } = await learn(corpus, { ...frozen, model, loss: 'softmax' });
      assert.equal(summary.lossByEpoch[0]!.toFixed(12), Math.log(4).toFixed(12));
    }
  });

  test('of hierarchical softmax is log 2 for each node of the path', async () => {
    // Counts a 3, b 1, c 1: paths of 1, 2 and 2 nodes. With a window of 1, the targets of the pairs are a, b, b, a, a, c, c, a.
    const pairs = corpusOf([['a', 'b', 'a', 'c', 'a']]);
    const sampling = { window: 1, windowMode: 'fixed' } as const;
    const { summary } = await learn(pairs, { ...frozen, loss: 'hierarchical' }, sampling);
    assert.equal(summary.lossByEpoch[0]!.toFixed(12), (((4 * 1 + 4 * 2) / 8) * Math.log(2)).toFixed(12));
  });

  test('of negative sampling is at most log 2 for the target and each negative', async () => {
    const { summary } = await learn(corpus, { ...frozen, negative: 3 });
    const questions = summary.lossByEpoch[0]! / Math.log(2);
    assert.ok(questions > 1 && questions <= 4, `${questions}`);
  });
});

describe('the reference engine', () => {
  const sentence = ['a', 'b', 'c', 'b', 'a'];

  test('starts from the initial rows of the specification', async () => {
    const vectors = await learn(corpusOf([sentence]), { learningRate: 1e-30, seed: 5 });
    const expected = allocateMatrix(3, SMALL.dimensions);
    fillInitialRows(expected, { seed: 5, initialRange: SMALL.initialRange });
    assert.deepEqual(vectors.input, expected);
  });

  test('counts words before subsampling, over all epochs', async () => {
    const { summary } = await learn(corpusOf([sentence, [], ['a']]), { epochs: 3 }, { subsample: 1e-9 });
    assert.equal(summary.words, 18);
  });

  test('leaves alone sentences of one word, and what subsampling removed', async () => {
    const still = await learn(corpusOf([['a'], ['b'], ['a']]));
    assert.ok(still.output.data.every((value) => value === 0));
    assert.deepEqual(still.summary.lossByEpoch, [0]);
  });

  test('stops when the signal fires, and lets the event loop fire it', async () => {
    const long = corpusOf(Array.from({ length: 200 }, () => Array.from({ length: 100 }, (_, i) => `w${i}`)));
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 30);
    await assert.rejects(
      learn(long, { epochs: 1_000_000 }, {}, { signal: controller.signal }),
      (error) => error instanceof WordmillError && error.kind === 'aborted',
    );
  });

  test('stops in the midst of an epoch, even where no sentence has a pair', async () => {
    const many = 5_000_000;
    let blocks = 0;
    const lonely = {
      ...corpusOf([['a']]),
      async *blocks() {
        const counting = blocks === 0;
        while (blocks++ < (counting ? 1 : many)) yield idBlock([[0]], blocks);
      },
    };
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 30);
    await assert.rejects(
      learn(lonely, {}, {}, { signal: controller.signal }),
      (error) => error instanceof WordmillError && error.kind === 'aborted',
    );
    assert.ok(blocks < many);
  });

  test('a loss that is no longer a number is an error that advises a lower learning rate', async () => {
    await assert.rejects(learn(animalsAndStars, { learningRate: 1e300, epochs: 3 }), (error) => {
      assert.ok(error instanceof WordmillError);
      assert.equal(error.kind, 'data');
      assert.match(error.message, /train\.learningRate: training diverged.*\n.*lower learning rate/);
      return true;
    });
  });

  test('warns where it would take long, with an estimate', async () => {
    const controller = new AbortController();
    const { context } = openContext({
      signal: controller.signal,
      listener: { warning: () => controller.abort() },
    });
    const options = { ...SMALL, epochs: 1_000_000, loss: 'softmax' } as const;
    await assert.rejects(referenceEngine.train(animalsAndStars, options, ALL_WORDS, context), /interrupted/);
    assert.equal(context.report.warnings.length, 1);
    assert.match(context.report.warnings[0]!, /reference engine may take .* loss negative or hierarchical/);
  });
});
