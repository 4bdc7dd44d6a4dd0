import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Corpus } from '../../src/core/corpus.js';
import { openContext } from '../../src/core/run.js';
import { nativeAddon, nativeUnavailable, type TracedPairs } from '../../src/native/addon.js';
import { cbowWindows } from '../../src/sampling/cbow.js';
import { trainingGroups } from '../../src/sampling/groups.js';
import type { SamplingOptions } from '../../src/sampling/options.js';
import { SentenceSampler } from '../../src/sampling/sentence-sampler.js';
import { skipGramPairs } from '../../src/sampling/skip-gram.js';
import { keepThresholds } from '../../src/sampling/subsample.js';
import type { ResolvedTrainOptions } from '../../src/train/engine.js';
import { drawJob, textDraws } from '../../src/train/native/engine.js';
import { HierarchicalSoftmax } from '../../src/train/reference/hierarchical-softmax.js';
import type { Loss } from '../../src/train/reference/loss.js';
import { NegativeSampling } from '../../src/train/reference/negative-sampling.js';
import { ALL_WORDS, SMALL } from '../train/support/corpora.js';
import { randomSentences, withCorpus } from './support/spooled-corpus.js';

const skip = nativeUnavailable() ?? false;

function trace(
  corpus: Corpus,
  sampling: SamplingOptions,
  seed: number,
  epoch: number,
  options: Partial<ResolvedTrainOptions> = {},
): TracedPairs {
  const full = { ...SMALL, negative: 5, seed, ...options };
  const job = drawJob(textDraws(corpus, sampling, full.model), corpus.vocabulary.counts, full);
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

/** The groups' sizes and outputs, as docs/sampling.md says, from the pieces that stages and trainers share. */
async function groupsAndOutputs(
  corpus: Corpus,
  sampling: SamplingOptions,
  seed: number,
  epoch: number,
  loss: Loss = new NegativeSampling(corpus.vocabulary.counts, { negative: 5, noisePower: 0.75, seed }),
) {
  const thresholds = keepThresholds(corpus.vocabulary, sampling.subsample, sampling.subsampleFormula);
  const sampler = new SentenceSampler({ ...sampling, thresholds, seed });
  const expected = {
    groupEnds: [] as number[],
    outputs: [] as number[],
    labels: [] as number[],
    outputEnds: [] as number[],
  };
  let pairs = 0;
  for await (const block of corpus.blocks()) {
    let start = 0;
    for (const [index, end] of block.sentenceEnds.entries()) {
      const sentence = block.firstSentence + index;
      sampler.start(block.ids, start, end, epoch, sentence);
      loss.startSentence(epoch, sentence);
      for (const group of trainingGroups(sampler, sampling.targets)) {
        const { rows, labels, length } = loss.outputsFor(group.target);
        expected.outputs.push(...rows.subarray(0, length));
        expected.labels.push(...labels.subarray(0, length));
        pairs += group.length;
        expected.groupEnds.push(pairs);
        expected.outputEnds.push(expected.outputs.length);
      }
      start = end;
    }
  }
  return expected;
}

/** The same columns of a trace. */
function groupsOf({ groupEnds, outputs, labels, outputEnds }: TracedPairs) {
  return {
    groupEnds: [...groupEnds],
    outputs: [...outputs],
    labels: [...labels],
    outputEnds: [...outputEnds],
  };
}

describe("the kernel's fused pair stream equals the stage's, pair for pair, and its outputs", {
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
            assert.deepEqual(groupsOf(traced), await groupsAndOutputs(corpus, sampling, seed, epoch));
          });
        });
      }
    }
  }

  test('of CBOW: the windows of the stage, whatever the targets of skip-gram', async () => {
    await withCorpus(sentences, async (corpus) => {
      const sampling = { ...ALL_WORDS, window: 4, subsample: 0.01 };
      const traced = trace(corpus, { ...sampling, targets: 2 }, 7, 2, { model: 'cbow' });
      const { context, close } = openContext();
      const expected = { contexts: [] as number[], targets: [] as number[] };
      const stage = cbowWindows({ ...sampling, vocabulary: corpus.vocabulary, seed: 7, epoch: 2 });
      for await (const { contexts, targets } of stage(corpus.blocks(), context)) {
        expected.contexts.push(...contexts);
        expected.targets.push(...targets);
      }
      await close();
      const ofGroups = [...traced.groupEnds].map((end) => traced.targets[end - 1]!);
      assert.deepEqual({ contexts: [...traced.contexts], targets: ofGroups }, expected);
      assert.deepEqual(groupsOf(traced), await groupsAndOutputs(corpus, sampling, 7, 2));
    });
  });

  test('of hierarchical softmax: the path of each target, its labels 1 - code', async () => {
    await withCorpus(sentences, async (corpus) => {
      const traced = trace(corpus, ALL_WORDS, 7, 2, { loss: 'hierarchical' });
      const loss = new HierarchicalSoftmax(corpus.vocabulary.counts);
      assert.deepEqual(groupsOf(traced), await groupsAndOutputs(corpus, ALL_WORDS, 7, 2, loss));
    });
  });

  test('of full softmax: no list, since all words take part', async () => {
    await withCorpus(sentences, (corpus) => {
      const traced = trace(corpus, ALL_WORDS, 7, 2, { loss: 'softmax' });
      assert.equal(traced.outputs.length, 0);
      assert.deepEqual(traced.groupEnds, trace(corpus, ALL_WORDS, 7, 2).groupEnds);
    });
  });
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
      assert.notDeepEqual(trace(corpus, dynamic, 1, 1).outputs, first.outputs);
      assert.notDeepEqual(trace(corpus, dynamic, 2, 0).outputs, first.outputs);
    });
  });

  test('of a vocabulary of one word have no negatives', async () => {
    await withCorpus([['the', 'the', 'the']], (corpus) => {
      const traced = trace(corpus, sampling, 1, 0);
      assert.deepEqual([...traced.groupEnds], [2, 4, 6]);
      assert.deepEqual([...traced.outputs], [0, 0, 0]);
    });
  });
});
