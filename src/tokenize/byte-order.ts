/** Negative, 0 or positive as the bytes `a[aStart .. aEnd)` come before, equal or come after `b[bStart .. bEnd)`. */
export function compareBytes(
  a: Uint8Array,
  aStart: number,
  aEnd: number,
  b: Uint8Array,
  bStart: number,
  bEnd: number,
): number {
  const shared = Math.min(aEnd - aStart, bEnd - bStart);
  for (let index = 0; index < shared; index++) {
    const difference = a[aStart + index]! - b[bStart + index]!;
    if (difference !== 0) return difference;
  }
  return aEnd - aStart - (bEnd - bStart);
}

/** Words in one row of bytes: word `id` is `bytes[starts[id] .. starts[id + 1])`. */
export interface WordBytes {
  readonly size: number;
  readonly bytes: Uint8Array;
  readonly starts: Uint32Array;
}

/** Parts no longer than this are sorted by insertion. */
const SHORT = 12;

/**
 * The ids of all words in the order of their bytes: multikey quicksort (Bentley & Sedgewick 1997), which looks at each
 * byte of a shared beginning once, and takes no memory but the result.
 */
export function idsInByteOrder(words: WordBytes): Uint32Array {
  const ids = new Uint32Array(words.size);
  for (let id = 0; id < ids.length; id++) ids[id] = id;
  sortPart(words, ids, 0, ids.length, 0);
  return ids;
}

/** Sorts `ids[from .. to)`, words whose first `depth` bytes are equal. */
function sortPart(words: WordBytes, ids: Uint32Array, first: number, last: number, shared: number): void {
  const { bytes, starts } = words;
  let from = first;
  let to = last;
  let depth = shared;
  // The largest of the three parts is sorted by going round, the others by recursion: at most log2(n) deep.
  while (to - from > SHORT) {
    const pivot = middleOf(words, ids, from, to, depth);
    let less = from;
    let greater = to;
    let index = from;
    while (index < greater) {
      const id = ids[index]!;
      const position = starts[id]! + depth;
      const byte = position < starts[id + 1]! ? bytes[position]! : -1;
      if (byte < pivot) {
        ids[index++] = ids[less]!;
        ids[less++] = id;
      } else if (byte > pivot) {
        ids[index] = ids[--greater]!;
        ids[greater] = id;
      } else {
        index++;
      }
    }
    // Words that end here and share all bytes are one word, and each word is here once.
    const equal = pivot === -1 ? 0 : greater - less;
    const largest = Math.max(less - from, equal, to - greater);
    if (equal === largest) {
      sortPart(words, ids, from, less, depth);
      sortPart(words, ids, greater, to, depth);
      from = less;
      to = greater;
      depth++;
    } else if (less - from === largest) {
      if (equal > 0) sortPart(words, ids, less, greater, depth + 1);
      sortPart(words, ids, greater, to, depth);
      to = less;
    } else {
      sortPart(words, ids, from, less, depth);
      if (equal > 0) sortPart(words, ids, less, greater, depth + 1);
      from = greater;
    }
  }
  sortShortPart(words, ids, from, to, depth);
}

/** The middle one of three words' bytes at a depth; -1 stands for a word that ends there. */
function middleOf(words: WordBytes, ids: Uint32Array, from: number, to: number, depth: number): number {
  const byteAt = (index: number): number => {
    const id = ids[index]!;
    const position = words.starts[id]! + depth;
    return position < words.starts[id + 1]! ? words.bytes[position]! : -1;
  };
  const a = byteAt(from);
  const b = byteAt((from + to) >>> 1);
  const c = byteAt(to - 1);
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}

function sortShortPart(words: WordBytes, ids: Uint32Array, from: number, to: number, depth: number): void {
  const { bytes, starts } = words;
  for (let index = from + 1; index < to; index++) {
    const id = ids[index]!;
    const start = starts[id]! + depth;
    const end = starts[id + 1]!;
    let place = index;
    while (place > from) {
      const other = ids[place - 1]!;
      if (compareBytes(bytes, starts[other]! + depth, starts[other + 1]!, bytes, start, end) <= 0) break;
      ids[place--] = other;
    }
    ids[place] = id;
  }
}
