import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { narrowToHalves, widenHalves } from '../../src/formats/half-precision.js';
import { peerPython } from '../support/peers.js';

const python = peerPython('numpy');

function widened(halves: Iterable<number>): Float32Array {
  const from = Uint16Array.from(halves);
  const into = new Float32Array(from.length);
  widenHalves(from, into);
  return into;
}

function narrowed(values: Iterable<number>): number[] {
  const from = Float32Array.from(values);
  const into = new Uint16Array(from.length);
  narrowToHalves(from, into);
  return [...into];
}

const bits = (values: Float32Array) => new Uint32Array(values.buffer, values.byteOffset, values.length);

describe('float16', () => {
  test('as float32, by hand', () => {
    const halves = [0x3c00, 0xc000, 0x7bff, 0x0001, 0x0400, 0x03ff, 0x8000, 0x7c00, 0xfc00, 0x3555];
    const values = [1, -2, 65504, 2 ** -24, 2 ** -14, 1023 * 2 ** -24, -0, Infinity, -Infinity, 1365 / 4096];
    assert.deepEqual([...widened(halves)], values);
    assert.ok(Number.isNaN(widened([0x7e00])[0]));
  });

  test('from float32: to the nearest, of two equally near to the even one', () => {
    const step = 2 ** -10;
    assert.deepEqual(
      narrowed([1 + step / 2, 1 + (3 * step) / 2, 1 + step / 2 + 2 ** -20, -(1 + (3 * step) / 2)]),
      [0x3c00, 0x3c02, 0x3c01, 0xbc02],
    );
    // Rounding up may carry into the exponent: just under 2 is 2.
    assert.deepEqual(narrowed([2 - 2 ** -12]), [0x4000]);
  });

  test('from float32: at the ends of its range', () => {
    assert.deepEqual(
      narrowed([65519, 65520, -65520, 1e30, Infinity]),
      [0x7bff, 0x7c00, 0xfc00, 0x7c00, 0x7c00],
    );
    const smallest = 2 ** -24;
    assert.deepEqual(
      narrowed([smallest / 2, smallest * 0.51, smallest * 1.5, smallest * 2.5, -smallest / 2, 1e-40]),
      [0, 1, 2, 2, 0x8000, 0],
    );
    // The largest subnormal, and what rounds up to the smallest normal number.
    assert.deepEqual(narrowed([1023 * smallest, 1023.5 * smallest]), [0x03ff, 0x0400]);
  });

  test('all of them come back, also those that are not a number, with their payload', () => {
    const all = Uint16Array.from({ length: 1 << 16 }, (_, half) => half);
    const back = new Uint16Array(all.length);
    narrowToHalves(widened(all), back);
    assert.deepEqual(back, all);
  });

  test('all of them are what numpy has, and so are float32s between them', {
    skip: python ? false : 'no Python here has numpy',
  }, () => {
    const all = Uint16Array.from({ length: 1 << 16 }, (_, half) => half);
    const singles = new Uint32Array(1 << 16);
    let state = 7;
    for (const i of singles.keys()) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      // Half of them where float16 has its numbers, others anywhere.
      singles[i] =
        i % 2 === 0 ? state : ((state & 0x8fff_ffff) | 0x3000_0000) + ((state >>> 4) & 0x0800_0000);
    }
    const script = `
import sys, numpy as np
halves = np.arange(65536, dtype='<u2').view('<f2')
singles = np.frombuffer(sys.stdin.buffer.read(), '<f4')
with np.errstate(all='ignore'):
    sys.stdout.buffer.write(halves.astype('<f4').tobytes() + singles.astype('<f2').tobytes())
`;
    const { stdout, status, stderr } = spawnSync(python!, ['-c', script], {
      input: new Uint8Array(singles.buffer),
      maxBuffer: 1 << 24,
    });
    assert.equal(status, 0, String(stderr));
    const bytes = Uint8Array.from(stdout).buffer;
    const ours = widened(all);
    const theirs = new Float32Array(bytes, 0, 1 << 16);
    const quiet = (values: Float32Array) =>
      bits(values.map((value) => (Number.isNaN(value) ? Number.NaN : value)));
    assert.deepEqual(quiet(ours), quiet(theirs));
    const halves = new Uint16Array(1 << 16);
    narrowToHalves(new Float32Array(singles.buffer), halves);
    assert.deepEqual(halves, new Uint16Array(bytes, 4 << 16));
  });
});
