import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { functionCounts } from '../../../bench/native/cachegrind-counts.js';

describe("cachegrind's file", () => {
  test('is added up by function, wherever its lines stand', () => {
    const file = [
      'desc: I1 cache: …',
      'cmd: node train',
      'events: Ir Dr D1mr DLmr Dw D1mw DLmw',
      'fl=a.cc',
      'fn=score',
      '10 100 20 3 1 10 2 1',
      '11 50 5 0 0 5 0 0',
      'fn=update',
      '20 7',
      'fl=b.h',
      'fn=score',
      '3 1 1 1 1 0 0 0',
      'summary: 158 26 4 2 15 2 1',
    ].join('\n');
    assert.deepEqual(functionCounts(file), [
      { name: 'score', instructions: 151, references: 41, firstLevelMisses: 6, lastLevelMisses: 3 },
      { name: 'update', instructions: 7, references: 0, firstLevelMisses: 0, lastLevelMisses: 0 },
    ]);
  });

  test('without its events is refused', () => {
    assert.throws(() => functionCounts('fn=score\n1 2\n'), /no line "events:"/);
  });
});
