import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hash128 } from '../../src/filter/hash.js';
import { HashSet } from '../../src/filter/hash-set.js';

function hashOf(bytes: Buffer, seed: number): Buffer {
  const hash = new Uint32Array(4);
  hash128(bytes, 0, bytes.length, seed, hash);
  const out = Buffer.alloc(16);
  for (const [index, lane] of hash.entries()) out.writeUInt32LE(lane, 4 * index);
  return out;
}

test("MurmurHash3_x86_128 has the verification value of its author's SMHasher", () => {
  // The hash of the hashes of {}, {0}, {0, 1} … with the seeds 256, 255, 254 …
  const hashes = Array.from({ length: 256 }, (_, length) =>
    hashOf(Buffer.from(Array.from({ length }, (_, byte) => byte)), 256 - length),
  );
  assert.equal(hashOf(Buffer.concat(hashes), 0).readUInt32LE(0), 0xb3ece62a);
});

test('only the bytes between start and end are hashed', () => {
  const inside = new Uint32Array(4);
  hash128(Buffer.from('xx some longer text yy'), 3, 19, 7, inside);
  const alone = hashOf(Buffer.from('some longer text'), 7);
  assert.deepEqual(
    [...inside],
    [0, 4, 8, 12].map((at) => alone.readUInt32LE(at)),
  );
});

test('a set of hashes: new, known, full; the hash 0 too', () => {
  const set = new HashSet(1);
  assert.equal(set.add(0, 0), 'new');
  assert.equal(set.add(0, 0), 'known');
  for (let i = 1; set.size < Math.ceil(0.8 * 4096); i++) assert.equal(set.add(i << 12, i), 'new');
  assert.equal(set.add(9, 9), 'full');
  assert.equal(set.add(1 << 12, 1), 'known');
});

test('a set that grows keeps what it has', () => {
  const set = new HashSet(10e6);
  for (let i = 0; i < 50_000; i++) assert.equal(set.add(Math.imul(i, 0x9e3779b9) >>> 0, i), 'new');
  for (let i = 0; i < 50_000; i++) assert.equal(set.add(Math.imul(i, 0x9e3779b9) >>> 0, i), 'known');
  assert.equal(set.size, 50_000);
});
