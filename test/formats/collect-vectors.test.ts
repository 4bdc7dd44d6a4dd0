import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { openContext } from '../../src/core/run.js';
import { openVectors, readVectors, type VectorFormat } from '../../src/formats/detect.js';
import { fileIn, plain, temporaryFolder } from './support.js';

const file = fileIn(temporaryFolder());
const hex = (text: string) => Buffer.from(text.replace(/\s/g, ''), 'hex');

/** Words and rows of a file's batches, copied out of each before the next. */
async function rowsOf(path: string, limit?: number): Promise<[string, number[]][]> {
  const stream = await openVectors(path, limit === undefined ? {} : { limit });
  const rows: [string, number[]][] = [];
  try {
    for await (const { words, matrix } of stream.batches()) {
      assert.equal(words.length, matrix.rows);
      for (const [row, word] of words.entries()) {
        const start = row * matrix.stride;
        rows.push([word, [...matrix.data.subarray(start, start + matrix.dimensions)]]);
      }
    }
  } finally {
    await stream.close();
  }
  assert.equal(rows.length, stream.rows);
  return rows;
}

/** The same vectors in each format: 70,000 rows, some megabytes. */
const ROWS = Array.from({ length: 70_000 }, (_, row): [string, number[]] => [`w${row}`, [row, row / 4, -1]]);
const TEXT = ROWS.map(([word, values]) => `${word} ${values.join(' ')}\n`).join('');
const CONTENT: Readonly<Partial<Record<VectorFormat, Buffer>>> = {
  glove: Buffer.from(TEXT),
  word2vecText: Buffer.from(`70000 3\n${TEXT}`),
  word2vec: Buffer.concat([
    Buffer.from('70000 3\n'),
    ...ROWS.map(([word, values]) =>
      Buffer.concat([Buffer.from(`${word} `), Buffer.from(Float32Array.from(values).buffer)]),
    ),
  ]),
};

/** What compresses, where it is installed; gzip always is. */
const COMPRESSIONS: Readonly<Record<string, (bytes: Buffer) => Buffer | undefined>> = {
  gzip: (bytes) => gzipSync(bytes, { level: 1 }),
  zstd: (bytes) => filtered('zstd', bytes),
  bzip2: (bytes) => filtered('bzip2', bytes),
  xz: (bytes) => filtered('xz', bytes),
};

function filtered(program: string, input: Buffer): Buffer | undefined {
  const { error, stdout } = spawnSync(program, ['-c', '-1'], { input, maxBuffer: 1 << 28 });
  return error ? undefined : stdout;
}

for (const [format, content] of Object.entries(CONTENT)) {
  describe(`${format}, batch by batch`, () => {
    const path = file(content);

    test('gives all rows in order', async () => {
      assert.deepEqual(await rowsOf(path), ROWS);
    });

    test('gives as many of the first rows as are wanted', async () => {
      for (const limit of [0, 1, 69_999, 80_000]) {
        assert.deepEqual(await rowsOf(path, limit), ROWS.slice(0, limit), `${limit}`);
      }
      const { words, matrix } = await readVectors(path, { limit: 2 });
      assert.deepEqual(
        [[...words], [...matrix.data]],
        [
          ['w0', 'w1'],
          [0, 0, -1, 1, 0.25, -1],
        ],
      );
    });

    test('can be read twice, and left in the middle', async () => {
      const stream = await openVectors(path);
      for await (const batch of stream.batches()) {
        assert.ok(batch.words.length > 0 && batch.words.length < 70_000);
        break;
      }
      let rows = 0;
      for await (const { words } of stream.batches()) rows += words.length;
      assert.equal(rows, 70_000);
      await stream.close();
    });

    for (const [name, compress] of Object.entries(COMPRESSIONS)) {
      if (format !== 'glove' && name !== 'gzip' && name !== 'zstd') continue;
      const compressed = compress(content);
      test(`is read from ${name}, whole or not at all`, { skip: !compressed && `no ${name}` }, async () => {
        const packed = file(compressed!);
        assert.deepEqual(await rowsOf(packed), ROWS);
        await assert.rejects(readVectors(file(compressed!.subarray(0, -9))), {
          kind: 'data',
          message: /data (ends before it is whole|is damaged)/,
        });
      });
    }
  });
}

describe('reading into one matrix', () => {
  test('keeps the first row of a word that comes again, and tells how many there were', async () => {
    const { context } = openContext();
    const path = file('3 1\na 1\nb 2\na 3\n');
    assert.deepEqual(plain(await readVectors(path, context)), { a: [1], b: [2] });
    const binary = file(hex('3320310a 61 20 0000803f 61 20 00000040 61 20 00004040'));
    assert.deepEqual(plain(await readVectors(binary, context)), { a: [1] });
    assert.deepEqual(context.report.warnings, [
      `${path}: rows whose word came before: 1, the first "a"; the first row of a word counts`,
      `${binary}: rows whose word came before: 2, the first "a"; the first row of a word counts`,
    ]);
  });

  test('tells of progress in bytes as they are stored', async () => {
    const packed = gzipSync(CONTENT.word2vec!);
    const seen: { done: number; total?: number; phase: string; unit: string }[] = [];
    const { context } = openContext({ listener: { progress: (progress) => seen.push(progress) } });
    await readVectors(file(packed), context);
    const { phase, done, total, unit } = seen.at(-1)!;
    assert.deepEqual([phase, done, total, unit], ['read', packed.length, packed.length, 'bytes']);
  });

  test('stops when the signal fires', async () => {
    for (const content of [CONTENT.glove!, gzipSync('a 1\n')]) {
      const options = { signal: AbortSignal.abort() };
      await assert.rejects(readVectors(file(content), options), { kind: 'aborted' });
    }
  });
});

describe('a header that claims 10^12 rows is an error at once, and no memory is taken', () => {
  const row = hex('61 20 0000803f');
  for (const [what, content] of [
    ['binary', Buffer.concat([Buffer.from('1000000000000 1\n'), row])],
    ['binary in gzip', gzipSync(Buffer.concat([Buffer.from('1000000000000 1\n'), row]))],
    ['text', Buffer.from('1000000000000 1\na 1\n')],
  ] as const) {
    test(what, async () => {
      await assert.rejects(readVectors(file(content)), {
        kind: 'data',
        message:
          /:1: the header says 1000000000000 rows of 1 numbers, at least \d+ bytes; .*ends at byte \d+\n/,
      });
    });
  }
});

describe("GloVe's own files", () => {
  /** As `glove -binary 1` writes it: 2 |V| rows of d weights and a bias, in float64. */
  const binary = (words: number, dimensions: number) =>
    Buffer.from(
      Float64Array.from({ length: 2 * words * (dimensions + 1) }, (_, i) => (i % 7) / 9 - 0.3).buffer,
    );

  test('vectors.bin is known for what it is, and what it lacks is said', async () => {
    await assert.rejects(readVectors(file(binary(20, 4))), {
      kind: 'data',
      message:
        /GloVe's binary: 200 numbers of 64 bits, without words, .*\(d is 100 \/ \|V\| - 1, with the \|V\| lines of vocab.txt\)\n.*vectors\.txt/,
    });
    // gradsq.bin begins with sums of squares, 1 and more.
    const squares = Buffer.from(Float64Array.from({ length: 200 }, (_, i) => 1 + i / 3).buffer);
    await assert.rejects(readVectors(file(squares)), { kind: 'data', message: /GloVe's binary/ });
    await assert.rejects(readVectors(file(gzipSync(binary(20, 4)))), {
      kind: 'data',
      message: /GloVe's binary/,
    });
  });

  test('text whose bytes are as many is text', async () => {
    const [a, b] = ['a'.repeat(29), 'b'.repeat(13)];
    assert.deepEqual(plain(await readVectors(file(`${a} 1\n${b} 2\n`))), { [a]: [1], [b]: [2] });
  });

  test('vectors.txt of -write-header 1 has one row more than it counts: <unk>', async () => {
    const { context } = openContext();
    const path = file('2 2\nthe 0.418000 -0.500000\nof 0.708530 0.570880\n<unk> 0.100000 0.200000\n');
    const vectors = await readVectors(path, context);
    assert.deepEqual([...vectors.words], ['the', 'of', '<unk>']);
    assert.deepEqual(context.report.warnings, [
      `${path}: the header says 2 rows; 3 are there, and all are read`,
    ]);
  });

  test('tokens with spaces that end in numbers do not change how many dimensions there are', async () => {
    const path = file('at 5 1 2\n. . 5 . 3 4\nthe 5 6\nof 7 8\n');
    assert.deepEqual(plain(await readVectors(path)), {
      'at 5': [1, 2],
      '. . 5 .': [3, 4],
      the: [5, 6],
      of: [7, 8],
    });
  });
});
