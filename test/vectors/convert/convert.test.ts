import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { openContext } from '../../../src/core/run.js';
import { readVectors } from '../../../src/formats/detect.js';
import { convertVectors } from '../../../src/vectors/convert/convert.js';
import type { ConvertOptions } from '../../../src/vectors/convert/options.js';
import { DIFFICULT_WORDS, fileIn, plain, temporaryFolder } from '../../formats/support.js';

const folder = temporaryFolder();
const file = fileIn(folder);
let outputs = 0;
const output = (ending: string) => join(folder, `out-${outputs++}${ending}`);

/** The bytes that a conversion writes. */
async function converted(
  content: string | Uint8Array,
  ending: string,
  options?: ConvertOptions,
): Promise<Buffer> {
  const path = output(ending);
  await convertVectors(file(content), path, options);
  return readFileSync(path);
}

const GLOVE = 'the 0.25 -1\né 3 1e-05\n<unk> 0.5 2\n';
//                 3 2 \n   t h e  sp 0.25     -1.0        \n  é   sp 3.0      1e-05    \n
const WORD2VEC = hex(
  '3320320a 746865 20 0000803e 000080bf 0a c3a9 20 00004040 acc52737 0a 3c554e4b3e 20 0000003f 00000040 0a',
);

function hex(text: string): Buffer {
  return Buffer.from(text.replace(/\s/g, ''), 'hex');
}

describe('converting vectors', () => {
  test('writes the bytes of the other format, which the end of the name says', async () => {
    assert.deepEqual(await converted(GLOVE, '.bin'), WORD2VEC);
    assert.equal((await converted(WORD2VEC, '.txt')).toString(), GLOVE);
    assert.equal(
      (await converted(WORD2VEC, '.vec')).toString(),
      '3 2\nthe 0.25 -1\né 3 1e-05\n<UNK> 0.5 2\n',
    );
    assert.equal((await converted('2 1\na 1 \nb 2 \n', '.txt')).toString(), 'a 1\nb 2\n');
    assert.deepEqual(await converted(GLOVE, '', { to: 'word2vec' }), WORD2VEC);
  });

  test('says what it did', async () => {
    assert.deepEqual(await convertVectors(file(GLOVE), output('.bin')), {
      ...{ from: 'glove', to: 'word2vec', rows: 3, dimensions: 2 },
    });
  });

  test('takes compressed files, and the first rows only', async () => {
    assert.deepEqual(await converted(gzipSync(GLOVE), '.bin'), WORD2VEC);
    assert.equal((await converted(WORD2VEC, '.txt', { top: 2 })).toString(), 'the 0.25 -1\né 3 1e-05\n');
    assert.equal((await converted(GLOVE, '.vec', { top: 1 })).toString(), '1 2\nthe 0.25 -1\n');
  });

  test('makes vectors 1 long, but for those of zeros or without a length', async () => {
    // sqrt(3^2 + 4^2) = 5
    assert.equal(
      (await converted('a 3 -4\nb 0 0\nc nan 1\n', '.txt', { unitLength: true })).toString(),
      'a 0.6 -0.8\nb 0 0\nc nan 1\n',
    );
  });

  test('keeps rows of many blocks in order, and all of their bits', async () => {
    const rows = Array.from(
      { length: 60_000 },
      (_, row) => `w${row} ${row / 7} ${-row} 1e-30 ${row % 3 ? 2 : 'nan'}\n`,
    );
    const text = file(rows.join(''));
    const path = output('.bin');
    const { context } = openContext();
    await convertVectors(text, path, {}, context);
    const [before, after] = [await readVectors(text), await readVectors(path)];
    assert.deepEqual([...after.words], [...before.words]);
    assert.deepEqual(after.matrix.data, before.matrix.data);
  });

  test('a row that occurs twice stays twice, as the other tools write it', async () => {
    assert.equal((await converted('a 1\nb 2\na 3\n', '.vec')).toString(), '3 1\na 1\nb 2\na 3\n');
  });

  test('counts for the header where the header of the input is wrong, and warns once', async () => {
    const { context } = openContext();
    const [input, path] = [file('4 2\na 1 2\nb 3 4\nlonger 5 6\n'), output('.bin')];
    await convertVectors(input, path, {}, context);
    assert.deepEqual(plain(await readVectors(path)), { a: [1, 2], b: [3, 4], longer: [5, 6] });
    assert.equal(readFileSync(path, 'latin1').slice(0, 4), '3 2\n');
    assert.deepEqual(context.report.warnings, [
      `${input}: the header says 4 rows; 3 are there and are read; the file may have been cut short`,
    ]);
  });

  test('carries words with spaces escaped, or not at all', async () => {
    await assert.rejects(converted('a 1 2\nNew York 3 4\n', '.bin'), {
      kind: 'data',
      message:
        /word2vec binary cannot carry the word "New York" \(row 2\): it contains U\+0020 .*\n.*--escape-words/,
    });
    assert.equal(
      (await converted('a 1 2\nNew York 3 4\n', '.txt', { escapeWords: true })).toString(),
      'a 1 2\nNew\u2581York 3 4\n',
    );
  });

  test('carries difficult words', async () => {
    const text = DIFFICULT_WORDS.map((word, row) => `${word} ${row} ${-row}\n`).join('');
    assert.equal(
      (await converted(await converted(text, '.bin'), '.txt')).toString(),
      text.replace(' 0 0\n', ' 0 -0\n').replace('the 0 -0', 'the 0 0'),
    );
  });

  test('GloVe text has one unknown word', async () => {
    assert.equal((await converted('2 1\na 1\n<unk> 2\n', '.txt')).toString(), 'a 1\n<unk> 2\n');
    await assert.rejects(converted('3 1\na 1\n<unk> 2\n<UNK> 3\n', '.txt'), {
      kind: 'data',
      message: /GloVe text cannot carry both <UNK> and <unk>/,
    });
  });

  test('tells of progress: rows read, then read back', async () => {
    const phases: string[] = [];
    const { context } = openContext({ listener: { progress: ({ phase }) => phases.push(phase) } });
    await convertVectors(file(GLOVE), output('.bin'), {}, context);
    assert.deepEqual([...new Set(phases)], ['count', 'read', 'check']);
  });
});

describe('a conversion that fails leaves what was there', () => {
  const failures: [string, string | Uint8Array, ConvertOptions, string, RegExp][] = [
    ['a broken row', 'a 1 2\nb 3\n', {}, 'data', /:2: this row has 1 numbers; 2 are expected/],
    ['a file cut short', WORD2VEC.subarray(0, -4), {}, 'data', /the file ends within row 3 of 3/],
    ['a word that cannot be carried', 'a 1 2\nb c 3 4\n', {}, 'data', /cannot carry the word "b c"/],
    ['no rows', '0 2\n', { to: 'glove' }, 'data', /file-\d+: there are no vectors/],
    ['no vector file', 'Once upon a time\n', {}, 'data', /this is no vector file/],
    [
      'a number type that the format lacks',
      GLOVE,
      { dtype: 'f16' },
      'usage',
      /dtype: word2vec binary has no numbers of f16/,
    ],
  ];
  for (const [what, content, options, kind, message] of failures) {
    test(`for ${what}`, async () => {
      const path = output('.bin');
      writeFileSync(path, 'what was there');
      await assert.rejects(convertVectors(file(content), path, options), { kind, message });
      assert.equal(readFileSync(path, 'utf8'), 'what was there');
      assert.deepEqual(
        readdirSync(folder).filter((name) => name.startsWith(`.${basename(path)}`)),
        [],
      );
    });
  }

  test('and where the signal fires nothing appears', async () => {
    const path = output('.bin');
    await assert.rejects(convertVectors(file(GLOVE), path, {}, { signal: AbortSignal.abort() }), {
      kind: 'aborted',
    });
    assert.ok(!existsSync(path));
  });

  test('an input is not replaced, by whatever name', async () => {
    const path = file(GLOVE);
    const other = join(folder, '.', 'x', '..', basename(path));
    await assert.rejects(convertVectors(path, other, { to: 'word2vec' }), {
      kind: 'usage',
      message: /would be read and then replaced/,
    });
    assert.equal(readFileSync(path, 'utf8'), GLOVE);
  });

  test('nor by the list of words beside a .npy', async () => {
    const input = join(folder, 'listed.words.txt');
    writeFileSync(input, GLOVE);
    await assert.rejects(convertVectors(input, join(folder, 'listed.npy')), {
      kind: 'usage',
      message: /would be read and then replaced/,
    });
    assert.equal(readFileSync(input, 'utf8'), GLOVE);
    assert.equal(existsSync(join(folder, 'listed.npy')), false);
  });

  test('a name that says no format, and a folder that is not there', async () => {
    await assert.rejects(convertVectors(file(GLOVE), output('.xyz')), {
      kind: 'usage',
      message: /does not say which format to write\n.*--to.*\.bin or \.w2v word2vec/,
    });
    await assert.rejects(convertVectors(file(GLOVE), join(folder, 'none', 'a.bin')), {
      kind: 'cannotCreate',
    });
  });
});
