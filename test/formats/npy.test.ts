import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { detectFormat, readVectors } from '../../src/formats/detect.js';
import { npyBlocks } from '../../src/formats/npy.js';
import { batchesOf } from '../../src/formats/vector-rows.js';
import { peerPython } from '../support/peers.js';
import { bytesOf, padded, plain, temporaryFolder } from './support.js';

const folder = temporaryFolder();
const python = peerPython('numpy');
const path = (name: string) => join(folder, name);

const two = {
  words: ['a b', 'é'],
  matrix: padded(
    [
      [1, -2, 0.1],
      [65504, 2 ** -24, 3],
    ].map((row) => row.map(Math.fround)),
    4,
  ),
};
const written = (dtype?: 'f16') => bytesOf(npyBlocks(batchesOf(two), two.matrix, dtype && { dtype }));

/** A .npy of version 1 with this header, and bytes of zeros after it. */
function npy(header: string, dataBytes: number, version = 1): Buffer {
  const length = version === 1 ? Buffer.of(header.length, 0) : Buffer.of(header.length, 0, 0, 0);
  return Buffer.concat([
    Buffer.from('\x93NUMPY', 'latin1'),
    Buffer.of(version, 0),
    length,
    Buffer.from(header),
    Buffer.alloc(dataBytes),
  ]);
}

function put(name: string, bytes: Buffer, words = 'a b\né\n'): string {
  writeFileSync(path(`${name}.npy`), bytes);
  writeFileSync(path(`${name}.words.txt`), words);
  return path(`${name}.npy`);
}

describe('.npy', () => {
  test('the bytes of a matrix, by hand', async () => {
    const bytes = await bytesOf(
      npyBlocks(batchesOf({ words: ['a'], matrix: padded([[1, -2]], 3) }), { rows: 1, dimensions: 2 }),
    );
    const text = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }";
    assert.deepEqual(
      bytes,
      Buffer.concat([
        // 10 bytes and 118 = 0x76 of header: 128, a multiple of 64.
        Buffer.from('\x93NUMPY\x01\x00\x76\x00', 'latin1'),
        Buffer.from(`${text.padEnd(117)}\n`),
        Buffer.of(0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0),
      ]),
    );
  });

  test('comes back with the words beside it or given, compressed too, limited', async () => {
    const file = put('back', await written());
    assert.equal(await detectFormat(file), 'npy');
    assert.deepEqual(plain(await readVectors(file)), plain(two));
    writeFileSync(path('packed.npy.gz'), gzipSync(readFileSync(file)));
    const list = path('back.words.txt');
    assert.deepEqual(plain(await readVectors(path('packed.npy.gz'), { wordList: list })), plain(two));
    const { words, matrix } = await readVectors(file, { limit: 1 });
    assert.deepEqual([words, matrix.rows], [['a b'], 1]);
    writeFileSync(path('other.npy'), await written());
    writeFileSync(path('other.txt'), '\ufeffa b\r\né');
    assert.deepEqual(plain(await readVectors(path('other.npy'))), plain(two));
  });

  test('an empty word may be the last', async () => {
    const { words } = await readVectors(put('empty', await written(), 'a\n\n'));
    assert.deepEqual(words, ['a', '']);
  });

  test('numpy reads it, and we read what numpy writes: f2, f4, f8, both byte orders, all versions', {
    skip: python ? false : 'no Python here has numpy',
  }, async () => {
    const names = ['<f2', '>f2', '<f4', '>f4', '<f8', '>f8'];
    put('ours', await written());
    put('halves', await written('f16'));
    const script = `
import sys, json, numpy as np
from numpy.lib import format
folder = sys.argv[1]
ours, halves = np.load(folder + '/ours.npy'), np.load(folder + '/halves.npy')
assert (ours.dtype, halves.dtype) == (np.dtype('<f4'), np.dtype('<f2'))
assert (ours.astype('<f2') == halves).all()
for version in [(1, 0), (2, 0), (3, 0)]:
    for name in ${JSON.stringify(names)}:
        with open(f'{folder}/{version[0]}{name[1:]}{"l" if name[0] == "<" else "b"}.npy', 'wb') as file:
            format.write_array(file, ours.astype(name), version=version)
print(json.dumps([ours.tolist(), halves.astype('f8').tolist()]))
`;
    const { stdout, stderr, status } = spawnSync(python!, ['-c', script, folder], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    const [singles, halves] = JSON.parse(stdout);
    assert.deepEqual(singles, Object.values(plain(two)));
    for (const version of [1, 2, 3]) {
      for (const name of names) {
        const file = path(`${version}${name.slice(1)}${name.startsWith('<') ? 'l' : 'b'}.npy`);
        const read = await readVectors(file, { wordList: path('ours.words.txt') });
        assert.deepEqual(
          Object.values(plain(read)),
          name.endsWith('2') ? halves : singles,
          `${version} ${name}`,
        );
      }
    }
  });

  const header = (descr: string, shape: string, order = 'False') =>
    `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }\n`;
  const wrong: [what: string, bytes: Buffer, message: RegExp][] = [
    ['pickles', npy(header("'|O'", '(2, 3)'), 24), /pickle of Python objects/],
    ['structured arrays', npy(header("[('x', '<f4')]", '(2,)'), 24), /structured array/],
    ['Fortran order', npy(header("'<f4'", '(2, 3)', 'True'), 24), /column by column/],
    ['whole numbers', npy(header("'<i8'", '(2, 3)'), 48), /'<i8'; read are float16/],
    ['one dimension', npy(header("'<f4'", '(6,)'), 24), /shape is \(6,\), not that of a matrix/],
    ['three dimensions', npy(header("'<f4'", '(1, 2, 3)'), 24), /not that of a matrix/],
    ['no dictionary', npy('nothing\n', 0), /no dictionary/],
    ['a version that is not known', npy(header("'<f4'", '(2, 3)'), 24, 4), /version 4 is not known/],
    ['a file that was cut short', npy(header("'<f4'", '(2, 3)'), 23), /ends 1 bytes too early/],
    ['a file that goes on', npy(header("'<f4'", '(2, 3)'), 25), /goes on for 1 bytes/],
    ['rows beyond all bounds', npy(header("'<f4'", '(1000000000000, 300)'), 24), /bytes too early/],
    [
      'a header that is cut short',
      npy(header("'<f4'", '(2, 3)'), 0).subarray(0, 40),
      /ends within its header/,
    ],
  ];
  for (const [what, bytes, message] of wrong) {
    test(`${what}: a clear error`, async () => {
      await assert.rejects(readVectors(put('wrong', bytes)), { kind: 'data', message });
    });
  }

  test('a list of another length, or none, is an error that says what to do', async () => {
    const bytes = await written();
    await assert.rejects(readVectors(put('few', bytes, 'a\n')), {
      kind: 'data',
      message: /list has 1 words, but .* has 2 rows/,
    });
    await assert.rejects(readVectors(put('many', bytes, 'a\nb\nc\n')), {
      kind: 'data',
      message: /list has 3 words/,
    });
    await assert.rejects(readVectors(put('bytes', bytes, 'x'), { wordList: put('raw', Buffer.of(0xff)) }), {
      message: /not UTF-8/,
    });
    writeFileSync(path('alone.npy'), bytes);
    await assert.rejects(readVectors(path('alone.npy')), {
      kind: 'noInput',
      message: /--word-list FILE.*alone\.words\.txt or .*alone\.txt/s,
    });
  });
});
