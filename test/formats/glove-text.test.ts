import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openContext } from '../../src/core/run.js';
import { gloveTextBlocks } from '../../src/formats/glove-text.js';
import {
  blocksOf,
  bytesOf,
  DIFFICULT_WORDS,
  fileIn,
  padded,
  plain,
  readAs,
  temporaryFolder,
} from './support.js';

const file = fileIn(temporaryFolder());
const readGloveText = readAs('glove');

describe('writing GloVe text', () => {
  test('is a word, its numbers after one space each, and a line break; no header, no space at the end', async () => {
    const matrix = padded([
      [0.25, -1],
      [0, 0.1],
    ]);
    assert.equal(
      (await bytesOf(gloveTextBlocks({ words: ['a', 'é'], matrix }))).toString('hex'),
      // a       0 . 2 5       - 1   \n  é         0       0 . 1     \n
      '6120302e3235202d310ac3a9203020302e310a',
    );
  });

  test('spells <UNK> as <unk>', async () => {
    const matrix = padded([[1], [2]]);
    assert.equal(
      (await bytesOf(gloveTextBlocks({ words: ['a', '<UNK>'], matrix }))).toString(),
      'a 1\n<unk> 2\n',
    );
  });

  test('writes a given vector for unknown words as the last row', async () => {
    const matrix = padded([[1, 2]]);
    assert.equal(
      (await bytesOf(gloveTextBlocks({ words: ['a'], matrix }, Float32Array.of(0.5, -3)))).toString(),
      'a 1 2\n<unk> 0.5 -3\n',
    );
  });

  test('makes blocks that count their rows, and whose memory is their own', async () => {
    const words = Array.from({ length: 60_000 }, (_, row) => `word${row}`);
    const matrix = padded(words.map((_, row) => [row, -row, row / 7, 1e-20, 3e30]));
    const blocks = await blocksOf(gloveTextBlocks({ words, matrix }));
    assert.ok(blocks.length > 1);
    assert.equal(blocks.at(-1)!.rowsDone, 60_000);
    const lines = (await bytesOf(blocks)).toString().split('\n');
    assert.equal(lines.length, 60_001);
    assert.equal(lines[1], 'word1 1 -1 0.142857 1e-20 3e+30');
    assert.equal((await bytesOf(blocks.slice(0, 1))).toString().split('\n').length - 1, blocks[0]!.rowsDone);
  });

  test('has room for a row longer than a block', async () => {
    const matrix = padded([new Array(200_000).fill(-1.23456e-5), new Array(200_000).fill(1)]);
    const bytes = await bytesOf(gloveTextBlocks({ words: ['a', 'b'], matrix }));
    assert.equal(bytes.length, 1 + 200_000 * 13 + 1 + 1 + 200_000 * 2 + 1);
  });
});

describe('reading GloVe text', () => {
  test('gives words and rows', async () => {
    const vectors = await readGloveText(file('a 0.25 -1\né 0 1e-05\n'));
    assert.deepEqual(plain(vectors), { a: [0.25, -1], é: [0, Math.fround(1e-5)] });
    assert.deepEqual([vectors.matrix.rows, vectors.matrix.dimensions], [2, 2]);
  });

  const sameFiles = {
    'spaces at the end of rows': 'a 1 2 \nb 3 4 \n',
    'CRLF line breaks': 'a 1 2\r\nb 3 4\r\n',
    'no last line break': 'a 1 2\nb 3 4',
    'CRLF and no last line break': 'a 1 2\r\nb 3 4',
    'empty lines at the end': 'a 1 2\nb 3 4\n\n\n',
    'tabs between numbers': 'a\t1\t2\nb\t3\t4\n',
  };
  for (const [what, content] of Object.entries(sameFiles)) {
    test(`takes ${what}`, async () => {
      const vectors = await readGloveText(file(content));
      assert.deepEqual(plain(vectors), { a: [1, 2], b: [3, 4] });
      assert.equal(vectors.matrix.rows, 2);
    });
  }

  test('reads words with spaces whole, and warns of them', async () => {
    const { context } = openContext();
    const path = file('a 1 2\n. . . 3 4\nat 5 5 6\n');
    assert.deepEqual(plain(await readGloveText(path, context)), {
      a: [1, 2],
      '. . .': [3, 4],
      'at 5': [5, 6],
    });
    assert.deepEqual(context.report.warnings, [`${path}: words with a space in them: 2, the first ". . ."`]);
  });

  test('a first word that is a number is a word all the same', async () => {
    assert.deepEqual(plain(await readGloveText(file('7 1 2\nb 3 4\n'))), { 7: [1, 2], b: [3, 4] });
  });

  test('reads <unk> as <UNK>', async () => {
    assert.deepEqual((await readGloveText(file('a 1\n<unk> 2\n'))).words, ['a', '<UNK>']);
  });

  test('leaves <unk> as it is where the file has <UNK> too', async () => {
    assert.deepEqual((await readGloveText(file('<UNK> 1\n<unk> 2\n'))).words, ['<UNK>', '<unk>']);
  });

  test('takes nan and inf, and warns of them', async () => {
    const { context } = openContext();
    const path = file('a nan 1\nb -inf inf\n');
    assert.deepEqual(plain(await readGloveText(path, context)), {
      a: [Number.NaN, 1],
      b: [-Infinity, Infinity],
    });
    assert.deepEqual(context.report.warnings, [`${path}: numbers that are infinite or not a number: 3`]);
  });

  test('replaces bytes that are not UTF-8, and warns of the words', async () => {
    const { context } = openContext();
    const path = file(Buffer.from('61ff20310ac320320a', 'hex'));
    assert.deepEqual(plain(await readGloveText(path, context)), { 'a\ufffd': [1], '\ufffd': [2] });
    assert.deepEqual(context.report.warnings, [
      `${path}: words that are not valid UTF-8: 2; their bad bytes became U+FFFD`,
    ]);
  });

  test('a U+FFFD that stands in the file is no reason to warn', async () => {
    const { context } = openContext();
    await readGloveText(file('\ufffd 1\n'), context);
    assert.deepEqual(context.report.warnings, []);
  });

  test('reads back what it wrote, whatever the words', async () => {
    const rows = DIFFICULT_WORDS.map((_, row) => [row / 4, 1 - row, row / 7]);
    const path = file(await bytesOf(gloveTextBlocks({ words: DIFFICULT_WORDS, matrix: padded(rows) })));
    const vectors = await readGloveText(path);
    assert.deepEqual(vectors.words, DIFFICULT_WORDS);
    for (const [row, word] of DIFFICULT_WORDS.entries()) {
      assert.deepEqual(
        plain(vectors)[word],
        rows[row]!.map((value) => Math.fround(Number(value.toPrecision(6)))),
      );
    }
  });

  test('lines that lie across block boundaries are whole', async () => {
    const rows = Array.from({ length: 120_000 }, (_, row) => `w${row} ${row} ${-row}`);
    const { words, matrix } = await readGloveText(file(rows.join('\n')));
    assert.equal(matrix.rows, 120_000);
    assert.ok(words.every((word, row) => word === `w${row}` && matrix.data[2 * row] === row));
  });

  const bad: [string, string, RegExp][] = [
    ['an empty file', '', /file-\d+:1: a word and its numbers are expected in the first line/],
    ['a file without numbers', 'hello world\n', /:1: a word and its numbers/],
    ['a row with fewer numbers', 'a 1 2 3\nb 1 2\n', /:2: this row has 2 numbers; 3 are expected/],
    ['a row without a word', 'a 1 2\n3 4\n', /:2: this row has 1 numbers; 2 are expected/],
    ['a row without numbers', 'a 1 2\nb\n', /:2: this row has 0 numbers; 2 are expected/],
    ['a number that is none', 'a 1 2\n\nb 1 2x\n', /:3: "2x" is not a number/],
  ];
  for (const [what, content, message] of bad) {
    test(`refuses ${what}, with file and line`, async () => {
      await assert.rejects(readGloveText(file(content)), { kind: 'data', message });
    });
  }

  test('refuses a line that never ends, in bounded memory', async () => {
    const path = file(Buffer.alloc((16 << 20) + 5, 'x'));
    await assert.rejects(readGloveText(path), {
      kind: 'data',
      message: /\(byte 0\): a line of more than 16 MiB/,
    });
  });

  test('a file that is missing or a folder is no input', async () => {
    await assert.rejects(readGloveText('/nowhere/at/all.txt'), {
      kind: 'noInput',
      message: /there is no such file/,
    });
    await assert.rejects(readGloveText('-'), { kind: 'noInput', hint: /from a pipe to a file first/ });
    await assert.rejects(readGloveText('/'), { kind: 'noInput', message: /not a regular file/ });
  });

  test('stops when the signal fires', async () => {
    await assert.rejects(readGloveText(file('a 1\n'), { signal: AbortSignal.abort() }), { kind: 'aborted' });
  });
});
