import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { TrainingCorpus } from '../../../src/core/corpus.js';
import { openContext } from '../../../src/core/run.js';
import type { StageContext } from '../../../src/core/stage.js';
import { nativeUnavailable } from '../../../src/native/addon.js';
import { countCells } from '../../../src/train/count-cells.js';
import type { TrainOptions } from '../../../src/train/options.js';
import { randomSentences, withCorpus } from '../../native/support/spooled-corpus.js';
import { ALL_WORDS } from '../support/corpora.js';
import { pairCorpus } from '../support/pair-corpus.js';
import { type Trained, trainKilled, trainOn } from './support.js';

const BASE = { dimensions: 6, epochs: 2, threads: 1, learningRate: 0.1, negative: 3 } as const;
const SAMPLING = { window: 3, subsample: 0.3 };

const COMBINATIONS = (['skipgram', 'cbow'] as const).flatMap((model) =>
  (['negative', 'hierarchical', 'softmax'] as const).map((loss) => ({ model, loss })),
);

/** A native training may end before it can be interrupted; most do not. */
let wanted = 0;
let done = 0;
after(() => assert.ok(done > wanted / 2, `${done} of ${wanted} interruptions came in time`));

/** A training that is interrupted, once or twice, learns what one that is not learns: vectors, output weights, words. */
async function assertSameWhenKilled(
  corpus: TrainingCorpus,
  trained: Trained,
  context: StageContext,
  kills: readonly (readonly number[])[],
): Promise<void> {
  const expected = await trainOn(corpus, trained, context);
  for (const points of kills) {
    const { vectors, killed } = await trainKilled(corpus, trained, context, points);
    wanted += points.length;
    done += killed;
    assert.deepEqual(vectors.input, expected.input, `killed after ${points} checkpoints`);
    assert.deepEqual(vectors.output, expected.output);
    const { lossByEpoch, seconds: _, validationLossByEpoch, ...rest } = vectors.summary;
    const { lossByEpoch: losses, seconds: __, validationLossByEpoch: heldOut, ...others } = expected.summary;
    assert.deepEqual(rest, others);
    assert.deepEqual(validationLossByEpoch, heldOut);
    // Losses are sums of what was between checkpoints: the last bits may differ.
    assert.equal(lossByEpoch.length, losses.length);
    for (const [epoch, loss] of losses.entries()) assert.ok(Math.abs(lossByEpoch[epoch]! / loss - 1) < 1e-9);
  }
}

/** Once early, once in the middle, twice. */
const KILLS = [[1], [9], [4, 5]];

const sentences = randomSentences(100, 40);

for (const engine of ['native', 'reference'] as const) {
  describe(`a training of the ${engine} engine that is interrupted learns the same, bit for bit`, {
    skip: engine === 'native' && (nativeUnavailable() ?? false),
  }, () => {
    const cases: Partial<TrainOptions>[] = [
      ...COMBINATIONS,
      { model: 'skipgram', minn: 2, maxn: 3, buckets: 40 },
      { model: 'cbow', loss: 'softmax', minn: 2, maxn: 3, buckets: 40 },
      { validation: 0.3, epochs: 6, patience: 1, learningRate: 0.5 },
    ];
    for (const options of cases) {
      test(JSON.stringify(options), () =>
        withCorpus(sentences, (corpus, context) => {
          const trained = { options: { ...BASE, ...options, engine }, sampling: SAMPLING };
          return assertSameWhenKilled(corpus, trained, context, KILLS);
        }),
      );
    }

    test('with frozen rows and initial vectors', () =>
      withCorpus(sentences, async (corpus, context) => {
        const options = { ...BASE, engine };
        const first = await trainOn(corpus, { options, sampling: SAMPLING }, context);
        const words = corpus.vocabulary.words.slice(0, 20);
        const initialVectors = { words, matrix: { ...first.input, rows: 20 } };
        const settings = { initialVectors, freeze: words.slice(3, 9) };
        await assertSameWhenKilled(corpus, { options, sampling: SAMPLING, settings }, context, [[9]]);
      }));

    for (const options of [{}, { loss: 'hierarchical', validation: 0.2 }] satisfies Partial<TrainOptions>[]) {
      test(`deterministic, in rounds: ${JSON.stringify(options)}`, () =>
        withCorpus(randomSentences(engine === 'native' ? 1_200 : 250, 60), async (corpus, context) => {
          const threads = engine === 'native' ? 3 : 1;
          const full = { ...BASE, ...options, engine, threads, deterministic: true };
          await assertSameWhenKilled(corpus, { options: full, sampling: SAMPLING }, context, [[3], [2, 4]]);
        }));
    }

    test('on pairs from outside', async () => {
      const { context, close } = openContext();
      try {
        const corpus = await pairCorpus(await context.scratchFolder(), 9_000);
        await assertSameWhenKilled(corpus, { options: { ...BASE, engine } }, context, [[3], [2, 4]]);
      } finally {
        await close();
      }
    });

    test('with a callback after each epoch, which is called once for each', () =>
      withCorpus(sentences, async (corpus, context) => {
        const epochs: number[] = [];
        const settings = { onEpoch: ({ epoch }: { epoch: number }) => void epochs.push(epoch) };
        const options = { ...BASE, epochs: 3, engine };
        const trained = { options, sampling: SAMPLING, settings };
        await assertSameWhenKilled(corpus, trained, context, [[15]]);
        assert.deepEqual(epochs.slice(3), [1, 2, 3]);
      }));

    test('GloVe, on another number of threads', () =>
      withCorpus(randomSentences(600, 150), async (corpus, context) => {
        const path = join(await context.scratchFolder(), 'cells');
        const cells = await countCells(corpus, { ...ALL_WORDS, window: 8 }, { threads: 2, path }, context);
        for (const validation of [0, 0.2]) {
          const { negative: _, ...base } = BASE;
          const options = { ...base, model: 'glove', epochs: 3, engine, threads: 2, validation } as const;
          await assertSameWhenKilled(cells, { options }, context, KILLS);
        }
      }));
  });
}

describe('training on several threads that is interrupted', { skip: nativeUnavailable() ?? false }, () => {
  for (const options of COMBINATIONS.slice(0, 2)) {
    test(`goes on: every word once, a loss as without: ${JSON.stringify(options)}`, () =>
      withCorpus(randomSentences(1_200, 60), async (corpus, context) => {
        const trained = { options: { ...BASE, ...options, threads: 3 }, sampling: SAMPLING };
        const expected = await trainOn(corpus, trained, context);
        const { vectors } = await trainKilled(corpus, trained, context, [3, 2]);
        assert.equal(vectors.summary.words, expected.summary.words);
        for (const [epoch, loss] of expected.summary.lossByEpoch.entries()) {
          assert.ok(Math.abs(vectors.summary.lossByEpoch[epoch]! / loss - 1) < 0.1);
        }
      }));
  }
});
