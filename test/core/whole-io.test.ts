import assert from 'node:assert/strict';
import type { FileHandle } from 'node:fs/promises';
import { test } from 'node:test';
import { readFully, writeFully } from '../../src/core/whole-io.js';

/** A file that gives and takes one or two bytes at a time, as a system may. */
function slowFile(content: number[]): FileHandle {
  let current = 0;
  return {
    async read(bytes: Uint8Array, offset: number, length: number, position: number | null) {
      const start = position ?? current;
      const part = content.slice(start, start + Math.min(length, 2));
      bytes.set(part, offset);
      if (position === null) current += part.length;
      return { bytesRead: part.length };
    },
    async write(bytes: Uint8Array, offset: number, _length: number, position: number) {
      content[position] = bytes[offset]!;
      return { bytesWritten: 1 };
    },
  } as unknown as FileHandle;
}

test('reads on until the bytes are full or the file ends', async () => {
  const bytes = new Uint8Array(4);
  assert.equal(await readFully(slowFile([1, 2, 3, 4, 5, 6]), bytes, 1), 4);
  assert.deepEqual([...bytes], [2, 3, 4, 5]);
  assert.equal(await readFully(slowFile([1, 2, 3, 4, 5, 6]), bytes, 3), 3);
  assert.deepEqual([...bytes], [4, 5, 6, 5]);
});

test('without a position, reads on where the last read ended', async () => {
  const file = slowFile([1, 2, 3, 4, 5]);
  const bytes = new Uint8Array(3);
  assert.equal(await readFully(file, bytes), 3);
  assert.equal(await readFully(file, bytes), 2);
  assert.deepEqual([...bytes], [4, 5, 3]);
});

test('writes on until all is written', async () => {
  const content = [1, 2, 3, 4, 5];
  await writeFully(slowFile(content), Uint8Array.of(7, 8, 9), 1);
  assert.deepEqual(content, [1, 7, 8, 9, 5]);
});
