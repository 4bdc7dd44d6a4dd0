import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WindowBlock } from '../../../src/core/blocks.js';
import { windowsToBinary, windowsToCsv, windowsToText } from '../../../src/sampling/codec/windows.js';
import { collect } from '../../support/collect.js';

const words = ['orange', 'juice', 'ça', 'a,"b"'];
const block: WindowBlock = {
  contexts: Uint32Array.of(0, 2, 3),
  contextEnds: Uint32Array.of(2, 3),
  targets: Uint32Array.of(1, 3),
};

const text = async (...args: Parameters<typeof collect<WindowBlock, Uint8Array>>) =>
  Buffer.concat(await collect(...args)).toString();

test('as text: the target, then its contexts, between tabs', async () => {
  assert.equal(await text(windowsToText(words), [block]), 'juice\torange\tça\na,"b"\ta,"b"\n');
});

test('as CSV: the contexts in one cell, with spaces between', async () => {
  assert.equal(
    await text(windowsToCsv(words), [block]),
    'target,contexts\njuice,"orange ça"\n"a,""b""","a,""b"""\n',
  );
});

test('as binary: target, number of contexts, contexts, all uint32 little-endian', async () => {
  const bytes = Buffer.concat(await collect(windowsToBinary(), [block]));
  const numbers = Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readUInt32LE(4 * i));
  assert.deepEqual(numbers, [1, 2, 0, 2, 3, 1, 3]);
});

test('a word that a format cannot carry is refused before anything is read', () => {
  assert.throws(() => windowsToText(['a\tb']), /a line of windows cannot carry the word "a\\tb"/);
  assert.throws(
    () => windowsToCsv(['ice cream']),
    /a CSV cell of contexts cannot carry the word "ice cream"/,
  );
});
