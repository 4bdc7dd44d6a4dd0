import { WordmillError } from '../core/errors.js';

/** Kernels keep a word's path in a fixed space of this many nodes; counts would have to pass 10^13 to need more. */
export const LONGEST_CODE = 64;

/**
 * A Huffman tree over the words, for hierarchical softmax, laid out flat: the path of word w from the root down is
 * the entries from `ends[w-1]` (0 for the first word) to before `ends[w]`.
 */
export interface HuffmanTree {
  /** At each inner node of the path, which child comes next. */
  readonly codes: Uint8Array;
  /** The inner nodes of the path: rows of the output matrix, 0 to n - 2; the root is n - 2. */
  readonly points: Uint32Array;
  readonly ends: Uint32Array;
}

/**
 * Builds the tree of word2vec.c: words sorted by count, largest first, then merged in linear time by two pointers, one
 * into the words from the rarest up, one into the inner nodes in the order they were made. Where a word and a node
 * count the same, the node is taken. Of two merged, the second taken gets code 1.
 *
 * Counts may come in any order (equal ones keep theirs); a count of 0 is taken as 1. A vocabulary of one word has an
 * empty path.
 *
 * @throws `data` if a code would be longer than 64, or a count is not a number of at least 0.
 */
export function buildHuffmanTree(counts: ArrayLike<number>): HuffmanTree {
  const { parents, branches } = mergeByCount(counts);
  return layOutPaths(counts.length, parents, branches);
}

interface Merged {
  /** For each word, then each inner node in the order made: the inner node above it. */
  readonly parents: Uint32Array;
  /** For the same: which child of that node it is. */
  readonly branches: Uint8Array;
}

function mergeByCount(counts: ArrayLike<number>): Merged {
  const n = counts.length;
  const count = Float64Array.from(counts, (value, word) => checkedCount(value, word));
  const rarestFirst = Uint32Array.from(count, (_, word) => n - 1 - word).sort(
    (a, b) => count[a]! - count[b]! || b - a,
  );
  const inner = Math.max(0, n - 1);
  const nodeCount = new Float64Array(inner).fill(Number.POSITIVE_INFINITY);
  const parents = new Uint32Array(n + inner);
  const branches = new Uint8Array(n + inner);
  let nextWord = 0;
  let nextNode = 0;
  const takeSmallest = (): number => {
    const wordCount = nextWord < n ? count[rarestFirst[nextWord]!]! : Number.POSITIVE_INFINITY;
    return wordCount < nodeCount[nextNode]! ? rarestFirst[nextWord++]! : n + nextNode++;
  };
  const countOf = (item: number): number => (item < n ? count[item]! : nodeCount[item - n]!);
  for (let node = 0; node < inner; node++) {
    const first = takeSmallest();
    const second = takeSmallest();
    nodeCount[node] = countOf(first) + countOf(second);
    parents[first] = node;
    parents[second] = node;
    branches[second] = 1;
  }
  return { parents, branches };
}

function layOutPaths(n: number, parents: Uint32Array, branches: Uint8Array): HuffmanTree {
  const root = n - 2;
  const depths = new Uint8Array(Math.max(0, n - 1)); // nodes made later are nearer the root
  const ends = new Uint32Array(n);
  for (let node = root - 1; node >= 0; node--) {
    const depth = depths[parents[n + node]!]! + 1;
    if (depth >= LONGEST_CODE) throw tooDeep();
    depths[node] = depth;
  }
  let total = 0;
  for (let word = 0; word < n; word++) {
    if (n > 1) total += depths[parents[word]!]! + 1;
    ends[word] = total;
  }
  const codes = new Uint8Array(total);
  const points = new Uint32Array(total);
  for (let word = 0; word < n; word++) {
    const start = word === 0 ? 0 : ends[word - 1]!;
    let below = word;
    for (let step = ends[word]! - 1; step >= start; step--) {
      const node = parents[below]!;
      codes[step] = branches[below]!;
      points[step] = node;
      below = n + node;
    }
  }
  return { codes, points, ends };
}

function checkedCount(value: number, word: number): number {
  if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) {
    throw new WordmillError('data', `count ${value} of word ${word} is not a number of at least 0`);
  }
  return Math.max(1, value);
}

function tooDeep(): WordmillError {
  return new WordmillError(
    'data',
    `the Huffman tree of these counts has paths longer than ${LONGEST_CODE} nodes`,
    { hint: 'Check the counts, or train with loss: negative.' },
  );
}
