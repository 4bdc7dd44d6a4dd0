import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openContext } from '../../src/core/run.js';
import { word2vecBinaryBlocks } from '../../src/formats/word2vec-binary.js';
import { bytesOf, DIFFICULT_WORDS, fileIn, padded, plain, readAs, temporaryFolder } from './support.js';

const file = fileIn(temporaryFolder());
const readWord2vecBinary = readAs('word2vec');
const hex = (text: string) => Buffer.from(text.replace(/\s/g, ''), 'hex');

//                         2 2 \n     a sp  1.0      -2.0     \n  é    sp  0.5      0.1      \n
const C_LAYOUT = hex('3220320a   61 20 0000803f 000000c0 0a c3a9 20 0000003f cdcccc3d 0a');
const GENSIM_LAYOUT = hex('3220320a   61 20 0000803f 000000c0    c3a9 20 0000003f cdcccc3d   ');
const CONTENT = { a: [1, -2], é: [0.5, Math.fround(0.1)] };

describe('writing word2vec binary', () => {
  test('is a header, then for each word its bytes, a space, float32 little-endian and a line break', async () => {
    const matrix = padded([
      [1, -2],
      [0.5, 0.1],
    ]);
    assert.deepEqual(await bytesOf(word2vecBinaryBlocks({ words: ['a', 'é'], matrix })), C_LAYOUT);
  });
});

describe('reading word2vec binary', () => {
  test('takes rows with a line break after each (word2vec.c)', async () => {
    assert.deepEqual(plain(await readWord2vecBinary(file(C_LAYOUT))), CONTENT);
  });

  test('takes rows without line breaks (gensim)', async () => {
    assert.deepEqual(plain(await readWord2vecBinary(file(GENSIM_LAYOUT))), CONTENT);
  });

  test('bytes of numbers that look like spaces and line breaks are numbers', async () => {
    const path = file(hex('3220310a 61 20 20202020 0a 62 20 0a0a0a0a 0a'));
    const { words, matrix } = await readWord2vecBinary(path);
    assert.deepEqual(words, ['a', 'b']);
    assert.equal(Buffer.from(matrix.data.buffer, 0, 8).toString('hex'), '202020200a0a0a0a');
  });

  test('reads back exactly what it wrote, whatever the words', async () => {
    const rows = DIFFICULT_WORDS.map((_, row) => [row, Math.fround(1 / (row + 1)), 1e-30]);
    const path = file(
      await bytesOf(word2vecBinaryBlocks({ words: DIFFICULT_WORDS, matrix: padded(rows, 5) })),
    );
    const vectors = await readWord2vecBinary(path);
    assert.deepEqual(vectors.words, DIFFICULT_WORDS);
    assert.deepEqual(vectors.matrix.data, Float32Array.from(rows.flat()));
  });

  test('rows that lie across block boundaries are whole', async () => {
    const words = Array.from({ length: 100_000 }, (_, row) => `w${row}`);
    const matrix = padded(words.map((_, row) => [row, -row, row / 3]));
    const path = file(await bytesOf(word2vecBinaryBlocks({ words, matrix })));
    const vectors = await readWord2vecBinary(path);
    assert.deepEqual(vectors.words, words);
    assert.deepEqual(vectors.matrix.data, Float32Array.from(words.flatMap((_, row) => [row, -row, row / 3])));
  });

  test('replaces bytes that are not UTF-8, as of a word that word2vec.c cut, and warns', async () => {
    const { context } = openContext();
    const path = file(hex('3120310a 61c3 20 0000803f 0a'));
    assert.deepEqual(plain(await readWord2vecBinary(path, context)), { 'a\ufffd': [1] });
    assert.deepEqual(context.report.warnings, [
      `${path}: words that are not valid UTF-8: 1; their bad bytes became U+FFFD`,
    ]);
  });

  test('a file cut at any byte is refused, with the byte', async () => {
    for (let length = 4; length < GENSIM_LAYOUT.length; length++) {
      await assert.rejects(readWord2vecBinary(file(GENSIM_LAYOUT.subarray(0, length))), {
        kind: 'data',
        message: new RegExp(`byte ${length}\\b`),
      });
    }
  });

  test('a cut within a row names the row', async () => {
    const path = file(hex('3220310a 61626364 20 0000803f 0a 62 20 0000'));
    await assert.rejects(readWord2vecBinary(path), {
      kind: 'data',
      message: /\(byte 18\): the file ends within row 2 of 2\n {2}The file was cut short/,
    });
  });

  test('a file that goes on after its last row is refused, with the byte', async () => {
    await assert.rejects(readWord2vecBinary(file(Buffer.concat([C_LAYOUT, hex('0a63')]))), {
      kind: 'data',
      message: /\(byte 28\): the file goes on after the 2 rows that its header says/,
    });
  });

  test('rows after those that the header counts are read too, and the difference is told', async () => {
    const { context } = openContext();
    const path = file(Buffer.concat([C_LAYOUT, hex('63 20 00004040 00008040')]));
    assert.deepEqual(plain(await readWord2vecBinary(path, context)), { ...CONTENT, c: [3, 4] });
    assert.deepEqual(context.report.warnings, [
      `${path}: the header says 2 rows; 3 are there, and all are read`,
    ]);
  });

  test('a header that counts more rows than there are is told of; those that are there are read', async () => {
    const { context } = openContext();
    const row = '6c6f6e676c6f6e676c6f6e67 20 0000803f';
    const path = file(hex(`3320310a ${row} 61 20 00000040`));
    assert.deepEqual(plain(await readWord2vecBinary(path, context)), { longlonglong: [1], a: [2] });
    assert.deepEqual(context.report.warnings, [
      `${path}: the header says 3 rows; 2 are there and are read; the file may have been cut short`,
    ]);
  });

  test('a header of 10^12 rows takes no memory: it is an error', async () => {
    await assert.rejects(readWord2vecBinary(file('1000000000000 300\na ')), {
      kind: 'data',
      message: /the header says 1000000000000 rows of 300 numbers, at least 1201000000000018 bytes; the file/,
    });
  });

  test('a header that claims more than the file can hold is refused before memory is taken', async () => {
    await assert.rejects(readWord2vecBinary(file('3000000000 300\na ')), {
      kind: 'data',
      message:
        /:1: the header says 3000000000 rows of 300 numbers, at least 3603000000015 bytes; the file ends at byte 17/,
    });
  });

  test('a file of no words is read, whatever dimensions it claims', async () => {
    const { words, matrix } = await readWord2vecBinary(file('0 1000000000000\n'));
    assert.deepEqual([words, matrix.rows, matrix.dimensions], [[], 0, 1e12]);
  });

  test('a file in which no space ends a word is refused', async () => {
    const path = file(Buffer.concat([Buffer.from('1 1\n'), Buffer.alloc(1 << 17, 'x')]));
    await assert.rejects(readWord2vecBinary(path), {
      kind: 'data',
      message: /\(byte 4\): no space ends the word of row 1: this is not word2vec binary/,
    });
  });

  test('stops when the signal fires', async () => {
    await assert.rejects(readWord2vecBinary(file(C_LAYOUT), { signal: AbortSignal.abort() }), {
      kind: 'aborted',
    });
  });
});
