import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Leb128Reader, LONGEST_NUMBER, LONGEST_UINT32, writeLeb128 } from '../../src/tokenize/leb128.js';

function bytesOf(value: number): number[] {
  const bytes = new Uint8Array(16);
  return [...bytes.subarray(0, writeLeb128(bytes, 0, value))];
}

test('numbers are written as seven bits a byte, lowest first', () => {
  assert.deepEqual(bytesOf(0), [0]);
  assert.deepEqual(bytesOf(127), [0x7f]);
  assert.deepEqual(bytesOf(128), [0x80, 0x01]);
  assert.deepEqual(bytesOf(624_485), [0xe5, 0x8e, 0x26]); // DWARF's own example
  assert.deepEqual(bytesOf(2 ** 32 - 1), [0xff, 0xff, 0xff, 0xff, 0x0f]);
});

test('the longest numbers take as many bytes as promised', () => {
  assert.equal(bytesOf(2 ** 32 - 1).length, LONGEST_UINT32);
  assert.equal(bytesOf(Number.MAX_SAFE_INTEGER).length, LONGEST_NUMBER);
});

test('every number around a power of two comes back, one after another', () => {
  const numbers: number[] = [];
  for (let bit = 0; bit < 53; bit++)
    numbers.push(2 ** bit - 1, 2 ** bit, Math.min(2 ** bit + 1, 2 ** 53 - 1));
  numbers.push(Number.MAX_SAFE_INTEGER);
  const bytes = new Uint8Array(numbers.length * LONGEST_NUMBER);
  let end = 0;
  for (const number of numbers) end = writeLeb128(bytes, end, number);
  const reader = new Leb128Reader(bytes, 0, end);
  assert.deepEqual(
    numbers.map(() => reader.next()),
    numbers,
  );
  assert.equal(reader.position, end);
  assert.equal(reader.next(), -1);
});

test('a number that is cut off at any byte, or is past 2^53, reads as -1', () => {
  const bytes = Uint8Array.from(bytesOf(Number.MAX_SAFE_INTEGER));
  for (let end = 0; end < bytes.length; end++) assert.equal(new Leb128Reader(bytes, 0, end).next(), -1);
  assert.equal(new Leb128Reader(Uint8Array.from([...Array(7).fill(0x80), 0x10])).next(), -1); // 2^53
  assert.equal(new Leb128Reader(new Uint8Array(20).fill(0x80)).next(), -1);
});
