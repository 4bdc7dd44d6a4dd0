import { WordmillError } from '../core/errors.js';
import type { Vocabulary } from '../core/vocabulary.js';

/**
 * Which words the vector formats can carry. In all three a space ends a word; a line break would end the row or be
 * stripped; other white space of ASCII and NUL end a word for readers in C. Unicode's other spaces, such as U+00A0
 * and U+3000, are carried: gensim, C readers and this toolkit keep them (a Python reader that calls `split()` without
 * an argument does not). Half a surrogate pair has no UTF-8.
 */
const NOT_CARRIED = /[\0\t\n\v\f\r ]|\p{Surrogate}/u;
const ALL_NOT_CARRIED = new RegExp(NOT_CARRIED, 'gu');

/** What stands for a character that a format cannot carry, as in SentencePiece's files. */
export const ESCAPE = '\u2581';

/** For which file words are checked, and what becomes of those that it cannot carry. */
export interface CarriedOptions {
  /** The format's name, for messages. */
  readonly format: string;
  /** The file to be written, for messages. */
  readonly path: string;
  /** Write `ESCAPE` for each character that cannot be carried, and for an empty word, rather than refuse it. */
  readonly escapeWords: boolean;
  /** Another way the format spells `<UNK>`, so that no other word may be spelled so. */
  readonly unknown?: string;
}

/**
 * A vocabulary's words as a format writes them, in order.
 *
 * @throws WordmillError `data` at the first word that cannot be carried, or that would be written like another word.
 */
export function carriedWords(vocabulary: Vocabulary, options: CarriedOptions): readonly string[] {
  const { words } = vocabulary;
  if (options.unknown !== undefined && words.includes(options.unknown)) {
    throw refused(vocabulary, words.indexOf(options.unknown), options, 'it stands for unknown words there', {
      hint: 'Leave the word out of the vocabulary, or spell it otherwise.',
    });
  }
  const first = words.findIndex(isNotCarried);
  if (first < 0) return words;
  if (!options.escapeWords) {
    throw refused(vocabulary, first, options, whyNot(words[first]!), {
      hint: `Use --escape-words to write ${ESCAPE} (U+2581) in its place, or a tokenizer pattern that matches no such words.`,
    });
  }
  const written = words.map((word) => (isNotCarried(word) ? escapeWord(word) : word));
  const unique = new Set(words);
  for (const [id, word] of written.entries()) {
    if (word === words[id]) continue;
    if (unique.has(word)) {
      throw refused(
        vocabulary,
        id,
        options,
        `escaped it is ${JSON.stringify(word)}, and so is another word`,
        {
          hint: 'Use a tokenizer pattern that matches no words with spaces.',
        },
      );
    }
    unique.add(word);
  }
  return written;
}

function isNotCarried(word: string): boolean {
  return word === '' || NOT_CARRIED.test(word);
}

function escapeWord(word: string): string {
  return word === '' ? ESCAPE : word.replace(ALL_NOT_CARRIED, ESCAPE);
}

function whyNot(word: string): string {
  if (word === '') return 'it is empty';
  const character = NOT_CARRIED.exec(word)![0];
  const code = `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
  const names: Record<string, string> = { ' ': 'a space', '\n': 'a line break', '\t': 'a tab', '\0': 'NUL' };
  return `it contains ${code}${names[character] ? ` (${names[character]})` : ''}`;
}

function refused(
  vocabulary: Vocabulary,
  id: number,
  { format, path }: CarriedOptions,
  reason: string,
  { hint }: { hint: string },
): WordmillError {
  const word = JSON.stringify(vocabulary.words[id]!.slice(0, 80));
  return new WordmillError(
    'data',
    `${format} cannot carry the word ${word} (id ${id}, count ${vocabulary.counts[id]}): ${reason}`,
    { place: { file: path }, hint },
  );
}
