import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { files } from '../../src/sources/files.js';
import { stdin } from '../../src/sources/stdin.js';
import { text } from '../../src/sources/text.js';
import { failsWith, read } from './helpers.js';

test('strings and bytes, in one piece or in many, are one text', async () => {
  for (const chunks of ['one\ntwo', ['one\nt', 'wo'], ['', 'one', Buffer.from('\ntw'), '', 'o\n']]) {
    assert.equal((await read(text(chunks))).text, 'one\ntwo\n');
  }
});

test('a character split between two strings stays whole', async () => {
  assert.equal((await read(text(['a\ud83d', '\ude00b\ud83d']))).text, 'a\u{1f600}b\ufffd\n');
});

test('options are checked at once', () => {
  assert.throws(
    () => text('a', { strictUTF8: true } as never),
    failsWith('usage', /source\.strictUTF8: unknown key 'strictUTF8'\n {2}Did you mean 'strictUtf8'/),
  );
  assert.throws(
    () => files('a', { unit: 'line' } as never),
    failsWith('usage', /source\.unit: must be one of/),
  );
  assert.throws(() => stdin({ unit: 'line' } as never), failsWith('usage', /source\.unit: must be one of/));
});

test('compressed bytes are recognised', async () => {
  const packed = gzipSync('packed\n');
  assert.equal((await read(text([packed.subarray(0, 1), packed.subarray(1)]))).text, 'packed\n');
});

test('messages use the name given', async () => {
  await assert.rejects(
    read(text([Buffer.from([0x61, 0xff])], { strictUtf8: true }, 'reviews')),
    failsWith('data', /^reviews:1 \(byte 1\): this is not UTF-8/),
  );
});

test('a chunk of another kind is refused', async () => {
  await assert.rejects(read(text([7 as never])), failsWith('usage', /a string or bytes, not number/));
});

test('an abort ends the wait for a chunk that does not come, and closes the iterator', async () => {
  let closed = false;
  const never: AsyncIterable<string> = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise(() => {}),
      return: async () => {
        closed = true;
        return { done: true, value: undefined };
      },
    }),
  };
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 20);
  await assert.rejects(read(text(never), controller.signal), failsWith('aborted'));
  assert.ok(closed);
});

test('nothing starts when the signal has fired already', async () => {
  const controller = new AbortController();
  controller.abort();
  await assert.rejects(read(text(['text']), controller.signal), failsWith('aborted'));
});
