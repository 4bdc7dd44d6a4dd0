import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { WordmillError } from '../../src/core/errors.js';
import { Random } from '../../src/core/random.js';
import type { Words } from '../../src/core/words.js';
import { collectVectors } from '../../src/formats/collect-vectors.js';
import { detectFormat, openVectors, readVectors } from '../../src/formats/detect.js';
import { mappedVectors } from '../../src/formats/mapped-vectors.js';
import {
  type SafetensorsVectorOptions,
  safetensorsVectorBlocks,
} from '../../src/formats/safetensors-vector-writer.js';
import { batchesOf } from '../../src/formats/vector-rows.js';
import type { ListedVectors } from '../../src/formats/word-vectors.js';
import { nativeAddon } from '../../src/native/addon.js';
import { peerPython } from '../support/peers.js';
import { DIFFICULT_WORDS, fileIn, padded, plain, temporaryFolder } from './support.js';

const folder = temporaryFolder();
const put = fileIn(folder);
const python = peerPython('safetensors, numpy');

/** The file that a writer's blocks make, each at its position. */
async function written(vectors: ListedVectors, options?: SafetensorsVectorOptions): Promise<Buffer> {
  let file = Buffer.alloc(0);
  for await (const { bytes, position } of safetensorsVectorBlocks(
    batchesOf(vectors),
    vectors.matrix,
    options,
  )) {
    if (position === undefined) file = Buffer.concat([file, bytes]);
    else file.set(bytes, position);
  }
  return file;
}

const two: ListedVectors = {
  words: ['b', 'aé'],
  matrix: padded([[1], [-2]], 2),
  counts: Float64Array.of(3, 2),
};

/** Through batches, as where there is no addon. */
async function streamed(path: string): Promise<ListedVectors> {
  const stream = await openVectors(path);
  try {
    return await collectVectors(stream, path);
  } finally {
    await stream.close();
  }
}

const mapped = (path: string, options = {}) => mappedVectors(path, nativeAddon(), options);

describe('writing vectors as safetensors', () => {
  test('the bytes of two words, by hand', async () => {
    const file = await written(two);
    const start = 8 + Number(file.readBigUInt64LE());
    assert.equal(start % 64, 0);
    assert.deepEqual(JSON.parse(file.toString('utf8', 8, start)), {
      __metadata__: { format: 'wordmill vectors', version: '1' },
      embeddings: { dtype: 'F32', shape: [2, 1], data_offsets: [0, 8] },
      word_bytes: { dtype: 'U8', shape: [56], data_offsets: [8, 64] },
      counts: { dtype: 'F64', shape: [2], data_offsets: [64, 80] },
      word_ends: { dtype: 'U32', shape: [2], data_offsets: [80, 88] },
      words_sorted: { dtype: 'U32', shape: [2], data_offsets: [88, 96] },
    });
    assert.equal(
      file.toString('hex', start),
      // 1.0     -2.0     b a é, zeros   3.0             2.0             ends 1, 4       sorted 1, 0
      `0000803f000000c06261c3a9${'00'.repeat(52)}0000000000000840000000000000004001000000040000000100000000000000`,
    );
  });

  test('as float16 without counts, with metadata; no words at all', async () => {
    const { counts: _, ...plainTwo } = two;
    const file = await written(plainTwo, { dtype: 'f16', metadata: { model: 'skipgram' } });
    const start = 8 + Number(file.readBigUInt64LE());
    const header = JSON.parse(file.toString('utf8', 8, start));
    assert.deepEqual(header.__metadata__, { format: 'wordmill vectors', version: '1', model: 'skipgram' });
    assert.deepEqual(header.embeddings, { dtype: 'F16', shape: [2, 1], data_offsets: [0, 4] });
    assert.equal(header.counts, undefined);
    assert.equal(file.toString('hex', start, start + 8), '003c00c06261c3a9');
    const none = await written({
      words: [],
      matrix: { ...padded([[1]]), rows: 0, data: new Float32Array() },
    });
    assert.deepEqual((await readVectors(put(none))).matrix, {
      data: new Float32Array(),
      rows: 0,
      dimensions: 1,
      stride: 1,
    });
  });

  test('words are sorted by their bytes in UTF-8, equal ones by row', async () => {
    const words = [
      '\u{1f600}',
      '\uffee',
      'é',
      'e',
      '',
      'abcdefgh',
      'abcdefg',
      'abcdefgh',
      'abcdef',
      'abcde',
      'abcde\0',
      'f',
    ];
    const file = await written({ words, matrix: padded(words.map(() => [0])) });
    const sorted = new Uint32Array(Uint8Array.from(file.subarray(-4 * words.length)).buffer);
    const byBytes = [...words.keys()].sort(
      (a, b) => Buffer.compare(Buffer.from(words[a]!), Buffer.from(words[b]!)) || a - b,
    );
    assert.deepEqual([...sorted], byBytes);
  });
});

describe('reading vectors from safetensors', () => {
  const random = new Random(3);
  const words = [
    ...new Set([
      ...DIFFICULT_WORDS,
      ' ',
      'a b\n',
      '',
      ...Array.from({ length: 5_000 }, () => random.below(1e6).toString(36)),
    ]),
  ];
  const vectors: ListedVectors = {
    words,
    matrix: padded(
      words.map((_, row) => [row, -1 / (row + 1), 0.5 ** (row % 20)].map(Math.fround)),
      4,
    ),
    counts: Float64Array.from(words, (_, row) => 2 ** 40 - row),
  };

  test('mapped, in batches and compressed give the same: words, numbers, counts', async () => {
    const file = await written(vectors);
    const path = put(file);
    assert.equal(await detectFormat(path), 'safetensors');
    for (const read of [mapped(path), await streamed(path), await streamed(put(gzipSync(file)))]) {
      assert.deepEqual([...read.words], words);
      assert.deepEqual(plain(read), plain(vectors));
      assert.deepEqual(read.counts, vectors.counts);
    }
  });

  test('mapped words are found by their spelling; those that are not there are not', async () => {
    const { words: lazy } = mapped(put(await written(vectors))) as { words: Words };
    for (const [row, word] of words.entries()) assert.equal(lazy.rowOf(word), row);
    for (const word of ['\0', 'zzzzzzzz', 'thee', 'th', '\ud83d', '\uffff'])
      assert.equal(lazy.rowOf(word), undefined);
    assert.throws(() => lazy.at(words.length), RangeError);
    assert.throws(() => lazy.at(-1), RangeError);
  });

  test('a limit takes the first rows', async () => {
    const path = put(await written(vectors));
    const few = await readVectors(path, { limit: 3 });
    assert.deepEqual([...few.words], words.slice(0, 3));
    assert.deepEqual([few.matrix.rows, few.matrix.data.length, few.counts!.length], [3, 9, 3]);
    assert.deepEqual(
      words.slice(2, 4).map((word) => (few.words as Words).rowOf(word)),
      [2, undefined],
    );
  });

  test('of a word that comes twice the first row is found', async () => {
    const { words: lazy } = mapped(
      put(await written({ words: ['b', 'a', 'b'], matrix: padded([[1], [2], [3]]) })),
    );
    assert.equal((lazy as Words).rowOf('b'), 0);
  });

  test('float16 are widened, mapped or not', async () => {
    const path = put(
      await written({ words: ['a'], matrix: padded([[0.5, 65504, -1 / 3]]) }, { dtype: 'f16' }),
    );
    const values = [0.5, 65504, -1365 / 4096];
    for (const { matrix } of [mapped(path), await streamed(path)]) assert.deepEqual([...matrix.data], values);
  });

  test('what is written to a mapped matrix stays in the process', async () => {
    const path = put(await written(two));
    const before = readFileSync(path);
    const { matrix } = mapped(path);
    matrix.data.fill(7);
    assert.equal(matrix.data[1], 7);
    assert.deepEqual(readFileSync(path), before);
    assert.equal(mapped(path).matrix.data[1], -2);
  });

  test('a mapped file may be replaced or removed', async () => {
    const path = put(await written(two));
    const { matrix, words: kept } = mapped(path);
    writeFileSync(`${path}.new`, await written(vectors));
    spawnSync('mv', [`${path}.new`, path]);
    assert.deepEqual([matrix.data[0], [...kept]], [1, ['b', 'aé']]);
  });

  test('Python reads it with safetensors, and we read what Python writes', {
    skip: python ? false : 'no Python here has safetensors',
  }, async () => {
    const path = put(await written(vectors, { metadata: { model: 'cbow' } }));
    const other = join(folder, 'by-python.safetensors');
    const script = `
import sys, json, numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file
with safe_open(sys.argv[1], 'np') as file:
    tensors = {name: file.get_tensor(name) for name in file.keys()}
    metadata = file.metadata()
ends = tensors['word_ends'].tolist()
data = tensors['word_bytes'].tobytes()
words = [data[start:end].decode() for start, end in zip([0] + ends, ends)]
order = sorted(range(len(words)), key=lambda row: words[row].encode())
assert order == tensors['words_sorted'].tolist()
print(json.dumps([metadata, words, tensors['embeddings'].tolist(), tensors['counts'].tolist()]))
save_file({**tensors, 'embeddings': tensors['embeddings'].astype('f2'), 'extra': np.zeros(3, 'u1')}, sys.argv[2])
`;
    const { stdout, stderr, status } = spawnSync(python!, ['-c', script, path, other], {
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    });
    assert.equal(status, 0, stderr);
    const rows = words.map((word) => plain(vectors)[word]);
    assert.deepEqual(JSON.parse(stdout), [
      { format: 'wordmill vectors', version: '1', model: 'cbow' },
      words,
      rows,
      [...vectors.counts!],
    ]);
    for (const read of [mapped(other, { verify: true }), await streamed(other)]) {
      assert.deepEqual([...read.words], words);
      assert.deepEqual(read.counts, vectors.counts);
      assert.equal(read.matrix.data[3], 1);
    }
  });
});

describe('a damaged safetensors file of vectors', () => {
  const damages: [
    what: string,
    change: (file: Buffer, start: number) => Buffer,
    message: RegExp,
    byte: number,
  ][] = [
    [
      'ends that go back',
      (file, start) => put32(file, start + 80, 5),
      /row 2 is said to be the bytes 5 to 4 of 56/,
      84,
    ],
    [
      'ends past the words',
      (file, start) => put32(file, start + 84, 57),
      /row 2 is said to be the bytes 1 to 57 of 56/,
      84,
    ],
    [
      'a row that is not there',
      (file, start) => put32(file, start + 88, 2),
      /names row 2, but there are 2/,
      88,
    ],
    [
      'another order',
      (file, start) => put32(put32(file, start + 88, 0), start + 92, 1),
      /out of order at 2 of 2/,
      92,
    ],
    ['the same row twice', (file, start) => put32(file, start + 92, 1), /out of order at 2 of 2/, 92],
    [
      'a word that is not UTF-8',
      (file, start) => put32(file, start + 9, 0xa9c3ff61),
      /word of row 2 is not UTF-8/,
      9,
    ],
  ];
  for (const [what, change, message, byte] of damages) {
    test(`${what}: an error with its place, from batches and from verify`, async () => {
      const file = await written(two);
      const start = 8 + Number(file.readBigUInt64LE());
      const path = put(change(file, start));
      const expected = { kind: 'data', message, place: { file: path, byte: start + byte } };
      await assert.rejects(streamed(path), expected);
      assert.throws(() => mapped(path, { verify: true }), expected);
    });
  }

  test('a file that was cut short is an error, at any length', async () => {
    const file = await written(two);
    for (const length of [0, 7, 8, 100, file.length - 97, file.length - 1]) {
      const path = put(file.subarray(0, length));
      await assert.rejects(streamed(path), { kind: 'data' });
      assert.throws(() => mapped(path), { kind: 'data' });
    }
    const gzipped = put(gzipSync(file.subarray(0, -1)));
    await assert.rejects(streamed(gzipped), { kind: 'data', message: /ends 1 bytes too early/ });
  });

  test('other safetensors files say what they lack', async () => {
    const header = '{"weight":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}';
    const start = Buffer.alloc(8);
    start.writeBigUInt64LE(BigInt(header.length));
    const path = put(Buffer.concat([start, Buffer.from(header), Buffer.alloc(4)]));
    await assert.rejects(readVectors(path), {
      kind: 'data',
      message: /no word vectors: it has no tensor 'embeddings', only weight/,
    });
    const renamed = (await written(two)).toString('latin1').replace('"version":"1"', '"version":"2"');
    await assert.rejects(readVectors(put(Buffer.from(renamed, 'latin1'))), {
      kind: 'data',
      message: /version 2/,
    });
  });

  test('whatever the bytes: an error of ours, or words and numbers from within the file', async () => {
    const random = new Random(11);
    const file = await written(two);
    const start = 8 + Number(file.readBigUInt64LE());
    let read = 0;
    for (let round = 0; round < 300; round++) {
      const damagedFile = Buffer.from(file);
      // Half of the changes in the header, where a digit may become another; half in the data.
      for (let change = random.below(3); change >= 0; change--) {
        const at = round % 2 === 0 ? 8 + random.below(460) : start + random.below(file.length - start);
        const isDigit = damagedFile[at]! >= 0x30 && damagedFile[at]! <= 0x39;
        damagedFile[at] = isDigit ? 0x30 + random.below(10) : random.below(256);
      }
      const path = put(damagedFile);
      try {
        const { words, matrix, counts } = mapped(path);
        const all = [
          ...words,
          ...['b', 'aé', 'c'].map((word) => (words as Words).rowOf(word)),
          matrix.data.at(-1),
          counts?.at(-1),
        ];
        read += all.length > 0 ? 1 : 0;
      } catch (error) {
        assert.ok(error instanceof WordmillError && error.kind === 'data', String(error));
      }
      await streamed(path).catch((error) => assert.ok(error instanceof WordmillError, String(error)));
    }
    assert.ok(read > 20, `only ${read} were read`);
  });
});

function put32(file: Buffer, position: number, value: number): Buffer {
  file.writeUInt32LE(value, position);
  return file;
}
