import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openContext } from '../../src/core/run.js';
import { word2vecTextBlocks } from '../../src/formats/word2vec-text.js';
import { bytesOf, DIFFICULT_WORDS, fileIn, padded, plain, readAs, temporaryFolder } from './support.js';

const file = fileIn(temporaryFolder());
const readWord2vecText = readAs('word2vecText');

describe('writing word2vec text', () => {
  test('is a header with rows and dimensions, then a word and its numbers a line', async () => {
    const matrix = padded([
      [0.25, -1],
      [0, 0.1],
    ]);
    assert.equal(
      (await bytesOf(word2vecTextBlocks({ words: ['a', 'é'], matrix }))).toString('hex'),
      // 2   2 \n  a       0 . 2 5       - 1   \n  é         0       0 . 1     \n
      '3220320a6120302e3235202d310ac3a9203020302e310a',
    );
  });

  test('writes <UNK> as any other row, and counts it', async () => {
    const matrix = padded([[1], [2]]);
    assert.equal(
      (await bytesOf(word2vecTextBlocks({ words: ['a', '<UNK>'], matrix }))).toString(),
      '2 1\na 1\n<UNK> 2\n',
    );
  });

  test('refuses words and rows that are not equally many', () => {
    assert.throws(() => word2vecTextBlocks({ words: ['a'], matrix: padded([[1], [2]]) }), {
      kind: 'internal',
      message: '1 words but 2 vectors',
    });
  });

  test('of no words is the header alone', async () => {
    const matrix = { data: new Float32Array(), rows: 0, dimensions: 3, stride: 3 };
    assert.equal((await bytesOf(word2vecTextBlocks({ words: [], matrix }))).toString(), '0 3\n');
  });
});

describe('reading word2vec text', () => {
  const sameFiles = {
    'its own form': '2 2\na 1 2\nb 3 4\n',
    "word2vec.c's, with a space at the end of each row": '2 2\na 1.000000 2.000000 \nb 3.000000 4.000000 \n',
    'CRLF line breaks': '2 2\r\na 1 2\r\nb 3 4\r\n',
    'no last line break': '2 2\na 1 2\nb 3 4',
    'tabs in the header': '2\t2\na 1 2\nb 3 4\n',
  };
  for (const [what, content] of Object.entries(sameFiles)) {
    test(`takes ${what}`, async () => {
      assert.deepEqual(plain(await readWord2vecText(file(content))), { a: [1, 2], b: [3, 4] });
    });
  }

  test('reads a file of no words', async () => {
    assert.deepEqual((await readWord2vecText(file('0 3\n'))).words, []);
  });

  test('reads back what it wrote, whatever the words', async () => {
    const rows = DIFFICULT_WORDS.map((_, row) => [row, row / 8]);
    const path = file(await bytesOf(word2vecTextBlocks({ words: DIFFICULT_WORDS, matrix: padded(rows) })));
    const vectors = await readWord2vecText(path);
    assert.deepEqual(vectors.words, DIFFICULT_WORDS);
    assert.deepEqual(Object.values(plain(vectors)).flat().sort(), rows.flat().sort());
  });

  const bad: [string, string, RegExp][] = [
    ['a file without a header', 'a 1 2\n', /:1: the first line must be two whole numbers/],
    ['an empty file', '', /:1: the first line must be two whole numbers/],
    ['dimensions of 0', '2 0\na\nb\n', /:1: the header says vectors of 0 dimensions/],
    ['a row with fewer numbers', '2 2\na 1 2\nbcdef 3\n', /:3: this row has 1 numbers; 2 are expected/],
    ['a number that is none', '2 2\na 1 2\nb 3 four\n', /:3: "four" is not a number/],
  ];
  for (const [what, content, message] of bad) {
    test(`refuses ${what}, with file and line`, async () => {
      await assert.rejects(readWord2vecText(file(content)), { kind: 'data', message });
    });
  }

  test('reads what is there where the header counts other rows, and tells of it', async () => {
    const many = file('3 2\na 1.25 2\nb 3.25 4\n');
    const few = file('1 2\na 1 2\nb 3 4\n');
    const { context } = openContext();
    assert.deepEqual(plain(await readWord2vecText(many, context)), { a: [1.25, 2], b: [3.25, 4] });
    assert.deepEqual(plain(await readWord2vecText(few, context)), { a: [1, 2], b: [3, 4] });
    assert.deepEqual(context.report.warnings, [
      `${many}: the header says 3 rows; 2 are there and are read; the file may have been cut short`,
      `${few}: the header says 1 rows; 2 are there, and all are read`,
    ]);
  });

  test('takes far more rows than the header counts', async () => {
    const lines = Array.from({ length: 200_000 }, (_, row) => `w${row} ${row}\n`);
    const { words, matrix } = await readWord2vecText(file(`5 1\n${lines.join('')}`));
    assert.equal(words.length, 200_000);
    assert.ok(matrix.rows === 200_000 && matrix.data.every((value, row) => value === row));
  });

  test('refuses a header that claims more than the file can hold, before it takes memory', async () => {
    const message =
      /:1: the header says 9007199254740991 rows of 300 numbers, at least \d+ bytes; the file ends at byte 29/;
    await assert.rejects(readWord2vecText(file('9007199254740991 300\na 1 2 3\n')), {
      kind: 'data',
      message,
    });
    await assert.rejects(readWord2vecText(file('1 99999999999999999999999\na 1 2 3\n')), { kind: 'data' });
  });
});
