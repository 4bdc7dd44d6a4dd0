import assert from 'node:assert/strict';
import { test } from 'node:test';
import { multiplyHigh, Random } from '../../src/core/random.js';
import { chiSquarePValue } from '../support/chi-square.js';

// The generator once more, in whole numbers without a bound, straight from the paper and docs/sampling.md.
const MASK = 0xffff_ffffn;
const rotate = (x: bigint, k: bigint) => ((x << k) | (x >> (32n - k))) & MASK;

function* xoshiro([s0, s1, s2, s3]: [bigint, bigint, bigint, bigint]): Generator<bigint> {
  for (;;) {
    yield (rotate((s0 + s3) & MASK, 7n) + s0) & MASK;
    const shifted = (s1 << 9n) & MASK;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= shifted;
    s3 = rotate(s3, 11n);
  }
}

function seeded(...keys: bigint[]): Generator<bigint> {
  const finalise = (h: bigint) => {
    h = ((h ^ (h >> 16n)) * 0x85ebca6bn) & MASK;
    h = ((h ^ (h >> 13n)) * 0xc2b2ae35n) & MASK;
    return h ^ (h >> 16n);
  };
  let state = [0x243f6a88n, 0x85a308d3n, 0x13198a2en, 0x03707344n];
  for (const key of keys) {
    state = state.map((s, i) => finalise(((s ^ (key & MASK)) + BigInt(i + 1) * 0x9e3779b9n) & MASK));
  }
  return xoshiro(state as [bigint, bigint, bigint, bigint]);
}

const take = (generator: Generator<bigint>, n: number) =>
  Array.from({ length: n }, () => Number(generator.next().value));

test("the generator's authors' output for the state 1, 2, 3, 4 comes out of the one that tests hold it to", () => {
  assert.deepEqual(
    take(xoshiro([1n, 2n, 3n, 4n]), 10),
    [
      641, 1573767, 3222811527, 3517856514, 836907274, 4247214768, 3867114732, 1355841295, 495546011,
      621204420,
    ],
  );
});

test('draws are those of the specification, bit for bit', () => {
  for (const keys of [[], [0], [1], [1, 1, 0, 0], [1, 2, 3, 4_000_000_000], [2 ** 32 - 1, 3]]) {
    const random = new Random(...keys);
    const expected = take(seeded(...keys.map(BigInt)), 1000);
    assert.deepEqual(
      Array.from({ length: 1000 }, () => random.next()),
      expected,
      `keys ${keys}`,
    );
  }
});

test('the first draws of seed 1 are these', () => {
  const random = new Random(1, 1, 0, 0);
  assert.deepEqual([random.next(), random.next(), random.next()], [3585576797, 4232259782, 1665302953]);
});

test('a key is taken modulo 2^32', () => {
  assert.equal(new Random(1, 2 ** 32 + 5).next(), new Random(1, 5).next());
  assert.equal(new Random(1).fork(2 ** 40 + 7).next(), new Random(1, 7).next());
});

test('a fork draws what a generator with one key more draws, however much was drawn before', () => {
  const random = new Random(3, 1, 4);
  for (const key of [0, 1, 77, 4_000_000_000]) {
    random.next();
    const expected = new Random(3, 1, 4, key);
    random.fork(key);
    for (let i = 0; i < 5; i++) assert.equal(random.next(), expected.next());
  }
});

test('below(n) is the whole part of next() * n / 2^32', () => {
  const random = new Random(5);
  const bits = seeded(5n);
  for (const n of [1, 2, 3, 10, 1000, 65_535, 65_536, 65_537, 1e9, 2 ** 32 - 1]) {
    for (let i = 0; i < 200; i++) {
      assert.equal(random.below(n), Number(((bits.next().value as bigint) * BigInt(n)) >> 32n));
    }
  }
});

test('the high half of a product is exact at the corners', () => {
  const corners = [0, 1, 0xffff, 0x1_0000, 0x1_0001, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff];
  for (const a of corners) {
    for (const b of corners) {
      assert.equal(multiplyHigh(a, b), Number((BigInt(a) * BigInt(b)) >> 32n), `${a} * ${b}`);
    }
  }
});

test('unit() is next() / 2^32', () => {
  const random = new Random(6);
  const bits = seeded(6n);
  for (let i = 0; i < 100; i++) assert.equal(random.unit(), Number(bits.next().value) / 2 ** 32);
});

test('each byte of a draw is uniform', () => {
  const random = new Random(7);
  const counts = [0, 1, 2, 3].map(() => new Float64Array(256));
  const draws = 200_000;
  for (let i = 0; i < draws; i++) {
    const bits = random.next();
    for (let byte = 0; byte < 4; byte++) counts[byte]![(bits >>> (8 * byte)) & 0xff]!++;
  }
  for (const bytes of counts) assertUniform(bytes);
});

test('below(n) is uniform', () => {
  for (const n of [2, 5, 10, 1000]) {
    const random = new Random(8, n);
    const counts = new Float64Array(n);
    for (let i = 0; i < 200_000; i++) counts[random.below(n)]!++;
    assertUniform(counts);
  }
});

test('first draws are uniform over neighbouring sentences, epochs and seeds', () => {
  for (const keysOf of [
    (i: number) => [1, 1, 0, i],
    (i: number) => [1, 1, i, 0],
    (i: number) => [i, 1, 0, 0],
  ]) {
    const counts = new Float64Array(100);
    for (let i = 0; i < 50_000; i++) counts[new Random(...keysOf(i)).below(100)]!++;
    assertUniform(counts);
  }
});

function assertUniform(counts: Float64Array): void {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const p = chiSquarePValue(counts, new Float64Array(counts.length).fill(total / counts.length));
  assert.ok(p > 1e-3, `p = ${p}`);
}
