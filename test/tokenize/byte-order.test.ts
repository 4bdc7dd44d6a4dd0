import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareBytes, idsInByteOrder } from '../../src/tokenize/byte-order.js';
import { tableOf } from '../../src/tokenize/word-table.js';

function sorted(words: readonly string[]): string[] {
  return [...idsInByteOrder(tableOf(words))].map((id) => words[id]!);
}

test('bytes compare as unsigned numbers, and a beginning comes before what it begins', () => {
  const compare = (a: number[], b: number[]): number =>
    Math.sign(compareBytes(Uint8Array.from(a), 0, a.length, Uint8Array.from(b), 0, b.length));
  assert.equal(compare([1, 2], [1, 2]), 0);
  assert.equal(compare([1], [1, 0]), -1);
  assert.equal(compare([0x7f], [0x80]), -1);
  assert.equal(compare([0xff], [1, 1, 1]), 1);
});

test('words are sorted by UTF-8 bytes, where U+FFxx comes before astral characters', () => {
  // By UTF-16 units the order of the last two would be the other way round: d83d dE00 < ff21.
  assert.deepEqual(sorted(['\u{1f600}', '\uff21', 'b', 'é', 'ab', 'a', 'B']), [
    'B',
    'a',
    'ab',
    'b',
    'é',
    '\uff21',
    '\u{1f600}',
  ]);
});

test('many words with shared beginnings are sorted as a plain comparison sorts them', () => {
  const words = new Set<string>();
  let state = 1;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 16) % below;
  };
  while (words.size < 5_000) {
    let word = '';
    for (let length = 1 + next(12); length > 0; length--) word += ['a', 'b', 'é', '\u{10000}'][next(4)];
    words.add(word);
  }
  const expected = [...words].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  assert.deepEqual(sorted([...words]), expected);
  assert.deepEqual(sorted(expected), expected);
  assert.deepEqual(sorted([...expected].reverse()), expected);
});

test('long words with a long shared beginning do not exhaust the stack', () => {
  const words = Array.from({ length: 40 }, (_, index) => 'x'.repeat(20_000 + 39 - index));
  assert.deepEqual(sorted(words), [...words].reverse());
});
