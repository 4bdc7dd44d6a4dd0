import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Corpus } from '../../src/core/corpus.js';
import { openContext } from '../../src/core/run.js';
import type { TrainedVectors } from '../../src/core/vectors.js';
import { instructionSets, nativeUnavailable } from '../../src/native/addon.js';
import type { ResolvedTrainOptions } from '../../src/train/engine.js';
import { HeldOutSentences } from '../../src/train/held-out.js';
import { nativeEngine } from '../../src/train/native/engine.js';
import { referenceEngine } from '../../src/train/reference/engine.js';
import { randomSentences, withCorpus } from '../native/support/spooled-corpus.js';
import { ALL_WORDS, corpusOf, SMALL } from './support/corpora.js';
import { pairCorpus } from './support/pair-corpus.js';
import { assertSame } from './support/same-vectors.js';

const skip = nativeUnavailable() ?? false;
const SETS = skip ? [] : (instructionSets() as ResolvedTrainOptions['instructionSet'][]);
const COMBINATIONS = (['skipgram', 'cbow'] as const).flatMap((model) =>
  (['negative', 'hierarchical', 'softmax'] as const).map((loss) => ({ model, loss })),
);

const sentences = randomSentences(120, 30);
const OPTIONS = { ...SMALL, validation: 0.2, epochs: 3, seed: 4 };
const SAMPLING = { ...ALL_WORDS, subsample: 0.05, window: 4 };

/** Two engines' held-out losses agree to 1e-5. */
function assertSameHeldOut(native: TrainedVectors, reference: TrainedVectors): void {
  const losses = reference.summary.validationLossByEpoch!;
  assert.equal(losses.length, reference.summary.epochs);
  assert.ok(losses[0]! > 0);
  for (const [epoch, loss] of losses.entries()) {
    const own = native.summary.validationLossByEpoch![epoch]!;
    assert.ok(Math.abs(own / loss - 1) < 1e-5, `epoch ${epoch}: ${own}, reference ${loss}`);
  }
}

describe('what is held out', () => {
  test('pairs are drawn one by one, from the stream of their run', () => {
    const heldOut = new HeldOutSentences(0.05, 1);
    const runs = Array.from({ length: 20 }, (_, run) => heldOut.ofRun(run, 1_024));
    const share = runs.map((held) => held.reduce((sum, one) => sum + one, 0));
    // Binomial: 20,480 pairs, mean 1,024, standard deviation 31.
    assert.ok(Math.abs(share.reduce((sum, one) => sum + one) - 1_024) < 4 * 31, `${share}`);
    assert.deepEqual(new HeldOutSentences(0.05, 1).ofRun(7, 500), runs[7]!.subarray(0, 500));
    assert.notDeepEqual(runs[7], runs[8]);
  });

  for (const options of COMBINATIONS) {
    test(`is not trained on: ${options.model} with loss ${options.loss} learns as if it were not there`, async () => {
      const corpus = corpusOf(sentences);
      const heldOut = new HeldOutSentences(OPTIONS.validation, OPTIONS.seed);
      const others = corpusOf(sentences.map((words, number) => (heldOut.has(number) ? [] : words)));
      // The same vocabulary: counts are of the whole text.
      const { vocabulary } = corpus;
      const blocks = async function* () {
        for await (const block of others.blocks()) {
          const ids = block.ids.map((id) => vocabulary.idOf(others.vocabulary.words[id]!)!);
          yield { ...block, ids };
        }
      };
      const rest: Corpus = { ...others, vocabulary, blocks };
      const { context } = openContext();
      const full = { ...OPTIONS, ...options };
      const vectors = await referenceEngine.train(corpus, full, SAMPLING, context);
      const expected = await referenceEngine.train(rest, { ...full, validation: 0 }, SAMPLING, context);
      assert.deepEqual(vectors.input, expected.input);
      assert.deepEqual(vectors.output, expected.output);
      assert.equal(vectors.summary.words, expected.summary.words);
      assert.deepEqual(vectors.summary.lossByEpoch, expected.summary.lossByEpoch);
      assert.equal(expected.summary.validationLossByEpoch, undefined);
    });
  }

  test('the loss on it is that of the vectors as they are: log 2 a question before anything is learned', async () => {
    const notes: string[] = [];
    const { context } = openContext({ listener: { note: (message) => notes.push(message) } });
    const options = { ...OPTIONS, loss: 'softmax', learningRate: 1e-30, epochs: 1 } as const;
    const { summary, vocabulary } = await referenceEngine.train(
      corpusOf(sentences),
      options,
      ALL_WORDS,
      context,
    );
    assert.ok(Math.abs(summary.validationLossByEpoch![0]! - Math.log(vocabulary.size)) < 1e-12);
    assert.match(notes[0]!, /^before training: held-out loss \d\.\d{4} \([\d,]+ predictions\)$/);
  });

  test('too large a share, or too small a one, is refused', async () => {
    const { context } = openContext();
    const heldOut = new HeldOutSentences(0.5, 1);
    const numbers = Array.from({ length: 40 }, (_, number) => number);
    const onlyIn = (held: boolean) =>
      corpusOf(numbers.map((number) => (heldOut.has(number) === held ? ['a', 'b'] : [])));
    const options = { ...SMALL, validation: 0.5 };
    for (const engine of skip ? [referenceEngine] : [referenceEngine, nativeEngine]) {
      for (const [held, message] of [
        [true, /^train\.validation: all that could be trained on is held out\n {2}Hold out a smaller share/],
        [false, /^train\.validation: what is held out has nothing to predict\n {2}Hold out a larger share/],
      ] as const) {
        const words = numbers.map((number) => (heldOut.has(number) === held ? ['a', 'b'] : []));
        const training =
          engine === nativeEngine
            ? withCorpus(words, (corpus) => engine.train(corpus, options, ALL_WORDS, context))
            : engine.train(onlyIn(held), options, ALL_WORDS, context);
        await assert.rejects(training, { kind: 'data', message });
      }
    }
  });
});

for (const instructionSet of SETS) {
  describe(`the native engine on ${instructionSet} holds out what the reference holds out`, () => {
    for (const options of COMBINATIONS) {
      test(`${options.model} with loss ${options.loss}`, () =>
        withCorpus(sentences, async (corpus, context) => {
          const full = { ...OPTIONS, ...options, instructionSet };
          const reference = await referenceEngine.train(corpus, full, SAMPLING, context);
          const native = await nativeEngine.train(corpus, full, SAMPLING, context);
          assertSame(native, reference);
          assertSameHeldOut(native, reference);
        }));
    }

    test('of pairs', async () => {
      const { context, close } = openContext();
      const corpus = await pairCorpus(await context.scratchFolder(), 2_500);
      const options = { ...OPTIONS, instructionSet };
      const reference = await referenceEngine.trainPairs(corpus, options, context);
      const native = await nativeEngine.trainPairs(corpus, options, context);
      assertSame(native, reference);
      assertSameHeldOut(native, reference);
      assert.ok(Math.abs(native.summary.words - 0.8 * 3 * 2_500) < 300, `${native.summary.words}`);
      await close();
    });
  });
}

test('the native engine stops by patience, and gives the best epoch', { skip }, () =>
  withCorpus(sentences, async (corpus) => {
    const notes: string[] = [];
    const { context } = openContext({ listener: { note: (message) => notes.push(message) } });
    // So fast that it memorises its text: the held-out loss soon rises.
    const options = { ...OPTIONS, learningRate: 0.2, epochs: 60, patience: 2 };
    const kept: Float32Array[] = [];
    const { input, summary } = await nativeEngine.train(corpus, options, SAMPLING, context, {
      onEpoch: ({ vectors }) => {
        kept.push(vectors.input.data.slice());
      },
    });
    const losses = summary.validationLossByEpoch!;
    const best = losses.indexOf(Math.min(...losses));
    assert.ok(summary.epochs < 60, 'it stopped early');
    assert.equal(summary.epochs, best + 1 + 2);
    assert.equal(summary.bestEpoch, best + 1);
    assert.deepEqual(input.data, kept[best]);
    assert.notDeepEqual(input.data, kept.at(-1));
    assert.ok(notes.includes(`keeping epoch ${best + 1}, which had the lowest held-out loss`));
  }),
);
