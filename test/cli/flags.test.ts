import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { definitionFromFlags, flagsOf, placeOfFlag } from '../../src/cli/flags.js';
import { refuseSingleDashes, unknownFlag } from '../../src/cli/foreign-flags.js';

const FLAGS = flagsOf('', 'source', 'tokenize', 'vocabulary', 'sampling', 'train', 'sinks');
const NAMES = FLAGS.map(({ name }) => name);

function hint(spelled: string): string | undefined {
  const error = unknownFlag(spelled, 'train', NAMES);
  assert.equal(error.kind, 'usage');
  assert.match(error.message, new RegExp(`^unknown flag ${spelled}\n`));
  return error.hint;
}

describe('flags made from the schemas', () => {
  test('have the names that stay', () => {
    const staying =
      'engine model loss dimensions window window-mode targets negative subsample min-count max-vocabulary unk epochs ' +
      'learning-rate threads seed pairs spool strict-utf8 glove word2vec word2vec-text save-vocabulary read-vocabulary';
    for (const name of staying.split(' ')) assert.ok(NAMES.includes(name), name);
    assert.equal(new Set(NAMES).size, NAMES.length);
  });

  test('make the part of a definition that they were given for', () => {
    const values = {
      dimensions: '50',
      subsample: '1e-4',
      targets: '3',
      lowercase: false,
      'max-vocabulary': '1000',
      word2vec: 'v.bin',
      glove: 'v.txt',
      name: '7',
    };
    assert.deepEqual(definitionFromFlags(FLAGS, values), {
      name: '7',
      tokenize: { lowercase: false },
      vocabulary: { maxSize: 1000 },
      sampling: { subsample: 1e-4, targets: 3 },
      train: { dimensions: 50 },
      sinks: [{ glove: 'v.txt' }, { word2vec: 'v.bin' }],
    });
    assert.deepEqual(definitionFromFlags(FLAGS, { targets: 'all' }), { sampling: { targets: 'all' } });
    assert.deepEqual(definitionFromFlags(FLAGS, {}), {});
  });

  test('leave what is no number as it is, for the schema to refuse', () => {
    for (const text of ['ten', '', '1,5', '0x10', '1e', '--1']) {
      assert.deepEqual(definitionFromFlags(FLAGS, { dimensions: text }), { train: { dimensions: text } });
    }
  });

  test('are the place of errors about their keys', () => {
    assert.deepEqual(placeOfFlag(FLAGS, ['train', 'learningRate']), { key: '--learning-rate' });
    assert.deepEqual(placeOfFlag(FLAGS, ['vocabulary', 'read']), { key: '--read-vocabulary' });
    assert.deepEqual(placeOfFlag(FLAGS, ['sinks', 0, 'vocabulary']), { key: '--save-vocabulary' });
  });
});

describe('an unknown flag', () => {
  test('of word2vec, fastText, GloVe or gensim is answered with the flag here', () => {
    const cases: [string, string][] = [
      ['-size', '--dimensions'],
      ['-dim', '--dimensions'],
      ['-vector-size', '--dimensions'],
      ['--vector_size', '--dimensions'],
      ['-iter', '--epochs'],
      ['-epoch', '--epochs'],
      ['-alpha', '--learning-rate'],
      ['-lr', '--learning-rate'],
      ['-eta', '--learning-rate'],
      ['-ws', '--window'],
      ['-neg', '--negative'],
      ['-sample', '--subsample'],
      ['-t', '--subsample'],
      ['-thread', '--threads'],
      ['--workers', '--threads'],
      ['--sg', '--model skipgram'],
      ['-cbow', '--model cbow'],
      ['-hs', '--loss hierarchical'],
      ['-save-vocab', '--save-vocabulary'],
      ['-read-vocab', '--read-vocabulary'],
      ['-binary', '--word2vec'],
      ['-max-vocab', '--max-vocabulary'],
    ];
    for (const [theirs, ours] of cases) assert.equal(hint(theirs), `Here it is ${ours}.`, theirs);
    assert.match(hint('-output')!, /--glove FILE, --word2vec FILE/);
    for (const name of ['-train', '-input']) assert.match(hint(name)!, /wordmill train FILES…/);
    assert.match(hint('-grad-clip')!, /no such flag: gradients of GloVe are always cut/);
    assert.equal(hint('-x-max'), 'It is --x-max, with two dashes and hyphens.');
    assert.match(hint('-wordNgrams')!, /n-grams of words are for classifying text/);
    assert.equal(hint('-bucket'), 'Here it is --buckets.');
  });

  test('with one dash or underscores is answered with its right spelling', () => {
    for (const name of ['-min-count', '-minCount', '--min_count', '--minCount']) {
      assert.equal(hint(name), 'It is --min-count, with two dashes and hyphens.');
    }
    assert.equal(hint('-window'), 'It is --window, with two dashes and hyphens.');
    assert.equal(hint('-negative'), 'It is --negative, with two dashes and hyphens.');
  });

  test('that is mistyped is answered with the nearest, one that is like none with where to look', () => {
    assert.equal(hint('--dimension'), "Did you mean '--dimensions'?");
    assert.equal(hint('--epohcs'), "Did you mean '--epochs'?");
    assert.equal(hint('--no-lowercse'), "Did you mean '--lowercase'?");
    assert.equal(hint('--bananas-foster'), 'See wordmill train --help');
  });
});

describe('single dashes', () => {
  test('are refused before they are read as many flags', () => {
    assert.throws(() => refuseSingleDashes(['-size', '100'], 'train', NAMES), {
      message: /unknown flag -size/,
    });
    assert.throws(() => refuseSingleDashes(['-min-count=5'], 'train', NAMES), {
      message: /unknown flag -min-count/,
    });
  });

  test('are left alone where they are negative numbers, single letters, standard input, or follow --', () => {
    refuseSingleDashes(['train', '-', '-n', '5', '--seed', '-1', '-.5', '--', '-size'], 'train', NAMES);
  });
});
