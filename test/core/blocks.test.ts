import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idBlock, sentencesOf, tokenBlock, toTokenBlock } from '../../src/core/blocks.js';

test('a token block holds the bytes of all tokens, and where tokens and sentences end', () => {
  const block = tokenBlock([['é', 'b'], [], ['cd']]);
  assert.deepEqual([...block.bytes], [0xc3, 0xa9, 0x62, 0x63, 0x64]);
  assert.deepEqual([...block.tokenEnds], [2, 3, 5]);
  assert.deepEqual([...block.sentenceEnds], [2, 2, 3]);
});

test('sentences come out of a block as they went in, empty ones too; empty words are left out', () => {
  const sentences = [['one', '', 'two'], [], ['þrjú', '四', '🍊', '\ufeffbom']];
  assert.deepEqual(
    [...sentencesOf(tokenBlock(sentences))],
    [['one', 'two'], [], ['þrjú', '四', '🍊', '\ufeffbom']],
  );
});

test('plain arrays of words are made a block, and blocks are left as they are', () => {
  const block = tokenBlock([['a']]);
  assert.equal(toTokenBlock(block), block);
  assert.deepEqual(toTokenBlock([['a']]), block);
});

test('an id block knows the number of its first sentence', () => {
  assert.deepEqual(idBlock([[5, 6], [7]], 40), {
    ids: Uint32Array.of(5, 6, 7),
    sentenceEnds: Uint32Array.of(2, 3),
    firstSentence: 40,
  });
});
