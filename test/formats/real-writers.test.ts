import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { openContext } from '../../src/core/run.js';
import { rowOf } from '../../src/core/vectors.js';
import { readVectors } from '../../src/formats/detect.js';
import { loadVectors } from '../../src/vectors/load.js';
import { fasttextPath, peerPython } from '../support/peers.js';
import { fileIn, plain, temporaryFolder } from './support.js';

const folder = temporaryFolder();
const file = fileIn(folder);
const path = (name: string) => join(folder, name);

const python = peerPython('gensim');
describe('files that gensim writes', { skip: python ? false : 'no Python here has gensim' }, () => {
  const WORDS = ['the', '10\u00a0000', '\u00a0', '\u3000', "don't", 'naïve', '漢字'];
  const SCRIPT = `
import json, sys, numpy
from gensim.models import KeyedVectors
folder, words = json.load(sys.stdin)
vectors = KeyedVectors(3)
rows = numpy.array([[i, 1 / (i + 1), 1e-5 * i] for i in range(len(words))], dtype=numpy.float32)
rows[4][1] = numpy.nan
vectors.add_vectors(words, rows)
for name in ['g.txt', 'g.txt.gz', 'g.txt.bz2', 'g.bin', 'g.bin.gz']:
    vectors.save_word2vec_format(folder + '/' + name, binary='bin' in name)
vectors.save_word2vec_format(folder + '/g.headerless', write_header=False)
`;

  test('are read alike, whatever the format: NBSP and U+3000 in tokens, NaN in a row, gzip and bzip2', async () => {
    const { status, stderr } = spawnSync(python!, ['-c', SCRIPT], {
      encoding: 'utf8',
      input: JSON.stringify([folder, WORDS]),
    });
    assert.equal(status, 0, stderr);
    const expected = Object.fromEntries(
      WORDS.map((word, i) => [word, [i, i === 4 ? Number.NaN : 1 / (i + 1), 1e-5 * i].map(Math.fround)]),
    );
    for (const name of ['g.txt', 'g.txt.gz', 'g.txt.bz2', 'g.bin', 'g.bin.gz', 'g.headerless']) {
      const { context } = openContext();
      assert.deepEqual(plain(await readVectors(path(name), context)), expected, name);
      assert.deepEqual(
        context.report.warnings,
        [`${path(name)}: numbers that are infinite or not a number: 1`],
        name,
      );
    }
  });

  test("a row of NaN is nobody's neighbour", async () => {
    const vectors = await loadVectors(path('g.bin'));
    assert.equal(vectors.nearest('the', 10).length, WORDS.length - 2);
    assert.ok(Number.isNaN(vectors.get("don't")[1]));
  });
});

describe('files that word2vec.c writes', () => {
  test('a word that was cut after 99 bytes, within a character, is read and told of', async () => {
    // word2vec.c keeps 99 bytes of a word: 49 characters of two bytes, and half of one.
    const word = Buffer.from('é'.repeat(60)).subarray(0, 99);
    const row = Buffer.from(Float32Array.of(1, 2).buffer);
    const content = [
      Buffer.from('2 2\n</s> '),
      row,
      Buffer.from('\n'),
      word,
      Buffer.from(' '),
      row,
      Buffer.from('\n'),
    ];
    const { context } = openContext();
    const binary = file(Buffer.concat(content));
    assert.deepEqual(plain(await readVectors(binary, context)), {
      '</s>': [1, 2],
      [`${'é'.repeat(49)}\ufffd`]: [1, 2],
    });
    const text = file(Buffer.concat([Buffer.from('1 2\n'), word, Buffer.from(' 1.000000 2.000000 \n')]));
    assert.deepEqual(plain(await readVectors(text, context)), { [`${'é'.repeat(49)}\ufffd`]: [1, 2] });
    assert.deepEqual(
      context.report.warnings,
      [binary, text].map(
        (name) => `${name}: words that are not valid UTF-8: 1; their bad bytes became U+FFFD`,
      ),
    );
  });
});

const fasttext = fasttextPath();
describe('files that fastText writes', {
  skip: fasttext === undefined && 'fasttext is not installed',
}, () => {
  function train(...flags: string[]): void {
    writeFileSync(path('text'), 'the cat sat on the mat\nthe dog sat on the log\n'.repeat(30));
    const args = [
      'skipgram',
      '-input',
      path('text'),
      '-output',
      path('model'),
      '-thread',
      '1',
      '-epoch',
      '1',
    ];
    const { status, stderr } = spawnSync(fasttext!, [...args, '-dim', '5', '-bucket', '500', ...flags]);
    assert.equal(status, 0, String(stderr));
  }

  test('.vec and .bin are read from gzip as they are unpacked, with counts and a vector for any string', async () => {
    train();
    for (const name of ['model.vec', 'model.bin']) {
      const packed = file(gzipSync(readFileSync(path(name))));
      const [expected, vectors] = [await readVectors(path(name)), await readVectors(packed)];
      assert.deepEqual(plain(vectors), plain(expected), name);
      assert.deepEqual(vectors.counts, expected.counts);
      assert.deepEqual(vectors.vectorOf?.('unseen'), expected.vectorOf?.('unseen'));
    }
    const model = await readVectors(path('model.bin'));
    assert.equal(model.vectorOf!('unseen')!.length, 5);
    const counts = Object.fromEntries([...model.words].map((word, row) => [word, model.counts![row]]));
    assert.deepEqual(counts, { the: 120, sat: 60, on: 60, '</s>': 60, cat: 30, dog: 30, mat: 30, log: 30 });
  });

  test('the first rows of a .bin are those of the most frequent words', async () => {
    train();
    const all = await readVectors(path('model.bin'));
    const some = await readVectors(path('model.bin'), { limit: 2 });
    assert.deepEqual([...some.words], [...all.words].slice(0, 2));
    assert.deepEqual(rowOf(some.matrix, 1), rowOf(all.matrix, 1));
    assert.deepEqual(some.vectorOf!('unseen'), all.vectorOf!('unseen'));
  });

  test('a .vec whose header counts one row too many, as a published one does, is read', async () => {
    train();
    const [header, ...rows] = readFileSync(path('model.vec'), 'utf8').split('\n');
    const { context } = openContext();
    const wrong = file([header!.replace('8', '9'), ...rows].join('\n'));
    assert.equal((await readVectors(wrong, context)).words.length, 8);
    assert.match(context.report.warnings[0]!, /the header says 9 rows; 8 are there and are read/);
  });
});
