import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { zeroMatrix } from '../../src/core/vectors.js';
import { parseDefinition, printDefinition } from '../../src/pipeline/definition.js';
import { chooseEngine, whatWorks } from '../../src/train/choose-engine.js';
import type { Engine, ResolvedTrainOptions } from '../../src/train/engine.js';
import { type GivenOptions, modelProblems } from '../../src/train/model-problems.js';
import { referenceEngine } from '../../src/train/reference/engine.js';
import { tensorflowEngine } from '../../src/train/tensorflow/engine.js';
import { resolveTrainOptions, train } from '../../src/train/train.js';

const native = (reason?: string): Engine => ({
  ...referenceEngine,
  name: 'native',
  trains: (model, loss) => model === 'skipgram' && loss === 'negative',
  unavailable: () => reason,
});
const ENGINES = [native(), referenceEngine, tensorflowEngine];

function problem(given: GivenOptions): string {
  const found = modelProblems(given);
  assert.equal(found.length, 1, JSON.stringify(found));
  const { path, problem, hint } = found[0]!;
  return `${path.join('.')}: ${problem} (${hint})`;
}

describe('which engine trains what', () => {
  const chosen = (options: Partial<ResolvedTrainOptions>, engines = ENGINES) =>
    resolveTrainOptions(options, engines).engine;

  test('nplm goes to tensorflow; skip-gram and CBOW go there only where it is asked for', () => {
    assert.equal(chosen({ model: 'nplm' }), 'tensorflow');
    assert.equal(chosen({}), 'native');
    assert.equal(chosen({ model: 'cbow' }), 'reference');
    assert.equal(chosen({}, [native('not built'), referenceEngine, tensorflowEngine]), 'reference');
    assert.equal(chosen({ model: 'cbow', engine: 'tensorflow' }), 'tensorflow');
  });

  test('what works is told in full', () => {
    assert.equal(
      whatWorks(ENGINES),
      'native: skipgram with negative; reference: skipgram with negative or hierarchical or softmax, ' +
        'cbow with negative or hierarchical or softmax, glove with leastSquares; tensorflow: skipgram with negative or softmax, ' +
        'cbow with negative or softmax, nplm with softmax or sampled',
    );
  });

  for (const [options, message] of [
    [
      { model: 'nplm', loss: 'negative' },
      /no engine trains nplm with loss negative\n {2}What works: native: /,
    ],
    [
      { model: 'nplm', engine: 'native' },
      /engine native does not train nplm with loss softmax\n {2}What works: /,
    ],
    [
      { engine: 'tensorflow', loss: 'hierarchical' },
      /engine tensorflow does not train skipgram with loss hiera/,
    ],
    [{ loss: 'sampled' }, /no engine trains skipgram with loss sampled/],
  ] as const) {
    test(`${JSON.stringify(options)} is refused, with what works`, () => {
      assert.throws(() => resolveTrainOptions(options, ENGINES), { kind: 'usage', message });
    });
  }

  test('requireNative refuses a slower engine in the place of one that cannot run', () => {
    const engines = [native('the addon was not built'), referenceEngine];
    assert.throws(() => chooseEngine({ model: 'skipgram', loss: 'negative', requireNative: true }, engines), {
      kind: 'unavailable',
      message: /engine native cannot run here: the addon was not built/,
    });
  });
});

describe('what depends on the model', () => {
  test('nplm has options of its own, with defaults; others have none of them', () => {
    const {
      loss,
      learningRate,
      batch,
      hiddenUnits,
      direct,
      optimizer,
      dropout,
      validation,
      patience,
      samples,
    } = resolveTrainOptions({ model: 'nplm' }, ENGINES);
    assert.deepEqual(
      { loss, learningRate, batch, hiddenUnits, direct, optimizer, dropout, validation, patience, samples },
      {
        ...{ loss: 'softmax', learningRate: 0.001, batch: 256, hiddenUnits: 100, direct: false },
        ...{ optimizer: 'adam', dropout: 0, validation: 0, patience: 0, samples: undefined },
      },
    );
    assert.equal(resolveTrainOptions({ model: 'nplm', loss: 'sampled' }, ENGINES).samples, 1_000);
    assert.equal(resolveTrainOptions({ model: 'nplm', optimizer: 'sgd' }, ENGINES).learningRate, 0.1);
    assert.equal(resolveTrainOptions({ model: 'nplm', dimensions: 300 }, ENGINES).initialRange, 30);
    assert.equal('hiddenUnits' in resolveTrainOptions({}, ENGINES), false);
    assert.equal('batch' in resolveTrainOptions({}, ENGINES), false);
    assert.equal(resolveTrainOptions({ engine: 'tensorflow' }, ENGINES).batch, 512);
  });

  test('a definition of nplm has its windows filled in, and prints as it loads', () => {
    const text =
      'source: { files: a.txt }\ntrain: { model: nplm, loss: sampled }\nsinks: [{ glove: v.txt }]\n';
    const { sampling, train } = parseDefinition(text, 'job.yaml');
    assert.deepEqual([sampling.shape, sampling.size, sampling.partial], ['last', 4, false]);
    assert.deepEqual([train.loss, train.hiddenUnits, train.samples], ['sampled', 100, 1_000]);
  });
});

describe('options that do not go together', () => {
  test('nplm needs hidden units or direct connections', () => {
    assert.match(
      problem({ train: { model: 'nplm', hiddenUnits: 0 } }),
      /^train\.hiddenUnits: without hidden units nothing connects .*direct: true/,
    );
    assert.deepEqual(modelProblems({ train: { model: 'nplm', hiddenUnits: 0, direct: true } }), []);
  });

  test('patience needs held-out text, samples need sampled softmax', () => {
    for (const model of ['nplm', 'cbow'] as const)
      assert.match(problem({ train: { model, patience: 2 } }), /^train\.patience: needs held-out text/);
    assert.deepEqual(modelProblems({ train: { patience: 2, validation: 0.1 } }), []);
    assert.match(problem({ train: { model: 'nplm', samples: 5 } }), /^train\.samples: has no effect without/);
  });

  test("another model's options are named, and the batch of another engine", () => {
    assert.match(problem({ train: { direct: true } }), /^train\.direct: has no effect on skipgram/);
    assert.match(
      problem({ train: { batch: 8 } }),
      /^train\.batch: has no effect but on the tensorflow engine/,
    );
    assert.match(
      problem({ sampling: { size: 300 } }),
      /^sampling\.size: has no effect on skipgram; .*length of a vector is train\.dimensions/,
    );
    assert.throws(() => train({ hiddenUnits: 7 }), {
      kind: 'usage',
      message: /^train\.hiddenUnits: has no effect/,
    });
    assert.throws(() => train({}, { shape: 'last' }), {
      kind: 'usage',
      message: /^sampling\.shape: has no effect/,
    });
  });

  test('what nplm does not look at is named, unless it is what it is by default', () => {
    const nplm = { model: 'nplm' } as const;
    for (const [given, expected] of [
      [{ train: { ...nplm, negative: 10 } }, /^train\.negative: has no effect on nplm; .*train\.samples/],
      [{ train: { ...nplm, noisePower: 1 } }, /^train\.noisePower: .* without sampled softmax/],
      [{ train: { ...nplm, instructionSet: 'avx2' } }, /^train\.instructionSet: .* the native engine/],
      [
        { train: nplm, sampling: { window: 8 } },
        /^sampling\.window: has no effect on nplm; .*sampling\.shape/,
      ],
      [{ train: nplm, sampling: { windowMode: 'fixed' } }, /^sampling\.windowMode: has no effect on nplm/],
      [{ train: nplm, sampling: { targets: 2 } }, /^sampling\.targets: has no effect on nplm/],
      [{ train: nplm, sampling: { subsample: 1e-4 } }, /^sampling\.subsample: .*learns from every word/],
      [{ train: nplm, sampling: { subsampleFormula: 'paper' } }, /^sampling\.subsampleFormula: /],
    ] as const satisfies readonly (readonly [GivenOptions, RegExp])[])
      assert.match(problem(given), expected);
    assert.deepEqual(
      modelProblems({
        train: { ...nplm, loss: 'sampled', noisePower: 1, negative: 5, instructionSet: 'auto' },
        sampling: { window: 5, windowMode: 'dynamic', targets: 'all', subsample: 1e-3 },
      }),
      [],
    );
  });

  test('what belongs to initial vectors needs them', () => {
    for (const [given, expected] of [
      [{ initialOutputWeights: 'w.bin' }, /^train\.initialOutputWeights: has no effect without initial vec/],
      [{ keepInitialWords: false }, /^train\.keepInitialWords: has no effect without initial vectors/],
      [
        { freeze: 'initial' },
        /^train\.freeze: there are no initial vectors to freeze \(Give train\.initialV/,
      ],
      [
        { initialVectors: 'v', initialOutputWeights: 'w', loss: 'hierarchical' },
        /^train\.initialOutputWeights: cannot go with hierarchical softmax/,
      ],
      [
        { initialVectors: 'v', initialOutputWeights: 'w', model: 'nplm' },
        /^train\.initialOutputWeights: has no effect on nplm/,
      ],
      [{ freeze: 'words.txt', engine: 'tensorflow' }, /^train\.freeze: the tensorflow engine freezes no /],
      [{ freeze: 'words.txt', model: 'nplm' }, /^train\.freeze: the tensorflow engine freezes no vectors/],
    ] as const satisfies readonly (readonly [GivenOptions['train'], RegExp])[])
      assert.match(problem({ train: given }), expected);
    assert.deepEqual(
      modelProblems({ train: { initialVectors: 'v', initialOutputWeights: 'w', freeze: 'initial' } }),
      [],
    );
    assert.throws(() => train({ freeze: 'initial' }), {
      kind: 'usage',
      message: /^train\.freeze: there are/,
    });
    const matrix = zeroMatrix(1, 100);
    train({ freeze: 'initial' }, {}, { initialVectors: { words: ['a'], matrix } });
  });

  test('models of windows are not trained on pairs', () => {
    for (const model of ['cbow', 'nplm'] as const)
      assert.match(
        problem({ train: { model }, ofPairs: true }),
        new RegExp(`^train.model: ${model} cannot be`),
      );
  });
});

describe('character n-grams', () => {
  test('fasttext stands for skip-gram with n-grams of 3 to 6 characters in 2,000,000 buckets', () => {
    const { model, minn, maxn, buckets, loss, learningRate } = resolveTrainOptions({ model: 'fasttext' });
    assert.deepEqual(
      { model, minn, maxn, buckets, loss, learningRate },
      { model: 'skipgram', minn: 3, maxn: 6, buckets: 2_000_000, loss: 'negative', learningRate: 0.025 },
    );
    assert.equal(resolveTrainOptions({ model: 'cbow', maxn: 5 }).minn, 3);
    for (const none of [{}, { maxn: 0 }, { model: 'fasttext', maxn: 0 }] as const) {
      const resolved = resolveTrainOptions(none);
      assert.deepEqual(
        [resolved.model, 'minn' in resolved, 'maxn' in resolved, 'buckets' in resolved],
        ['skipgram', false, false, false],
      );
    }
  });

  test('a definition of fasttext prints as it loads', () => {
    const text = 'source: { files: a.txt }\ntrain: { model: fasttext }\nsinks: [{ fasttext: v.bin }]\n';
    const definition = parseDefinition(text, 'job.yaml');
    assert.deepEqual(parseDefinition(printDefinition(definition), 'job.yaml'), definition);
  });

  test('what does not go together is named', () => {
    for (const [train, expected] of [
      [{ minn: 3 }, /^train\.minn: has no effect without n-grams \(Give maxn/],
      [{ buckets: 3, maxn: 0 }, /^train\.buckets: has no effect without n-grams/],
      [{ minn: 5, maxn: 4 }, /^train\.minn: the shortest n-grams, of 5 .* longest, of 4/],
      [{ maxn: 2 }, /^train\.maxn: the shortest n-grams, of 3/],
      [{ model: 'nplm', maxn: 6 }, /^train\.maxn: has no effect on nplm/],
      [{ engine: 'tensorflow', maxn: 6 }, /^train\.maxn: the tensorflow engine learns no vectors of n-grams/],
      [{ engine: 'tensorflow', model: 'fasttext' }, /^train\.model: the tensorflow engine/],
      [{ model: 'fasttext', initialVectors: 'v.bin' }, /^train\.initialVectors: does not go with n-grams/],
      [{ maxn: 6, freeze: 'words.txt' }, /^train\.freeze: does not go with n-grams/],
    ] as const satisfies readonly (readonly [GivenOptions['train'], RegExp])[])
      assert.match(problem({ train }), expected);
    assert.throws(
      () =>
        parseDefinition(
          'source: { files: a }\ntrain: { model: nplm }\nsinks: [{ fasttext: v.bin }]\n',
          'a.yaml',
        ),
      /sinks\[0\]\.fasttext: fastText's binary has no nplm/,
    );
  });
});
