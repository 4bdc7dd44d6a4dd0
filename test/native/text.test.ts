import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { tokenBlock } from '../../src/core/blocks.js';
import { nativeAddon, nativeUnavailable } from '../../src/native/addon.js';

const skip = nativeUnavailable() ?? false;

// biome-ignore lint/suspicious/noExplicitAny: the point is to pass what the types forbid.
type Spoiled = any;

const splitter = (options: Spoiled = {}) =>
  nativeAddon().createTextSplitter({
    ...{ lettersAndDigits: true, lowercase: true, foldNumbers: false, maxSentence: 100 },
    ...options,
  });

const NO_WORDS = { bytes: new Uint8Array(0), tokenEnds: new Uint32Array(0), counts: new Uint32Array(0) };

describe('the native text splitter', { skip }, () => {
  test('splits ASCII; any other character is left open with its chunk until it is known', () => {
    const native = splitter();
    const bytes = Buffer.from('Ab é9 c\n');
    assert.deepEqual([...native.split({ bytes })], [3, 6]);
    const open = { bytes: Buffer.from('é9'), tokenEnds: Uint32Array.of(3), counts: Uint32Array.of(1) };
    const { units, emptyUnits, ...block } = native.finish(open);
    assert.equal(Buffer.from(block.bytes).toString(), 'abé9c');
    assert.deepEqual([...block.tokenEnds, ...block.sentenceEnds], [2, 5, 6, 3]);
    assert.deepEqual([units, emptyUnits], [1, 0]);
  });

  test('refuses words for open stretches that do not fit', () => {
    const native = splitter();
    native.split({ bytes: Buffer.from('é é\n') });
    const fits = { bytes: Buffer.from('ab'), tokenEnds: Uint32Array.of(1, 2), counts: Uint32Array.of(1, 1) };
    const spoiled: [Spoiled, object][] = [
      [{ ...fits, counts: Uint32Array.of(1) }, RangeError],
      [{ ...fits, counts: Uint32Array.of(1, 2) }, RangeError],
      [{ ...fits, counts: Uint32Array.of(2 ** 32 - 1, 2 ** 32 - 1) }, RangeError],
      [{ ...fits, tokenEnds: Uint32Array.of(1, 3) }, RangeError],
      [{ ...fits, tokenEnds: Uint32Array.of(2, 1) }, RangeError],
      [{ ...fits, tokenEnds: Uint32Array.of(0, 1) }, RangeError],
      [{ ...fits, bytes: [1, 2] }, TypeError],
      [{}, TypeError],
      [undefined, TypeError],
    ];
    for (const [open, error] of spoiled) assert.throws(() => native.finish(open), error);
    assert.equal(native.finish(fits).tokenEnds.length, 2);
    assert.throws(() => native.finish(fits), RangeError);
  });

  test('refuses pages and options that it could not work with', () => {
    const native = splitter();
    const entries = new Uint32Array(64);
    assert.throws(() => native.learn({ page: 1_024, entries }), RangeError);
    assert.throws(() => native.learn({ page: 5, entries: new Uint32Array(63) }), RangeError);
    assert.throws(() => native.learn({ page: 5, entries: entries.map(() => 4) }), RangeError);
    // A byte of ASCII that became two would not fit into the memory for the words.
    assert.throws(() => native.learn({ page: 1, entries: entries.map(() => 2) }), RangeError);
    assert.throws(() => native.split({ bytes: 'text' as Spoiled }), TypeError);
    assert.throws(() => splitter({ maxSentence: 0 }), RangeError);
    assert.throws(() => splitter({ lowercase: 1 }), TypeError);
  });

  test('an empty batch has no units', () => {
    const native = splitter();
    assert.deepEqual([...native.split({ bytes: new Uint8Array(0) })], []);
    assert.equal(native.finish(NO_WORDS).units, 0);
  });
});

describe('the native word counter', { skip }, () => {
  const counter = (options: Spoiled = {}) =>
    nativeAddon().createWordCounter({ memoryBytes: 1e6, mostWords: 100, ...options });

  test('refuses blocks whose ends do not fit together', () => {
    const native = counter();
    const fits = tokenBlock([['a', 'b']]);
    const spoiled: Spoiled[] = [
      { ...fits, tokenEnds: Uint32Array.of(1, 3) },
      { ...fits, tokenEnds: Uint32Array.of(1, 1) },
      { ...fits, tokenEnds: Uint32Array.of(0, 1) },
      { ...fits, sentenceEnds: Uint32Array.of(1) },
      { ...fits, sentenceEnds: Uint32Array.of(3) },
      { ...fits, sentenceEnds: Uint32Array.of(2, 1, 2) },
      { ...fits, sentenceEnds: new Uint32Array(0) },
    ];
    for (const block of spoiled) assert.throws(() => native.take(block), RangeError);
    assert.throws(() => native.take({ ...fits, tokenEnds: [1, 2] } as Spoiled), TypeError);
    assert.throws(() => counter({ mostWords: 0 }), RangeError);
    assert.throws(() => counter({ memoryBytes: -1 }), RangeError);
  });

  test('does one thing at a time, on a copy of the block', async () => {
    const native = counter();
    assert.throws(() => native.encode(), RangeError);
    const block = tokenBlock([['a', 'b', 'a']]);
    native.take(block);
    const encoding = native.encode();
    block.tokenEnds.fill(2 ** 32 - 1);
    structuredClone(block.bytes.buffer, { transfer: [block.bytes.buffer as ArrayBuffer] });
    for (const call of [
      () => native.take(block),
      () => native.encode(),
      () => native.words(),
      () => native.sort(),
    ]) {
      assert.throws(call, RangeError);
    }
    const { bytes, sentenceEnds, done } = await encoding;
    assert.deepEqual([...bytes, ...sentenceEnds], [3, 0, 1, 0, 4]);
    assert.equal(done, true);
    assert.throws(() => native.encode(), RangeError);
    assert.equal(native.words(), 2);
  });
});
