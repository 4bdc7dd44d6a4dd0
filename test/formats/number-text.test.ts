import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MAX_NUMBER_LENGTH, parseNumber, writeNumber } from '../../src/formats/number-text.js';

const buffer = Buffer.alloc(64);

function written(value: number): string {
  return buffer.toString('latin1', 0, writeNumber(Math.fround(value), buffer, 0));
}

function parsed(text: string): number | undefined {
  const bytes = Buffer.from(`x${text}y`);
  return parseNumber(bytes, 1, bytes.length - 1);
}

/** `%.6g` by way of JavaScript's exact digits; ties are told apart by a longer text of the same number. */
function expected(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  let [digits, exponent] = value.toExponential(5).split('e') as [string, string];
  const exact = value.toExponential(50);
  const isTie = /^-?\d\.\d{5}50*e/.test(exact);
  const lower = exact.replace(/^(-?\d\.\d{5}).*$/, '$1');
  if (isTie && Number(lower.at(-1)) % 2 === 0) [digits, exponent] = [lower, exact.split('e')[1]!];
  const power = Number(exponent);
  if (power >= -4 && power < 6) {
    return Number(`${digits}e${exponent}`)
      .toFixed(5 - power)
      .replace(/(\.\d*?)0+$/, '$1')
      .replace(/\.$/, '');
  }
  return `${digits.replace(/\.?0+$/, '')}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

/** Random float32 bit patterns from a fixed seed (mulberry32). */
function* randomBits(count: number, seed: number): Generator<number> {
  let state = seed;
  for (let index = 0; index < count; index++) {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    yield (mixed ^ (mixed >>> 14)) >>> 0;
  }
}

describe('writeNumber', () => {
  const cases: [number, string][] = [
    [0, '0'],
    [-0, '-0'],
    [1, '1'],
    [-1, '-1'],
    [0.5, '0.5'],
    [-0.1, '-0.1'],
    [0.123456789, '0.123457'],
    [0.0001, '0.0001'],
    [0.00012345678, '0.000123457'],
    [0.00001, '1e-05'],
    [-0.000012345678, '-1.23457e-05'],
    [1e-8, '1e-08'],
    [1.17549435e-38, '1.17549e-38'],
    [1.4e-45, '1.4013e-45'],
    [3.4028234e38, '3.40282e+38'],
    [9.99999e-5, '9.99999e-05'],
    [9.999999e-5, '0.0001'],
    [0.9999999, '1'],
    [12.5, '12.5'],
    [100, '100'],
    [123456, '123456'],
    [999999, '999999'],
    [999999.5, '1e+06'],
    [1234567, '1.23457e+06'],
    [Number.NaN, 'nan'],
    [Infinity, 'inf'],
    [-Infinity, '-inf'],
  ];
  for (const [value, text] of cases) {
    test(`writes ${Object.is(value, -0) ? '-0' : value} as ${text}`, () =>
      assert.equal(written(value), text));
  }

  test('rounds an exact half to the even digit, as C does', () => {
    assert.equal(written(100000.5), '100000');
    assert.equal(written(100001.5), '100002');
    assert.equal(written(1000005), '1e+06');
    assert.equal(written(1000015), '1.00002e+06');
    assert.equal(written(10000050), '1e+07');
    assert.equal(written(10000150), '1.00002e+07');
    assert.equal(written(0.5 ** 9 * 3), '0.00585938'); // 0.005859375
    assert.equal(written(0.5 ** 9), '0.00195312'); // 0.001953125
  });

  test('equals the exact digits for random bit patterns', () => {
    const floats = new Float32Array(1);
    const bits = new Uint32Array(floats.buffer);
    for (const pattern of randomBits(100_000, 1)) {
      bits[0] = pattern;
      if (!Number.isFinite(floats[0]!)) continue;
      assert.equal(written(floats[0]!), expected(floats[0]!));
    }
  });

  test('equals the exact digits for numbers of the usual size, and for those next to powers of ten', () => {
    for (const pattern of randomBits(100_000, 2)) {
      const value = Math.fround((pattern / 2 ** 31 - 1) * 10 ** -((pattern % 7) - 2));
      assert.equal(written(value), expected(value));
    }
    const floats = new Float32Array(1);
    const bits = new Uint32Array(floats.buffer);
    for (let power = -12; power <= 12; power++) {
      for (let step = -300; step <= 300; step++) {
        floats[0] = 10 ** power;
        bits[0]! += step;
        assert.equal(written(floats[0]!), expected(floats[0]!));
      }
    }
  });

  test('equals the exact digits for halves and quarters, where ties are common', () => {
    for (const pattern of randomBits(50_000, 3)) {
      const value = Math.fround((pattern % 2 ** 24) * 0.5 ** (pattern % 13));
      assert.equal(written(value), expected(value));
    }
  });

  test('never needs more than its longest text', () => {
    assert.equal(written(-1.23456e-5).length, MAX_NUMBER_LENGTH);
    assert.equal(written(-3.4028234e38).length, MAX_NUMBER_LENGTH);
  });

  test('returns the position after the number and leaves other bytes alone', () => {
    const bytes = Buffer.from('################');
    assert.equal(writeNumber(-0.25, bytes, 3), 8);
    assert.equal(bytes.toString('latin1', 0, 8), '###-0.25');
    assert.equal(bytes.toString('latin1', 15), '#');
  });
});

describe('parseNumber', () => {
  const numbers: [string, number][] = [
    ['0', 0],
    ['-0', -0],
    ['1', 1],
    ['+1.5', 1.5],
    ['.5', 0.5],
    ['5.', 5],
    ['-0.123457', -0.123457],
    ['1e-05', 1e-5],
    ['1E+3', 1000],
    ['1.23457e-38', 1.23457e-38],
    ['0.1234567890123456789', 0.12345678901234568],
    ['123456789012345678901234567890', 1.2345678901234568e29],
    ['1e400', Infinity],
    ['1e-400', 0],
    ['inf', Infinity],
    ['-Infinity', -Infinity],
  ];
  for (const [text, value] of numbers) {
    test(`reads ${text}`, () => assert.ok(Object.is(parsed(text), value), `${parsed(text)}`));
  }

  test('reads nan in any case', () => {
    for (const text of ['nan', 'NaN', '-nan']) assert.ok(Number.isNaN(parsed(text)));
  });

  for (const text of [
    '',
    '-',
    '.',
    'e5',
    '1e',
    '1e+',
    '1.2.3',
    '1,5',
    '0x10',
    '1_0',
    'abc',
    '1f',
    '--1',
    '1-',
    '٣',
  ]) {
    test(`does not take ${JSON.stringify(text)} for a number`, () => assert.equal(parsed(text), undefined));
  }

  test('equals Number for random texts of up to 17 digits', () => {
    for (const pattern of randomBits(50_000, 4)) {
      const digits = 1 + (pattern % 17);
      const text = ((pattern / 2 ** 32 - 0.5) * 10 ** (pattern % 41)).toExponential(digits);
      assert.equal(parsed(text), Number(text));
      const plain = (pattern / 2 ** 32).toFixed(digits);
      assert.equal(parsed(plain), Number(plain));
    }
  });

  test('a number written and read again is the same to six digits', () => {
    for (const pattern of randomBits(10_000, 5)) {
      const value = Math.fround(pattern / 2 ** 32 - 0.5);
      assert.equal(parsed(written(value)), Number(value.toPrecision(6)));
    }
  });
});
