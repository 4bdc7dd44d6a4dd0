import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { detectFormat, readVectors } from '../../src/formats/detect.js';
import { gloveTextBlocks } from '../../src/formats/glove-text.js';
import { word2vecBinaryBlocks } from '../../src/formats/word2vec-binary.js';
import { word2vecTextBlocks } from '../../src/formats/word2vec-text.js';
import { bytesOf, fileIn, padded, plain, temporaryFolder } from './support.js';

const file = fileIn(temporaryFolder());
const vectors = {
  words: ['a', 'b'],
  matrix: padded([
    [1, 2],
    [3, 4],
  ]),
};

describe('telling vector formats apart by content', () => {
  const formats = {
    glove: gloveTextBlocks,
    word2vec: word2vecBinaryBlocks,
    word2vecText: word2vecTextBlocks,
  };
  for (const [format, blocks] of Object.entries(formats)) {
    test(`knows ${format}, and reads it`, async () => {
      const path = file(await bytesOf(blocks(vectors)));
      assert.equal(await detectFormat(path), format);
      assert.deepEqual(plain(await readVectors(path)), { a: [1, 2], b: [3, 4] });
    });
  }

  test('knows GloVe text whose first word is a number', async () => {
    assert.equal(await detectFormat(file('2 0.5 1\nb 1 2\n')), 'glove');
  });

  test('knows word2vec text of no rows, and with a broken first row', async () => {
    assert.equal(await detectFormat(file('0 100\n')), 'word2vecText');
    assert.equal(await detectFormat(file('1 2\na 1 x\n')), 'word2vecText');
  });

  test('knows word2vec text with control characters in its words, or a byte order mark before its header', async () => {
    assert.equal(await detectFormat(file('1 2\na\x01\x02 1 3\n')), 'word2vecText');
    const marked = file('\ufeff2 1\na 1\nb 2\n');
    assert.equal(await detectFormat(marked), 'word2vecText');
    assert.deepEqual(plain(await readVectors(marked)), { a: [1], b: [2] });
  });

  test('refuses other files', async () => {
    await assert.rejects(detectFormat(file('Once upon a time\n')), {
      kind: 'data',
      message: /this is no vector file.*\n.*first line should be a word and its numbers/,
    });
    await assert.rejects(detectFormat(file('')), { kind: 'data' });
  });

  test('says what to do with a Python pickle and with an archive', async () => {
    // As pickle.dumps([1], protocol=4) and zipfile write them.
    const pickle = Buffer.from('80049506000000000000005d944b01612e', 'hex');
    await assert.rejects(detectFormat(file(pickle)), { kind: 'data', hint: /save_word2vec_format\(\)/ });
    const archive = Buffer.from('504b03041400000000000000210000000000', 'hex');
    await assert.rejects(detectFormat(file(archive)), { kind: 'data', hint: /\.npz archive/ });
  });

  test('a compressed file that is cut off says so', async () => {
    const path = file(Buffer.from('1f8b080000000000000a', 'hex'));
    await assert.rejects(detectFormat(path), {
      kind: 'data',
      message: /the gzip data ends before it is whole/,
    });
  });
});
