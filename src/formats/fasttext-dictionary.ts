import { throwIfAborted, WordmillError } from '../core/errors.js';
import type { BinaryCursor } from './binary-cursor.js';
import {
  FASTTEXT_ARGS,
  FASTTEXT_MAGIC,
  FASTTEXT_MODELS,
  FASTTEXT_VERSION,
  type FasttextArgs,
} from './fasttext-layout.js';
import type { ReadingNotes } from './reading-notes.js';
import type { ReadOptions } from './word-vectors.js';

const LONGEST_WORD = 1 << 16;
/** The length of vectors that is believed, as everywhere. */
const MOST_DIMENSIONS = 65_536;

/**
 * Reads what a model begins with: magic, version, args.
 *
 * @throws WordmillError `data`, with the byte, for what is not fastText's, another version, or impossible numbers.
 */
export async function readFasttextArgs(cursor: BinaryCursor): Promise<FasttextArgs> {
  await cursor.need(4 * (2 + FASTTEXT_ARGS.length) + 8, 'its head');
  const place = (word: number) => ({ file: cursor.path, byte: 4 * word });
  if (cursor.int32() !== FASTTEXT_MAGIC)
    throw new WordmillError('data', 'this is no fastText model', { place: place(0) });
  const version = cursor.int32();
  if (version > FASTTEXT_VERSION || version < FASTTEXT_VERSION - 1) {
    throw new WordmillError(
      'data',
      `fastText's version ${version} of its models is not read, 12 and 11 are`,
      {
        place: place(1),
      },
    );
  }
  const args = Object.fromEntries(FASTTEXT_ARGS.map((name) => [name, cursor.int32()])) as FasttextArgs;
  for (const [name, least, most] of [
    ['dim', 1, MOST_DIMENSIONS],
    ['bucket', 0, 2 ** 31 - 1],
    ['minn', 0, 2 ** 31 - 1],
    ['maxn', 0, 2 ** 31 - 1],
  ] as const) {
    if (args[name] >= least && args[name] <= most) continue;
    throw new WordmillError('data', `fastText's ${name} cannot be ${args[name]}`, {
      place: place(2 + FASTTEXT_ARGS.indexOf(name)),
    });
  }
  const t = cursor.float64();
  // Version 11 wrote a length of n-grams for supervised models, which had none.
  const maxn = version === 11 && args.model === FASTTEXT_MODELS.supervised ? 0 : args.maxn;
  return { ...args, maxn, t };
}

/** The words of a model: the most frequent ones, as many as are wanted. */
export interface FasttextWords {
  readonly words: readonly string[];
  readonly counts: Float64Array;
  /** How many rows of words the model has. */
  readonly total: number;
}

/**
 * Reads a model's dictionary: its words, without the labels of a supervised model, which come after them.
 *
 * @param fileSize in bytes, where it is known
 * @throws WordmillError `data`, with the byte, for impossible numbers, and for a dictionary that was pruned.
 */
export async function readFasttextWords(
  cursor: BinaryCursor,
  notes: ReadingNotes,
  options: ReadOptions,
  fileSize: number | undefined,
): Promise<FasttextWords> {
  await cursor.need(28, 'its dictionary');
  const place = cursor.place();
  const [size, words, labels] = [cursor.int32(), cursor.int32(), cursor.int32()];
  // An entry takes at least ten bytes.
  if (words < 0 || labels < 0 || size !== words + labels || size > (fileSize ?? Infinity) / 10) {
    throw new WordmillError(
      'data',
      `a dictionary of ${words} words and ${labels} labels in ${size} entries is impossible`,
      { place },
    );
  }
  cursor.int64(); // tokens
  if (cursor.int64() >= 0) throw quantised(place);
  const { signal, limit = Infinity } = options;
  const found: string[] = [];
  const counts: number[] = [];
  for (let entry = 0; entry < size; entry++) {
    if (signal && entry % 4_096 === 0) throwIfAborted(signal);
    const what = `word ${entry + 1} of ${size}`;
    const start = cursor.place();
    const bytes = await cursor.untilZero(LONGEST_WORD, what);
    const isWanted = entry < words && found.length < limit;
    if (isWanted) found.push(notes.word(bytes, 0, bytes.length));
    await cursor.need(9, what);
    const count = cursor.int64();
    if (isWanted) counts.push(count);
    const type = cursor.uint8();
    if (type !== (entry < words ? 0 : 1)) {
      const kind = entry < words ? 'a word' : 'a label';
      throw new WordmillError('data', `entry ${entry + 1} of the dictionary should be ${kind}`, {
        place: start,
      });
    }
  }
  return { words: found, counts: Float64Array.from(counts), total: words };
}

/** The error for a model that fastText made smaller. */
export function quantised(place: { file: string; byte: number }): WordmillError {
  return new WordmillError('data', 'this model is quantised, and such models are not read', {
    place,
    hint: 'Take the .bin that `fasttext quantize` made it from.',
  });
}
