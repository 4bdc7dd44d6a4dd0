import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { describe, test } from 'node:test';
import type { PairCorpus, TrainingCorpus } from '../../src/core/corpus.js';
import { type ErrorKind, WordmillError } from '../../src/core/errors.js';
import type { ReportListener } from '../../src/core/report.js';
import { run } from '../../src/core/run.js';
import { compose, type Source } from '../../src/core/stage.js';
import { Vocabulary } from '../../src/core/vocabulary.js';
import type { Engine } from '../../src/train/engine.js';
import { referenceEngine } from '../../src/train/reference/engine.js';
import { resolveTrainOptions, train } from '../../src/train/train.js';
import { corpusOf } from './support/corpora.js';

/** An engine that is here in name: it trains skip-gram with negative sampling, by way of the reference. */
function engineNamedNative(reason?: string): Engine {
  return {
    ...referenceEngine,
    name: 'native',
    trains: (model, loss) => model === 'skipgram' && loss === 'negative',
    unavailable: () => reason,
  };
}

const BUILT = [engineNamedNative(), referenceEngine];
const NOT_BUILT = [engineNamedNative('the addon was not built'), referenceEngine];

async function* once(corpus: TrainingCorpus): AsyncGenerator<TrainingCorpus> {
  yield corpus;
}

function source(corpus: TrainingCorpus): Source<TrainingCorpus> {
  return () => once(corpus);
}

function isError(kind: ErrorKind, message: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof WordmillError);
    assert.equal(error.kind, kind);
    assert.match(error.message, message);
    return true;
  };
}

describe('resolveTrainOptions', () => {
  test("fills in word2vec.c's defaults; the learning rate depends on the model", () => {
    const skipgram = resolveTrainOptions({}, BUILT);
    assert.deepEqual(skipgram, {
      engine: 'native',
      model: 'skipgram',
      loss: 'negative',
      negative: 5,
      noisePower: 0.75,
      dimensions: 100,
      epochs: 5,
      learningRate: 0.025,
      initialRange: 0.5,
      threads: availableParallelism(),
      seed: 1,
      instructionSet: 'auto',
    });
    assert.equal(resolveTrainOptions({ model: 'cbow' }, BUILT).learningRate, 0.05);
    assert.equal(resolveTrainOptions({ model: 'cbow', learningRate: 0.01 }, BUILT).learningRate, 0.01);
  });

  test('takes the first engine that trains the model and can run here', () => {
    assert.equal(resolveTrainOptions({}, BUILT).engine, 'native');
    assert.equal(resolveTrainOptions({ model: 'cbow' }, BUILT).engine, 'reference');
    assert.equal(resolveTrainOptions({ loss: 'softmax' }, BUILT).engine, 'reference');
    assert.equal(resolveTrainOptions({}, NOT_BUILT).engine, 'reference');
  });

  test('an engine that was asked for must train the model; the error names what works', () => {
    assert.throws(
      () => resolveTrainOptions({ engine: 'native', model: 'cbow' }, BUILT),
      isError(
        'usage',
        /^train\.engine: engine native does not train cbow with loss negative\n {2}What works: native: skipgram with negative; reference: skipgram with negative or hierarchical or softmax, cbow with /,
      ),
    );
  });

  test('an engine that was asked for must be available; the error says why it is not', () => {
    assert.throws(
      () => resolveTrainOptions({ engine: 'native' }, NOT_BUILT),
      isError('unavailable', /engine native cannot run here: the addon was not built/),
    );
  });
});

describe('train', () => {
  const corpus = corpusOf([
    ['a', 'b', 'a'],
    ['b', 'c', 'a'],
  ]);
  const tiny = { engine: 'reference', dimensions: 4, epochs: 2, negative: 2 } as const;

  test('refuses wrong options when the stage is made', () => {
    assert.throws(
      () => train({ dimensions: 0 }),
      isError('usage', /^train\.dimensions: must be a whole number/),
    );
    assert.throws(
      () => train({}, { window: 0 }),
      isError('usage', /^sampling\.window: must be a whole number/),
    );
    assert.throws(
      () => train({ vectors: 3 } as object),
      isError('usage', /^train\.vectors: unknown key 'vectors'/),
    );
  });

  test('gives one row for each word, and says how they were made', async () => {
    const { last } = await run(compose(source(corpus), train(tiny)));
    assert.ok(last);
    assert.equal(last.vocabulary, corpus.vocabulary);
    assert.deepEqual([last.input.rows, last.input.dimensions], [3, 4]);
    const { seconds, lossByEpoch, ...summary } = last.summary;
    assert.deepEqual(summary, {
      engine: 'reference',
      model: 'skipgram',
      loss: 'negative',
      epochs: 2,
      seed: 1,
      words: 12,
      threads: 1,
    });
    assert.ok(seconds >= 0);
    assert.equal(lossByEpoch.length, 2);
  });

  test('warns once when it falls back to a slower engine', async () => {
    const { engine: _, ...options } = tiny;
    const { report } = await run(compose(source(corpus), train(options, {}, { engines: NOT_BUILT })));
    assert.deepEqual(report.warnings, [
      'training with the reference engine, which is slower: engine native cannot run here: the addon was not built (see wordmill doctor)',
    ]);
    const asked = await run(compose(source(corpus), train(tiny, {}, { engines: NOT_BUILT })));
    assert.deepEqual(asked.report.warnings, []);
  });

  test('reports progress with loss, learning rate and epoch', async () => {
    const epochs: unknown[] = [];
    const listener: ReportListener = {
      progress: ({ phase, done, total, unit, epoch, loss }) => {
        assert.ok(loss !== undefined && loss > 0);
        epochs.push({ phase, done, total, unit, epoch });
      },
    };
    await run(compose(source(corpus), train(tiny, { subsample: 0 })), { listener });
    assert.deepEqual(epochs, [
      { phase: 'train', done: 6, total: 12, unit: 'words', epoch: 1 },
      { phase: 'train', done: 12, total: 12, unit: 'words', epoch: 2 },
    ]);
  });

  test('refuses output weights that the last update left without a number', async () => {
    const engine: Engine = {
      ...referenceEngine,
      train: async (...call) => {
        const vectors = await referenceEngine.train(...call);
        vectors.output.data[1] = Number.NaN;
        return vectors;
      },
    };
    await assert.rejects(
      run(compose(source(corpus), train(tiny, {}, { engines: [engine] }))),
      isError(
        'data',
        /^train\.learningRate: training diverged: the vectors hold numbers that are not finite/,
      ),
    );
  });

  test('refuses a corpus without words', async () => {
    await assert.rejects(
      run(compose(source(corpusOf([])), train(tiny))),
      isError('data', /^there are no words to train on/),
    );
  });

  test('refuses vectors that cannot fit in memory, before it allocates them', async () => {
    const vocabulary = new Vocabulary({
      words: new Array(2 ** 22).fill('w'),
      counts: new Float64Array(2 ** 22).fill(1),
    });
    const large: TrainingCorpus = { ...corpusOf([['a']]), vocabulary };
    await assert.rejects(
      run(compose(source(large), train({ ...tiny, dimensions: 65_536 }))),
      isError('outOfMemory', /^the vectors need 2199\.0 GB of memory; this machine has .* GB\n.*maxSize/),
    );
  });

  test('refuses to train cbow on pairs', async () => {
    const pairs: PairCorpus = {
      vocabulary: corpus.vocabulary,
      targetCounts: Float64Array.of(1, 1, 1),
      path: 'nowhere',
      pairs: 3,
    };
    await assert.rejects(
      run(compose(source(pairs), train({ ...tiny, model: 'cbow' }))),
      isError('usage', /^train\.model: cbow cannot be trained on pairs/),
    );
  });
});

for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
  test(`vectors that end with ${value} in them are refused, though no loss showed it`, async () => {
    const overflowing: Engine = {
      ...referenceEngine,
      async train(...job) {
        const vectors = await referenceEngine.train(...job);
        vectors.input.data[3] = value;
        return vectors;
      },
    };
    const pipeline = compose(
      source(corpusOf([['a', 'b']])),
      train({ dimensions: 2, epochs: 1 }, {}, { engines: [overflowing] }),
    );
    await assert.rejects(
      run(pipeline),
      isError('data', /training diverged: the vectors .* not finite .*\n.*lower/),
    );
  });
}
