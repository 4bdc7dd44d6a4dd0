import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { WordmillError } from '../../src/core/errors.js';
import { Random } from '../../src/core/random.js';
import { readSafetensors, safetensorsBytes, type Tensor } from '../../src/formats/safetensors.js';
import { peerPython } from '../support/peers.js';
import { fileIn, temporaryFolder } from './support.js';

const folder = temporaryFolder();
const put = fileIn(folder);
const python = peerPython('safetensors, numpy');

function written(tensors: Record<string, Tensor>, metadata?: Record<string, string>): Buffer {
  return Buffer.concat([...safetensorsBytes(new Map(Object.entries(tensors)), metadata)]);
}

/** A file of this header and these bytes, its length in front. */
function file(header: string, data: readonly number[] = [], length = Buffer.byteLength(header)): Buffer {
  const start = Buffer.alloc(8);
  start.writeBigUInt64LE(BigInt(length));
  return Buffer.concat([start, Buffer.from(header), Buffer.from(data)]);
}

const entry = (dtype: string, shape: number[], offsets: number[]) =>
  JSON.stringify({ dtype, shape, data_offsets: offsets });

describe('writing safetensors', () => {
  test('the bytes of two small tensors, by hand', () => {
    const bytes = written({
      b: { shape: [2], data: Int32Array.of(1, -1) },
      a: { shape: [1, 2], data: Float32Array.of(1, -2) },
    });
    const header =
      '{"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},' +
      '"b":{"dtype":"I32","shape":[2],"data_offsets":[8,16]}}';
    // 110 characters, so 2 spaces make it 112 = 0x70.
    assert.equal(header.length, 110);
    assert.deepEqual(
      bytes,
      Buffer.concat([
        Buffer.of(0x70, 0, 0, 0, 0, 0, 0, 0),
        Buffer.from(`${header}  `),
        Buffer.of(0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0), // 1 = 0x3f800000, -2 = 0xc0000000
        Buffer.of(1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff),
      ]),
    );
  });

  test('the order is by name whatever order the map has, numbers as names too, and metadata come first', () => {
    const one = { shape: [], data: Float32Array.of(1) };
    const text = (names: string[]) =>
      written(Object.fromEntries(names.map((name) => [name, one])), { z: 'é' }).toString('latin1');
    assert.equal(text(['b', '10', 'a']), text(['a', 'b', '10']));
    assert.match(text(['b', '10', 'a']), /^.{8}\{"__metadata__":\{"z":".."\},"10":.*"a":.*"b":/s);
  });

  test('larger elements come first, so that all data are aligned', async () => {
    const tensors = {
      a: { shape: [3], data: Uint8Array.of(1, 2, 3) },
      b: { shape: [1], data: Float32Array.of(0.5) },
      c: { shape: [1], data: BigInt64Array.of(-(2n ** 40n)) },
      d: { shape: [2, 1], data: Float64Array.of(0.1, Number.NaN) },
    };
    const read = await readSafetensors(put(written(tensors)));
    assert.deepEqual([...read.tensors.keys()], ['c', 'd', 'b', 'a']);
    assert.deepEqual(Object.fromEntries(read.tensors), tensors);
  });

  test('a tensor whose numbers do not fill its shape, or with the name of the metadata, is refused', () => {
    assert.throws(() => written({ a: { shape: [2, 2], data: new Float32Array(3) } }), /'a' has 3 numbers/);
    assert.throws(() => written({ __metadata__: { shape: [0], data: new Float32Array() } }), /cannot have/);
  });
});

describe('reading safetensors', () => {
  test('what was written comes back: random shapes, empty tensors, single numbers, odd names, views', async () => {
    const random = new Random(7);
    const names = ['', 'a b', '"', '__proto__', '7', '\u{1f600}', 'λ/weight', 'x'.repeat(300), 'line\n'];
    for (let round = 0; round < 20; round++) {
      const tensors = new Map<string, Tensor>();
      for (const name of names.filter(() => random.below(3) > 0)) {
        const shape = Array.from({ length: random.below(4) }, () => random.below(5));
        const size = shape.reduce((product, length) => product * length, 1);
        const buffer = new Float32Array(size + 1).map(() => random.unit() - 0.5);
        tensors.set(name, {
          shape,
          data: random.below(2) ? buffer.subarray(1) : new Int32Array(size).fill(-7),
        });
      }
      const metadata = random.below(2) ? { version: '1', __proto: 'é\n' } : {};
      const bytes = Buffer.concat([...safetensorsBytes(tensors, metadata)]);
      assert.equal(bytes.readBigUInt64LE() % 8n, 0n);
      const read = await readSafetensors(put(bytes));
      assert.deepEqual(new Map([...read.tensors].sort()), new Map([...tensors].sort()));
      assert.deepEqual(read.metadata, metadata);
    }
  });

  test('a tensor of several blocks', async () => {
    const data = new Float32Array(700_001).map((_, index) => index);
    const blocks = [...safetensorsBytes(new Map([['big', { shape: [700_001], data }]]))];
    assert.ok(blocks.length > 3);
    const { tensors } = await readSafetensors(put(Buffer.concat(blocks)));
    assert.deepEqual(tensors.get('big')!.data, data);
  });

  // An entry of U8 takes 47 bytes here, so that a second name stands at byte 8 + 5 + 47 + 1 = 61.
  const damages: [what: string, bytes: Buffer, message: RegExp, byte: number][] = [
    ['no byte at all', Buffer.alloc(0), /ends within its first 8 bytes/, 0],
    ['five bytes', Buffer.alloc(5), /ends within its first 8 bytes/, 5],
    ['an absurd length', file('{}', [], 2 ** 52), /length is given as 4503599627370496 bytes/, 0],
    ['text', Buffer.from('the quick brown fox'), /length is given as \d+ bytes: this is not/, 0],
    ['a header that is cut short', file('{"a"', [], 100), /ends within its header of 100 bytes/, 12],
    ['no JSON', file('{"a": }'), /the header is not JSON/, 8],
    ['JSON of another kind', file('[1]'), /must be a JSON object/, 8],
    ['a header that is not UTF-8', Buffer.concat([file('', [], 2), Buffer.of(0xff, 0xfe)]), /not UTF-8/, 8],
    [
      'an unknown dtype',
      file(`{"a":${entry('BF16', [1], [0, 2])}}`, [0, 0]),
      /dtype "BF16".*\n.*F32, F64/,
      9,
    ],
    ['no dtype', file('{"a":{"shape":[],"data_offsets":[0,4]}}', [0, 0, 0, 0]), /the dtype undefined/, 9],
    ['an entry that is no object', file('{"a":3}'), /must be an object of dtype/, 9],
    ['a negative length', file(`{"a":${entry('U8', [-1], [0, 1])}}`, [0]), /no shape of whole numbers/, 9],
    ['a shape of text', file('{"a":{"dtype":"U8","shape":"1","data_offsets":[0,1]}}', [0]), /no shape/, 9],
    ['three offsets', file(`{"a":${entry('U8', [1], [0, 1, 2])}}`, [0, 0]), /no data_offsets/, 9],
    ['offsets that go back', file(`{"a":${entry('U8', [1], [1, 0])}}`, [0]), /no data_offsets/, 9],
    [
      'a shape of other bytes',
      file(`{"a":${entry('F32', [2, 2], [0, 12])}}`, new Array(12).fill(0)),
      /shape \[2,2\] and F32 needs 16 bytes, not 12/,
      9,
    ],
    [
      'a shape beyond all numbers',
      file(`{"a":${entry('U8', [2 ** 40, 2 ** 40], [0, 0])}}`),
      /needs 1\.2\d*e\+24 bytes, not 0/,
      9,
    ],
    [
      'a tensor beyond the end of the file',
      file(`{"a":${entry('U8', [4], [0, 4])}}`, [1, 2, 3]),
      /ends at byte 4 of the data, but the file has only 3/,
      9,
    ],
    [
      'huge offsets',
      file(`{"a":${entry('U8', [2 ** 50], [0, 2 ** 50])}}`, [1]),
      /ends at byte 1125899906842624 of the data/,
      9,
    ],
    [
      'tensors that overlap',
      file(`{"a":${entry('U8', [2], [0, 2])},"b":${entry('U8', [2], [1, 3])}}`, [1, 2, 3]),
      /the tensors 'a' and 'b' overlap/,
      61,
    ],
    [
      'a gap between tensors',
      file(`{"a":${entry('U8', [1], [0, 1])},"b":${entry('U8', [1], [2, 3])}}`, [1, 2, 3]),
      /no tensor has the 1 bytes before tensor 'b'/,
      61,
    ],
    [
      'bytes after the last tensor',
      file(`{"a":${entry('U8', [1], [0, 1])}}`, [1, 2]),
      /goes on for 1 bytes after its tensors/,
      62,
    ],
    ['metadata that are no texts', file('{"__metadata__":{"a":1}}'), /values are texts/, 9],
  ];
  for (const [what, bytes, message, byte] of damages) {
    test(`${what}: a message with file and byte`, async () => {
      const path = put(bytes);
      await assert.rejects(readSafetensors(path), (error: unknown) => {
        assert.ok(error instanceof WordmillError);
        assert.equal(error.kind, 'data');
        assert.match(error.message, message);
        assert.deepEqual(error.place, { file: path, byte });
        return true;
      });
    });
  }

  test('every cut of a good file is refused', async () => {
    const good = written({ a: { shape: [3], data: Float32Array.of(1, 2, 3) } }, { made: 'here' });
    for (let length = 0; length < good.length; length++) {
      await assert.rejects(
        readSafetensors(put(good.subarray(0, length))),
        { kind: 'data' },
        `${length} bytes`,
      );
    }
  });

  test('no such file', async () => {
    await assert.rejects(readSafetensors(join(folder, 'none')), { kind: 'noInput' });
  });
});

describe('the safetensors package', { skip: python ? false : 'no Python here has safetensors' }, () => {
  const run = (script: string, path: string): string => {
    const { stdout, stderr, status } = spawnSync(python!, ['-c', script, path], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    return stdout;
  };

  test('reads what we write', () => {
    const path = put(
      written(
        {
          weights: { shape: [2, 3], data: Float32Array.of(0.5, -1.25, 3e38, 1e-45, -0, 7) },
          ids: { shape: [2], data: Int32Array.of(-(2 ** 31), 2 ** 31 - 1) },
          counts: { shape: [1], data: BigInt64Array.of(2n ** 62n) },
          exact: { shape: [], data: Float64Array.of(0.1) },
          none: { shape: [0, 4], data: new Float32Array() },
        },
        { model: 'tagger' },
      ),
    );
    const seen = run(
      'import json, sys; from safetensors import safe_open\n' +
        'with safe_open(sys.argv[1], "np") as f:\n' +
        '  print(json.dumps([f.metadata(), {n: [str(t.dtype), list(t.shape), t.flatten().tolist()] ' +
        'for n in f.keys() for t in [f.get_tensor(n)]}]))',
      path,
    );
    assert.deepEqual(JSON.parse(seen.replace('4611686018427387904', '"4611686018427387904"')), [
      { model: 'tagger' },
      {
        weights: ['float32', [2, 3], [0.5, -1.25, 3e38, 1e-45, -0, 7].map(Math.fround)],
        ids: ['int32', [2], [-(2 ** 31), 2 ** 31 - 1]],
        counts: ['int64', [1], ['4611686018427387904']],
        exact: ['float64', [], [0.1]],
        none: ['float32', [0, 4], []],
      },
    ]);
  });

  test('writes what we read, and the same bytes', async () => {
    const path = join(folder, 'theirs.safetensors');
    run(
      'import sys, numpy as np; from safetensors.numpy import save_file\n' +
        'save_file({"b": np.arange(6, dtype=np.float32).reshape(2, 3), "a": np.array([1.5], np.float32), ' +
        '"bytes": np.array([1, 255], np.uint8), "long": np.array([-5], np.int64)}, sys.argv[1], {"k": "v"})',
      path,
    );
    const { tensors, metadata } = await readSafetensors(path);
    const expected = {
      long: { shape: [1], data: BigInt64Array.of(-5n) },
      a: { shape: [1], data: Float32Array.of(1.5) },
      b: { shape: [2, 3], data: Float32Array.of(0, 1, 2, 3, 4, 5) },
      bytes: { shape: [2], data: Uint8Array.of(1, 255) },
    };
    assert.deepEqual(Object.fromEntries(tensors), expected);
    assert.deepEqual(metadata, { k: 'v' });
    const ours = join(folder, 'ours.safetensors');
    writeFileSync(ours, written(expected, { k: 'v' }));
    assert.equal(
      run('import sys; print(open(sys.argv[1], "rb").read().hex())', ours),
      run('import sys; print(open(sys.argv[1], "rb").read().hex())', path),
    );
  });
});
