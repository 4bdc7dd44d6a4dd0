import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { openContext } from '../../../src/core/run.js';
import { readVectors } from '../../../src/formats/detect.js';
import { convertVectors } from '../../../src/vectors/convert/convert.js';
import { fileIn, plain, temporaryFolder } from '../../formats/support.js';
import { fasttextPath, peerPython } from '../../support/peers.js';

const folder = temporaryFolder();
const file = fileIn(folder);
const VECTORS = { the: [0.5, -1, 3], naïve: [1, 2, 3], '10\u00a0000': [0.25, 0, 7] };
const TEXT = Object.entries(VECTORS)
  .map(([word, values]) => `${word} ${values.join(' ')}\n`)
  .join('');

describe("vectors of any origin as fastText's binary", () => {
  const model = join(folder, 'model.bin');

  test('come back', async () => {
    const { to, rows } = await convertVectors(file(TEXT), model, { to: 'fasttext' });
    assert.deepEqual([to, rows], ['fasttext', 3]);
    const read = await readVectors(model);
    assert.deepEqual(plain(read), VECTORS);
    assert.deepEqual([...read.counts!], [1, 1, 1]);
    assert.equal(read.vectorOf, undefined);
  });

  test('keep their counts, from one model to the other, but no n-grams', async () => {
    const notes: string[] = [];
    const { context } = openContext({ listener: { note: (message) => notes.push(message) } });
    await convertVectors(model, join(folder, 'second.bin'), { to: 'fasttext' }, context);
    assert.deepEqual(plain(await readVectors(join(folder, 'second.bin'))), VECTORS);
    assert.deepEqual(notes, []);
  });

  const fasttext = fasttextPath();
  test('are looked up by fastText itself', {
    skip: fasttext === undefined && 'fasttext is not installed',
  }, () => {
    const { stdout } = spawnSync(fasttext!, ['print-word-vectors', model], {
      encoding: 'utf8',
      input: 'the\nnaïve\n',
    });
    assert.equal(stdout, 'the 0.5 -1 3 \nnaïve 1 2 3 \n');
  });

  const python = peerPython('gensim');
  test('are looked up by gensim', { skip: python ? false : 'no Python here has gensim' }, () => {
    const script = `
import json, sys
from gensim.models.fasttext import load_facebook_vectors
vectors = load_facebook_vectors(sys.argv[1])
print(json.dumps({word: [float(x) for x in vectors[word]] for word in vectors.index_to_key}))`;
    const { stdout, stderr } = spawnSync(python!, ['-c', script, model], { encoding: 'utf8' });
    assert.deepEqual(JSON.parse(stdout || stderr), VECTORS);
  });

  test('a model with n-grams gives the vectors of its words, and says what is not taken', {
    skip: fasttext === undefined && 'fasttext is not installed',
  }, async () => {
    const text = file('the cat sat on the mat\n'.repeat(20));
    const flags = ['-dim', '4', '-bucket', '100', '-epoch', '1', '-thread', '1'];
    const theirs = join(folder, 'theirs');
    assert.equal(spawnSync(fasttext!, ['skipgram', '-input', text, '-output', theirs, ...flags]).status, 0);
    const notes: string[] = [];
    const { context } = openContext({ listener: { note: (message) => notes.push(message) } });
    const [before, after] = [`${theirs}.bin`, join(folder, 'words.bin')];
    await convertVectors(before, after, { to: 'fasttext' }, context);
    assert.deepEqual(notes, [
      `${before}: the vectors of its words are taken, without the n-grams for any other string`,
    ]);
    const [ours, model] = [await readVectors(after), await readVectors(before)];
    assert.deepEqual(plain(ours), plain(model));
    assert.deepEqual(ours.counts, model.counts);
  });
});
