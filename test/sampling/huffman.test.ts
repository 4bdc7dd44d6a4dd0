import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../src/core/random.js';
import { buildHuffmanTree, type HuffmanTree } from '../../src/sampling/huffman.js';

/** For each word: its code as digits, and the inner nodes of its path. */
const pathsOf = ({ codes, points, ends }: HuffmanTree): [code: string, nodes: number[]][] =>
  Array.from(ends, (end, word) => {
    const start = word === 0 ? 0 : ends[word - 1]!;
    return [codes.subarray(start, end).join(''), [...points.subarray(start, end)]];
  });

test('a tree worked by hand: counts 5, 4, 3, 2, 1', () => {
  // Node 0 = word 4 (1) + word 3 (2) = 3; the tie with word 2 (3) goes to the node, so node 1 = node 0 + word 2 = 6.
  // Node 2 = word 1 (4) + word 0 (5) = 9; the root, node 3 = node 1 (6) + node 2 (9).
  assert.deepEqual(pathsOf(buildHuffmanTree([5, 4, 3, 2, 1])), [
    ['11', [3, 2]],
    ['10', [3, 2]],
    ['01', [3, 1]],
    ['001', [3, 1, 0]],
    ['000', [3, 1, 0]],
  ]);
});

test('of words with the same count, the later is taken first', () => {
  assert.deepEqual(pathsOf(buildHuffmanTree([1, 1])), [
    ['1', [0]],
    ['0', [0]],
  ]);
});

test('counts may come in any order, as with <UNK> last', () => {
  const sorted = pathsOf(buildHuffmanTree([9, 5, 4, 2]));
  const mixed = pathsOf(buildHuffmanTree([5, 4, 2, 9]));
  assert.deepEqual(mixed, [sorted[1], sorted[2], sorted[3], sorted[0]]);
});

test('one word has an empty path, and no words have none', () => {
  assert.deepEqual(pathsOf(buildHuffmanTree([3])), [['', []]]);
  assert.deepEqual(pathsOf(buildHuffmanTree([])), []);
});

test('a count of 0 is taken as 1, so that words without a count share the depth', () => {
  assert.deepEqual(buildHuffmanTree(new Array(256).fill(0)), buildHuffmanTree(new Array(256).fill(1)));
  assert.ok(pathsOf(buildHuffmanTree(new Array(256).fill(0))).every(([code]) => code.length === 8));
});

test('codes are prefix-free and complete (Kraft), points follow the codes, and no tree is shorter', () => {
  const random = new Random(1);
  for (let round = 0; round < 60; round++) {
    const n = 2 + random.below(120);
    const counts = Array.from({ length: n }, () => 1 + Math.floor(1 / (random.unit() + 1e-4)));
    const paths = pathsOf(buildHuffmanTree(counts));
    assert.equal(
      paths.reduce((sum, [code]) => sum + 2 ** -code.length, 0),
      1,
    );
    // The same prefix leads to the same node, and another prefix to another.
    const nodeOf = new Map<string, number>();
    for (const [code, nodes] of paths) {
      assert.equal(code.length, nodes.length);
      for (const [depth, node] of nodes.entries()) {
        const prefix = code.slice(0, depth);
        assert.equal(nodeOf.get(prefix) ?? node, node);
        nodeOf.set(prefix, node);
      }
    }
    assert.equal(nodeOf.get(''), n - 2);
    assert.deepEqual(
      [...nodeOf.values()].sort((a, b) => a - b),
      Array.from({ length: n - 1 }, (_, i) => i),
    );
    const bits = paths.reduce((sum, [code], word) => sum + code.length * counts[word]!, 0);
    assert.equal(bits, shortestLength(counts));
  }
});

/** The total code length of an optimal tree: the sum of all merged pairs, always of the two smallest. */
function shortestLength(counts: readonly number[]): number {
  const queue = [...counts];
  let length = 0;
  while (queue.length > 1) {
    queue.sort((a, b) => b - a);
    const merged = queue.pop()! + queue.pop()!;
    length += merged;
    queue.push(merged);
  }
  return length;
}

test('codes may be 64 long, past the 40 of word2vec.c, and no longer', () => {
  const fibonacci = [1, 1];
  while (fibonacci.length < 65) fibonacci.push(fibonacci.at(-1)! + fibonacci.at(-2)!);
  const longest = Math.max(...pathsOf(buildHuffmanTree(fibonacci)).map(([code]) => code.length));
  assert.equal(longest, 64);
  fibonacci.push(fibonacci.at(-1)! + fibonacci.at(-2)!);
  assert.throws(() => buildHuffmanTree(fibonacci), /paths longer than 64 nodes/);
});

test('a count that is none is refused', () => {
  assert.throws(() => buildHuffmanTree([3, -1]), /count -1 of word 1 is not a number of at least 0/);
  assert.throws(() => buildHuffmanTree([Number.NaN]), /count NaN of word 0/);
});
