import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ABSENT, ByteReader, tableOf, WordTable } from '../../src/tokenize/word-table.js';

const reader = (text: string): ByteReader => new ByteReader(Buffer.from(text));

function add(table: WordTable, word: string): number {
  const bytes = reader(`<<${word}>>`); // at an odd place, with other bytes around it
  return table.add(bytes, 2, bytes.bytes.length - 2);
}

function find(table: WordTable, word: string): number {
  const bytes = reader(`<${word}>`);
  return table.find(bytes, 1, bytes.bytes.length - 1);
}

function wordsOf(table: WordTable): string[] {
  return Array.from({ length: table.size }, (_, id) =>
    Buffer.from(table.bytes).toString('utf8', table.starts[id], table.starts[id + 1]),
  );
}

test('words get ids in the order in which they first come, and are counted', () => {
  const table = new WordTable();
  const ids = 'the cat and the other cat and the end'.split(' ').map((word) => add(table, word));
  assert.deepEqual(ids, [0, 1, 2, 0, 3, 1, 2, 0, 4]);
  assert.deepEqual(wordsOf(table), ['the', 'cat', 'and', 'other', 'end']);
  assert.deepEqual([...table.counts.subarray(0, table.size)], [3, 2, 2, 1, 1]);
});

test('words of all lengths from 1 to 20 bytes that differ in one byte are told apart', () => {
  const table = new WordTable();
  const words = new Set<string>();
  for (let length = 1; length <= 20; length++) {
    for (let place = 0; place < length; place++) {
      for (const letter of 'abc') words.add('a'.repeat(place) + letter + 'a'.repeat(length - place - 1));
    }
  }
  for (const word of words) add(table, word);
  assert.equal(table.size, words.size);
  assert.deepEqual(wordsOf(table), [...words]);
  for (const [id, word] of [...words].entries()) assert.equal(find(table, word), id);
});

test('all words of one and of two bytes are told apart', () => {
  const table = new WordTable();
  const bytes = new Uint8Array(2);
  const source = new ByteReader(bytes);
  for (let a = 0; a < 256; a++) {
    bytes[0] = a;
    table.add(source, 0, 1);
    for (let b = 0; b < 256; b++) {
      bytes[1] = b;
      table.add(source, 0, 2);
    }
  }
  assert.equal(table.size, 256 + 65_536);
});

test('a table grows past its first size and keeps every word, id and count', () => {
  const table = new WordTable();
  for (let pass = 0; pass < 2; pass++) {
    for (let number = 0; number < 50_000; number++) assert.equal(add(table, `word-${number}`), number);
  }
  assert.equal(table.size, 50_000);
  assert.ok(table.counts.subarray(0, table.size).every((count) => count === 2));
  assert.equal(find(table, 'word-49999'), 49_999);
  assert.equal(find(table, 'word-50000'), ABSENT);
});

test('a cleared table forgets everything and starts from 0', () => {
  const table = tableOf(['one', 'two']);
  table.clear();
  assert.equal(find(table, 'one'), ABSENT);
  assert.equal(add(table, 'two'), 0);
  assert.equal(table.counts[0], 1);
});

test('the foreseen peak covers what the arrays take, and room that is there needs no growth', () => {
  const table = new WordTable();
  const before = table.bytes.length;
  assert.ok(table.hasRoom(640, before));
  assert.ok(!table.hasRoom(641, 0));
  assert.ok(!table.hasRoom(0, before + 1));
  const foreseen = table.peakBytes(10_000, 60_000);
  for (let number = 0; number < 10_000; number++) add(table, `w${number}`);
  const held = table.bytes.length + table.starts.byteLength + table.counts.byteLength + 8 * 16_384;
  assert.ok(foreseen >= held, `${foreseen} < ${held}`);
  assert.ok(foreseen < 2 * held);
});

test('a word longer than the whole first arena is kept', () => {
  const table = new WordTable();
  const long = 'x'.repeat(100_000);
  assert.equal(add(table, long), 0);
  assert.equal(add(table, `${long}y`), 1);
  assert.equal(find(table, long), 0);
});

test('a list with the same word twice is refused, since ids would shift', () => {
  assert.throws(() => tableOf(['a', 'b', 'a']), { kind: 'internal', message: /same word twice/ });
});
