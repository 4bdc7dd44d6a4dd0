import { join } from 'node:path';
import { throwIfAborted, WordmillError } from '../core/errors.js';
import { Vocabulary } from '../core/vocabulary.js';
import type { CountedWords } from './generations.js';
import { IncludedWords } from './included-words.js';
import { type RunBlock, readRun } from './word-run.js';
import { ByteReader } from './word-table.js';

/** Which words become the vocabulary. */
export interface SelectionOptions {
  readonly minCount: number;
  /** The most words, `<UNK>` not counted. */
  readonly maxSize?: number | undefined;
  readonly unk: 'drop' | 'token';
}

/** A vocabulary chosen from counted words, and what was left out of it, in tokens. */
export interface Selection {
  readonly vocabulary: Vocabulary;
  /** How many different words were counted; the literals `<UNK>` and `<unk>` are none. */
  readonly types: number;
  readonly belowMinCount: number;
  readonly pastMaxSize: number;
  /** Occurrences of the literals `<UNK>` and `<unk>`. */
  readonly literals: number;
  /** Tokens of words that were dropped while counting. */
  readonly pruned: number;
}

/**
 * Chooses the vocabulary: words that occur at least `minCount` times, of those the `maxSize` most frequent; ordered by
 * count, largest first, then by bytes. Two passes over the list of words, which is in the order of bytes: the first
 * counts how many words have each count, which says where the words of each count start in the result; the second
 * gives each word its id. Memory: the result, and an entry for each different count.
 *
 * @param included words that are kept beside those, whatever their count (`IncludedWords.joinedTo`).
 * @throws WordmillError `data` when no word occurs at all, or none often enough.
 */
export async function selectWords(
  counted: CountedWords,
  options: SelectionOptions,
  signal: AbortSignal,
  included = new IncludedWords([]),
): Promise<Selection> {
  if (counted.types === 0) throw counted.pruned.tokens > 0 ? allPruned() : emptyCorpus();
  const list = join(counted.folder, counted.list);
  const shape = await countsOfCounts(list, included, signal);
  const nextIds = new Map<number, number>();
  let kept = 0;
  for (const count of [...shape.words.keys()].sort((a, b) => b - a)) {
    if (count < options.minCount) break;
    nextIds.set(count, kept);
    kept += shape.words.get(count)!;
  }
  if (kept === 0 && !included.occur) throw emptiedVocabulary(shape, options.minCount);
  kept = Math.min(kept, options.maxSize ?? kept);

  const words = new Array<string>(kept).fill('');
  const counts = new Float64Array(kept);
  let belowMinCount = 0;
  let pastMaxSize = 0;
  for await (const block of readRun(list)) {
    throwIfAborted(signal);
    const text = Buffer.from(block.bytes.buffer, block.bytes.byteOffset, block.bytes.length);
    const reader = new ByteReader(block.bytes);
    for (let index = 0; index < block.length; index++) {
      if (isUnknownLiteral(block, index) || included.has(block, reader, index)) continue;
      const count = block.counts[index]!;
      const id = nextIds.get(count);
      if (id === undefined) {
        belowMinCount += count;
      } else if (id >= kept) {
        pastMaxSize += count;
      } else {
        nextIds.set(count, id + 1);
        words[id] = text.toString('utf8', block.starts[index]!, block.ends[index]!);
        counts[id] = count;
      }
    }
  }
  const { types, literals } = shape;
  const pruned = counted.pruned.tokens;
  const unknownCount = belowMinCount + pastMaxSize + literals + pruned;
  const all = included.joinedTo({ words, counts });
  const vocabulary = new Vocabulary({ ...all, unknown: options.unk, unknownCount });
  return { vocabulary, types, belowMinCount, pastMaxSize, literals, pruned };
}

interface CountsOfCounts {
  /** For each count, how many words have it, those left out that are included anyway. */
  readonly words: Map<number, number>;
  readonly types: number;
  readonly literals: number;
}

async function countsOfCounts(
  list: string,
  included: IncludedWords,
  signal: AbortSignal,
): Promise<CountsOfCounts> {
  const words = new Map<number, number>();
  let types = 0;
  let literals = 0;
  for await (const block of readRun(list)) {
    throwIfAborted(signal);
    const reader = new ByteReader(block.bytes);
    for (let index = 0; index < block.length; index++) {
      const count = block.counts[index]!;
      if (isUnknownLiteral(block, index)) {
        literals += count;
      } else {
        types++;
        if (included.take(block, reader, index)) continue;
        words.set(count, (words.get(count) ?? 0) + 1);
      }
    }
  }
  return { words, types, literals };
}

/** Whether a word is the literal `<UNK>` or `<unk>`, which stands for an unknown word in text that has been pruned. */
export function isUnknownLiteral({ bytes, starts, ends }: RunBlock, index: number): boolean {
  const start = starts[index]!;
  if (ends[index]! - start !== 5 || bytes[start] !== 0x3c) return false;
  const word = String.fromCharCode(...bytes.subarray(start, start + 5));
  return word === '<UNK>' || word === '<unk>';
}

function allPruned(): WordmillError {
  return new WordmillError('data', 'no word is left: all were dropped while counting', {
    place: { key: '--prune-at' },
    hint: 'Raise --prune-at, or leave it out: then words are counted exactly.',
  });
}

/** The error for a corpus without a single token. */
export function emptyCorpus(): WordmillError {
  return new WordmillError('data', 'the corpus is empty: there is no word in it', {
    hint: 'Check that the input holds text, and that the splitter, pattern or module finds words in it (try: wordmill tokenize).',
  });
}

function emptiedVocabulary({ words, types }: CountsOfCounts, minCount: number): WordmillError {
  if (types === 0) {
    return new WordmillError('data', 'the corpus holds no word but <UNK>', {
      hint: 'Give the text as it was before unknown words were replaced.',
    });
  }
  const highest = [...words.keys()].reduce((a, b) => Math.max(a, b));
  return new WordmillError(
    'data',
    `no word occurs ${minCount} times: ${types === 1 ? 'the one word occurs' : `of ${types} different words the most frequent occurs`} ${highest === 1 ? 'once' : `${highest} times`}`,
    { place: { key: '--min-count' }, hint: `Lower --min-count to ${highest} or less, or give more text.` },
  );
}
