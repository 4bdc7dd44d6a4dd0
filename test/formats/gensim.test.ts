import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gloveTextBlocks } from '../../src/formats/glove-text.js';
import type { ListedVectors } from '../../src/formats/word-vectors.js';
import { word2vecBinaryBlocks } from '../../src/formats/word2vec-binary.js';
import { word2vecTextBlocks } from '../../src/formats/word2vec-text.js';
import { bytesOf, DIFFICULT_WORDS, padded, plain, readAs, temporaryFolder } from './support.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A Python that has gensim: the benchmarks' own, or the system's. */
const python = [join(root, 'bench', '.peers', 'venv', 'bin', 'python'), 'python3'].find(
  (path) => (path === 'python3' || existsSync(path)) && spawnSync(path, ['-c', 'import gensim']).status === 0,
);

/** Reads vectors with gensim, prints them as JSON, and saves them again. */
const SCRIPT = `
import json, sys
from gensim.models import KeyedVectors
for path, options in json.load(sys.stdin):
    vectors = KeyedVectors.load_word2vec_format(path, **options)
    print(json.dumps({word: [float(x) for x in vectors[word]] for word in vectors.index_to_key}))
    vectors.save_word2vec_format(path + '.gensim', binary=options.get('binary', False))
`;

describe('gensim', { skip: python ? false : 'no Python here has gensim' }, () => {
  const folder = temporaryFolder();
  const words = [...DIFFICULT_WORDS, '<UNK>'];
  const rows = words.map((_, row) => [row, -1 / (row + 1), 0.5 ** row, 1.5e-7 * row].map(Math.fround));
  const vectors: ListedVectors = { words, matrix: padded(rows, 12) };
  const path = (name: string) => join(folder, name);

  test('reads all three files as we do, and we read what it writes', async () => {
    writeFileSync(path('glove.txt'), await bytesOf(gloveTextBlocks(vectors)));
    writeFileSync(path('vectors.vec'), await bytesOf(word2vecTextBlocks(vectors)));
    writeFileSync(path('vectors.bin'), await bytesOf(word2vecBinaryBlocks(vectors)));
    const { stdout, stderr, status } = spawnSync(python!, ['-c', SCRIPT], {
      encoding: 'utf8',
      input: JSON.stringify([
        [path('glove.txt'), { no_header: true }],
        [path('vectors.vec'), {}],
        [path('vectors.bin'), { binary: true }],
      ]),
    });
    assert.equal(status, 0, stderr);
    const [glove, text, binary] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, number[]>);
    const ours = {
      glove: plain(await readAs('glove')(path('glove.txt'))),
      text: plain(await readAs('word2vecText')(path('vectors.vec'))),
      binary: plain(await readAs('word2vec')(path('vectors.bin'))),
    };
    assert.deepEqual(Object.keys(binary!), words);
    assert.deepEqual(binary, ours.binary);
    assert.deepEqual(binary, plain(vectors));
    assert.deepEqual(text, ours.text);
    const { '<unk>': unknown, ...known } = glove!;
    assert.deepEqual({ ...known, '<UNK>': unknown }, ours.glove);

    assert.deepEqual(plain(await readAs('word2vecText')(path('vectors.vec.gensim'))), ours.text);
    assert.deepEqual(plain(await readAs('word2vec')(path('vectors.bin.gensim'))), ours.binary);
  });
});
