import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { z } from 'zod';
import { WordmillError } from '../../src/core/errors.js';
import { nearestName, optionProblems, parseOptions } from '../../src/core/options.js';
import { samplingOptions } from '../../src/sampling/options.js';
import { sinkOptions } from '../../src/sinks/options.js';
import { sourceOptions } from '../../src/sources/options.js';
import { trainOptions } from '../../src/train/options.js';

function refused(schema: z.ZodType, value: unknown, section = 'train'): string {
  try {
    parseOptions(schema, value, section);
  } catch (error) {
    assert.ok(error instanceof WordmillError);
    assert.equal(error.kind, 'usage');
    return error.message;
  }
  throw new assert.AssertionError({ message: `${JSON.stringify(value)} was accepted` });
}

describe('parseOptions', () => {
  test('fills in defaults', () => {
    assert.deepEqual(parseOptions(samplingOptions, { window: 8 }, 'sampling'), {
      subsample: 1e-3,
      subsampleFormula: 'word2vec',
      window: 8,
      windowMode: 'dynamic',
      targets: 'all',
    });
  });

  test('gives the nearest right name for an unknown key', () => {
    const message = refused(trainOptions, { dimension: 50 });
    assert.equal(message, "train.dimension: unknown key 'dimension'\n  Did you mean 'dimensions'?");
    assert.match(refused(trainOptions, { learning_rate: 1 }), /Did you mean 'learningRate'\?/);
  });

  test('lists the known names where none is near', () => {
    assert.match(
      refused(samplingOptions, { bananas: 1 }),
      /Known are: memory, partial, shape, size, subsample, subsampleFormula, symmetric, targets, /,
    );
  });

  test('says what is allowed, and what was given', () => {
    const cases: [z.ZodType, Record<string, unknown>, string][] = [
      [trainOptions, { dimensions: 0 }, 'train.dimensions: must be a whole number from 1 to 65536, not 0'],
      [
        trainOptions,
        { dimensions: 1.5 },
        'train.dimensions: must be a whole number from 1 to 65536, not 1.5',
      ],
      [
        trainOptions,
        { dimensions: 'big' },
        "train.dimensions: must be a whole number from 1 to 65536, not 'big'",
      ],
      [
        trainOptions,
        { dimensions: 'https://example.org/a?key=secret' },
        "train.dimensions: must be a whole number from 1 to 65536, not 'https://example.org/a?…'",
      ],
      [trainOptions, { learningRate: 0 }, 'train.learningRate: must be a number greater than 0, not 0'],
      [trainOptions, { noisePower: 3 }, 'train.noisePower: must be a number from 0 to 2, not 3'],
      [
        trainOptions,
        { loss: 'hinge' },
        "train.loss: must be one of negative, hierarchical, softmax, sampled, leastSquares, not 'hinge'",
      ],
      [trainOptions, { seed: null }, 'train.seed: must be a whole number from 0 to 4294967295, not null'],
      [
        samplingOptions,
        { targets: 0 },
        "train.targets: must be 'all', or a whole number from 1 to 2000, not 0",
      ],
      [sourceOptions, { stdin: 'yes' }, "train.stdin: must be true or false, not 'yes'"],
      [
        sourceOptions,
        { files: [] },
        'train.files: must be a text that is not empty, or a list that is not empty, not an empty list',
      ],
    ];
    for (const [schema, value, message] of cases) assert.equal(refused(schema, value), message);
  });

  test('says what the values of names of your own must be', () => {
    const schema = z.strictObject({ minimum: z.record(z.string().min(1), z.number()) });
    const refusedMinimum = (minimum: unknown) => refused(schema, { minimum }, 'evaluate');
    assert.equal(refusedMinimum({ a: 'hi' }), "evaluate.minimum.a: must be a number, not 'hi'");
    assert.equal(refusedMinimum(3), 'evaluate.minimum: must be an object, each value a number, not 3');
  });

  test('says so when the options are no object at all', () => {
    assert.match(
      refused(trainOptions, 'fast'),
      /^train: must be an object with engine, model, .*, not 'fast'$/,
    );
  });
});

describe('optionProblems', () => {
  test('finds every problem, each with its path', () => {
    const schema = z.strictObject({ train: trainOptions, sinks: z.array(sinkOptions) });
    const found = optionProblems(schema, { train: { epochs: -1, sed: 3 }, sinks: [{ glove: '' }], name: 1 });
    assert.deepEqual(
      found.map(({ path }) => path.join('.')),
      ['train.epochs', 'train.sed', 'sinks.0.glove', 'name'],
    );
  });

  test('gives the nearest right name where several kinds of object are allowed', () => {
    const [problem] = optionProblems(sinkOptions, { golve: 'vectors.txt' });
    assert.deepEqual(problem, {
      path: ['golve'],
      problem: "unknown key 'golve'",
      hint: "Did you mean 'glove'?",
      wrongKey: true,
    });
  });

  test('where each kind of object is told by its one key, says what is wrong with the kind that was meant', () => {
    const problems = (value: unknown) =>
      optionProblems(sinkOptions, value).map(({ path, problem }) => `${path.join('.')}: ${problem}`);
    assert.deepEqual(problems({ glove: 3 }), ['glove: must be a text that is not empty, not 3']);
    assert.deepEqual(problems({ glove: 'a', word2vec: 'b' }), [
      ': must have one of glove, word2vec, word2vecText, fasttext, safetensors, npy, projector, outputWeights, vocabulary, and no more',
    ]);
  });

  test('finds nothing wrong with what is right', () => {
    assert.deepEqual(optionProblems(trainOptions, {}), []);
  });
});

describe('nearestName', () => {
  test('takes case and dashes lightly, and gives up on what is far', () => {
    assert.equal(nearestName('min-count', ['maxSize', 'minCount']), 'minCount');
    assert.equal(nearestName('epohcs', ['epochs', 'seed']), 'epochs');
    assert.equal(nearestName('zzz', ['epochs', 'seed']), undefined);
  });
});
