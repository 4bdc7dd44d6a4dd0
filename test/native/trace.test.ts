import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Corpus } from '../../src/core/corpus.js';
import { openContext } from '../../src/core/run.js';
import { nativeAddon, nativeUnavailable, type TracedPairs } from '../../src/native/addon.js';
import { trainingGroups } from '../../src/sampling/groups.js';
import { NoiseSampler } from '../../src/sampling/noise.js';
import type { SamplingOptions } from '../../src/sampling/options.js';
import { Random, STREAMS } from '../../src/sampling/random.js';
import { SentenceSampler } from '../../src/sampling/sentence-sampler.js';
import { skipGramPairs } from '../../src/sampling/skip-gram.js';
import { keepThresholds } from '../../src/sampling/subsample.js';
import { drawJob, textDraws } from '../../src/train/native/engine.js';
import { randomSentences, withCorpus } from './support/spooled-corpus.js';

const skip = nativeUnavailable() ?? false;
const NOISE = { negative: 5, noisePower: 0.75 };

function trace(
  corpus: Corpus,
  sampling: SamplingOptions,
  seed: number,
  epoch: number,
  negative = 5,
): TracedPairs {
  const job = drawJob(textDraws(corpus, sampling), corpus.vocabulary.counts, { ...NOISE, negative, seed });
  return nativeAddon().tracePairs(job, epoch);
}

/** The pairs that the stage gives, in columns. */
async function stagePairs(corpus: Corpus, sampling: SamplingOptions, seed: number, epoch: number) {
  const { context, close } = openContext();
  const pairs = { contexts: [] as number[], targets: [] as number[], offsets: [] as number[] };
  const stage = skipGramPairs({ ...sampling, vocabulary: corpus.vocabulary, seed, epoch });
  for await (const block of stage(corpus.blocks(), context)) {
    for (const column of ['contexts', 'targets', 'offsets'] as const) {
      for (const value of block[column]) pairs[column].push(value);
    }
  }
  await close();
  return pairs;
}

/** The groups' sizes and negatives, as docs/sampling.md says, from the pieces that stages and trainers share. */
async function groupsAndNegatives(
  corpus: Corpus,
  sampling: SamplingOptions,
  seed: number,
  epoch: number,
  negative: number,
) {
  const thresholds = keepThresholds(corpus.vocabulary, sampling.subsample, sampling.subsampleFormula);
  const sampler = new SentenceSampler({ ...sampling, thresholds, seed });
  const noise = new NoiseSampler(corpus.vocabulary.counts, NOISE.noisePower);
  const groupEnds: number[] = [];
  const negatives: number[] = [];
  const negativeEnds: number[] = [];
  let pairs = 0;
  for await (const block of corpus.blocks()) {
    let start = 0;
    for (const [index, end] of block.sentenceEnds.entries()) {
      const sentence = block.firstSentence + index;
      const random = new Random(seed, STREAMS.negatives, epoch, sentence);
      sampler.start(block.ids, start, end, epoch, sentence);
      for (const group of trainingGroups(sampler, sampling.targets)) {
        for (let i = 0; i < negative; i++) {
          const drawn = noise.draw(random);
          if (drawn !== group.target) negatives.push(drawn);
        }
        pairs += group.length;
        groupEnds.push(pairs);
        negativeEnds.push(negatives.length);
      }
      start = end;
    }
  }
  return { groupEnds, negatives, negativeEnds };
}

describe("the kernel's fused pair stream equals the stage's, pair for pair, and its negatives", {
  skip,
}, () => {
  // Over 16,384 tokens, so that the spool has several chunks.
  const sentences = randomSentences(1_200, 200);
  for (const targets of ['all', 1, 3] as const) {
    for (const windowMode of ['dynamic', 'fixed'] as const) {
      for (const subsample of [0, 0.01]) {
        test(`targets ${targets}, window ${windowMode}, subsample ${subsample}`, async () => {
          await withCorpus(sentences, async (corpus) => {
            assert.ok(corpus.spool.chunks.length > 1);
            const sampling = {
              targets,
              windowMode,
              subsample,
              window: 4,
              subsampleFormula: 'word2vec',
            } as const;
            const [seed, epoch] = [7, 2];
            const traced = trace(corpus, sampling, seed, epoch);
            const { contexts, targets: targetIds, offsets } = traced;
            const expected = await stagePairs(corpus, sampling, seed, epoch);
            assert.ok(expected.contexts.length > 2_000);
            assert.deepEqual(
              { contexts: [...contexts], targets: [...targetIds], offsets: [...offsets] },
              expected,
            );
            const { groupEnds, negatives, negativeEnds } = traced;
            assert.deepEqual(
              { groupEnds: [...groupEnds], negatives: [...negatives], negativeEnds: [...negativeEnds] },
              await groupsAndNegatives(corpus, sampling, seed, epoch, 5),
            );
          });
        });
      }
    }
  }
});

describe('the traced groups', { skip }, () => {
  const sampling = {
    targets: 'all',
    windowMode: 'fixed',
    subsample: 0,
    window: 10,
    subsampleFormula: 'word2vec',
  } as const;

  test('hold the worked example: orange predicts juice (+1), glass (-2) and my (+6)', async () => {
    const text = 'i want a glass of orange juice to go along with my cereal'.split(' ');
    await withCorpus([text], (corpus) => {
      const { contexts, targets, offsets } = trace(corpus, sampling, 1, 0);
      const { words } = corpus.vocabulary;
      const ofOrange = [...contexts].flatMap((context, i) =>
        words[context] === 'orange' ? [`${words[targets[i]!]} ${offsets[i]}`] : [],
      );
      for (const pair of ['juice 1', 'glass -2', 'my 6']) assert.ok(ofOrange.includes(pair), pair);
    });
  });

  test('leave out words below minCount, as if the text had never held them', async () => {
    await withCorpus(
      [['a', 'rare', 'b', 'a', 'b']],
      (corpus) => {
        const { contexts, targets } = trace(corpus, { ...sampling, window: 1 }, 1, 0);
        assert.deepEqual([...targets], [0, 1, 1, 0, 0, 1]);
        assert.deepEqual([...contexts], [1, 0, 0, 1, 1, 0]);
      },
      { minCount: 2 },
    );
  });

  test('change with the epoch and with the seed', async () => {
    await withCorpus(randomSentences(50, 20), (corpus) => {
      const dynamic = { ...sampling, windowMode: 'dynamic' } as const;
      const first = trace(corpus, dynamic, 1, 0);
      assert.deepEqual(trace(corpus, dynamic, 1, 0), first);
      assert.notDeepEqual(trace(corpus, dynamic, 1, 1).negatives, first.negatives);
      assert.notDeepEqual(trace(corpus, dynamic, 2, 0).negatives, first.negatives);
    });
  });

  test('of a vocabulary of one word have no negatives', async () => {
    await withCorpus([['the', 'the', 'the']], (corpus) => {
      const traced = trace(corpus, sampling, 1, 0);
      assert.deepEqual([...traced.groupEnds], [2, 4, 6]);
      assert.equal(traced.negatives.length, 0);
    });
  });
});
