import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { Random } from '../../src/core/random.js';
import { buildSubwordTable, nGramBuckets, subwordHash, subwordRowCount } from '../../src/core/subwords.js';
import { peerPython } from '../support/peers.js';

const MANY = 0xffff_ffff; // so large that next to no hash is changed by the modulo
const hashOf = (text: string) => subwordHash(Buffer.from(text));
const bucketsOf = (word: string, minn: number, maxn: number, buckets = MANY) =>
  nGramBuckets(word, { minn, maxn, buckets });

describe("fastText's hash", () => {
  test('is FNV-1a on ASCII: the published test values', () => {
    assert.equal(hashOf(''), 0x811c9dc5);
    assert.equal(hashOf('a'), 0xe40c292c);
    assert.equal(hashOf('foobar'), 0xbf9cf968);
  });

  test('extends bytes from 128 on by their sign', () => {
    // 0x811c9dc5 ^ 0xffffffc3 = 0x7ee36206; * 0x01000193 = 0x7a6a7172, modulo 2^32
    const first = Number((0x7ee36206n * 0x01000193n) & 0xffffffffn);
    assert.equal(subwordHash(Uint8Array.of(0xc3)), first);
    const second = Number((BigInt((first ^ 0xffffffa9) >>> 0) * 0x01000193n) & 0xffffffffn);
    assert.equal(hashOf('é'), second);
  });
});

describe('the n-grams of a word', () => {
  test('by start, then by length, with the markers of its ends', () => {
    assert.deepEqual(bucketsOf('as', 3, 6), ['<as', '<as>', 'as>'].map(hashOf));
    assert.deepEqual(bucketsOf('where', 3, 3), ['<wh', 'whe', 'her', 'ere', 're>'].map(hashOf));
  });

  test('a marker alone is none, wherever else it stands', () => {
    assert.deepEqual(bucketsOf('a>', 1, 2), ['<a', 'a', 'a>', '>', '>>'].map(hashOf));
    assert.deepEqual(bucketsOf('', 1, 2), [hashOf('<>')]);
    assert.deepEqual(bucketsOf('', 3, 6), []);
  });

  test('lengths are in code points, and an n-gram counts as often as it occurs', () => {
    assert.deepEqual(bucketsOf('né🙂', 2, 2), ['<n', 'né', 'é🙂', '🙂>'].map(hashOf));
    assert.deepEqual(bucketsOf('aaaa', 2, 2), ['<a', 'aa', 'aa', 'aa', 'a>'].map(hashOf));
  });

  test("fastText's mark of a line's end has none", () => assert.deepEqual(bucketsOf('</s>', 1, 6), []));

  test('a bucket is the hash modulo their number', () =>
    assert.deepEqual(
      bucketsOf('where', 3, 6, 1_000),
      bucketsOf('where', 3, 6).map((hash) => hash % 1_000),
    ));
});

test('the rows of a vocabulary: words first, then buckets as they are first used', () => {
  const table = buildSubwordTable(['ab', 'b', 'ab>'], { minn: 2, maxn: 2, buckets: 1_000_003 });
  const [a, ab, b] = ['<a', 'ab', 'b>'].map((gram) => hashOf(gram) % 1_000_003);
  const [lb, end] = ['<b', '>>'].map((gram) => hashOf(gram) % 1_000_003);
  assert.deepEqual([...table.usedBuckets], [a, ab, b, lb, end]);
  assert.deepEqual([...table.starts], [0, 4, 7, 12]);
  assert.deepEqual([...table.rows], [0, 3, 4, 5, 1, 6, 5, 2, 3, 4, 5, 7]);
  assert.equal(subwordRowCount(table), 8);
});

const python = peerPython('gensim');
test("gensim's hashes and n-grams are the same for words of any characters", {
  skip: python === undefined && 'gensim is not installed',
}, () => {
  const random = new Random(7);
  const alphabets = ['abcdefg', 'äöüßéñ', '日本語', '🙂🧑‍🚀', '<>ab', '\u0301\u200d'].map((letters) => [
    ...letters,
  ]);
  const words = Array.from({ length: 400 }, () =>
    Array.from({ length: random.below(9) }, () => {
      const letters = alphabets[random.below(alphabets.length)]!;
      return letters[random.below(letters.length)]!;
    }).join(''),
  );
  const cases = words.map((word, i) => ({ word, minn: 1 + (i % 4), maxn: 1 + (i % 4) + random.below(4) }));
  const script = `
import json, sys
from gensim.models.fasttext_inner import compute_ngrams_bytes, ft_hash_bytes
for case in json.load(sys.stdin):
    print(json.dumps([ft_hash_bytes(n) for n in compute_ngrams_bytes(case["word"], case["minn"], case["maxn"])]))`;
  const { stdout, stderr } = spawnSync(python!, ['-c', script], {
    input: JSON.stringify(cases),
    encoding: 'utf8',
  });
  const theirs = stdout.trimEnd().split('\n');
  assert.equal(theirs.length, cases.length, stderr);
  for (const [i, { word, minn, maxn }] of cases.entries()) {
    const hashes = (JSON.parse(theirs[i]!) as number[]).map((hash) => hash % MANY);
    assert.deepEqual(bucketsOf(word, minn, maxn), hashes, JSON.stringify(cases[i]));
  }
});
