import { WordmillError } from '../core/errors.js';
import type { Vocabulary } from '../core/vocabulary.js';

/**
 * Which words the vector formats can carry. In all three a space ends a word; a line break would end the row or be
 * stripped; other white space of ASCII and NUL end a word for readers in C. Unicode's other spaces, such as U+00A0
 * and U+3000, are carried: gensim, C readers and this toolkit keep them (a Python reader that calls `split()` without
 * an argument does not). Half a surrogate pair has no UTF-8.
 */
const NOT_CARRIED = /^$|[\0\t\n\v\f\r ]|\p{Surrogate}/u;

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
  /** What of a word it cannot carry; by default white space of ASCII, NUL, and a word that is empty. */
  readonly notCarried?: RegExp;
}

/**
 * A vocabulary's words as a format writes them, in order.
 *
 * @throws WordmillError `data` at the first word that cannot be carried, or that would be written like another word.
 */
export function carriedWords({ words, counts }: Vocabulary, options: CarriedOptions): readonly string[] {
  return new WordCarrier(options, (id) => `id ${id}, count ${counts[id]}`).carry(words);
}

/** Words that come some at a time, as a format writes them. */
export class WordCarrier {
  readonly #options: CarriedOptions;
  readonly #nameOf: (row: number) => string;
  readonly #notCarried: RegExp;
  readonly #allNotCarried: RegExp;
  /** What the words are that are written with an `ESCAPE` in them, by how they are written. */
  readonly #withEscapes = new Map<string, string>();
  #rows = 0;

  /** @param nameOf says for messages which word it is, by its row from 0 */
  constructor(options: CarriedOptions, nameOf: (row: number) => string = (row) => `row ${row + 1}`) {
    this.#options = options;
    this.#nameOf = nameOf;
    this.#notCarried = options.notCarried ?? NOT_CARRIED;
    this.#allNotCarried = new RegExp(this.#notCarried, 'gu');
  }

  /**
   * The next words as they are written.
   *
   * @throws WordmillError `data` at the first word that cannot be carried, or that would be written like another word.
   */
  carry(words: readonly string[]): readonly string[] {
    const { unknown, escapeWords } = this.#options;
    const spelledSo = unknown === undefined ? -1 : words.indexOf(unknown);
    if (spelledSo >= 0) {
      throw this.#refused(words, spelledSo, 'it stands for unknown words there', {
        hint: 'Leave the word out of the vocabulary, or spell it otherwise.',
      });
    }
    const first = words.findIndex((word) => this.#notCarried.test(word));
    if (first >= 0 && !escapeWords) {
      throw this.#refused(words, first, whyNot(words[first]!, this.#notCarried), {
        hint: `Use --escape-words to write ${ESCAPE} (U+2581) in its place, or a tokenizer pattern that matches no such words.`,
      });
    }
    const written = escapeWords ? words.map((word, index) => this.#escaped(words, word, index)) : words;
    this.#rows += words.length;
    return written;
  }

  #escaped(words: readonly string[], word: string, index: number): string {
    const written = word.replace(this.#allNotCarried, ESCAPE);
    if (!written.includes(ESCAPE)) return word;
    const other = this.#withEscapes.get(written) ?? word;
    if (other !== word) {
      const reason =
        written === word
          ? 'another word, escaped, is so too'
          : `escaped it is ${JSON.stringify(written)}, and so is another word`;
      throw this.#refused(words, index, reason, {
        hint: 'Use a tokenizer pattern that matches no words with spaces.',
      });
    }
    this.#withEscapes.set(written, word);
    return written;
  }

  #refused(
    words: readonly string[],
    index: number,
    reason: string,
    { hint }: { hint: string },
  ): WordmillError {
    const { format, path } = this.#options;
    const word = JSON.stringify(words[index]!.slice(0, 80));
    return new WordmillError(
      'data',
      `${format} cannot carry the word ${word} (${this.#nameOf(this.#rows + index)}): ${reason}`,
      { place: { file: path }, hint },
    );
  }
}

function whyNot(word: string, notCarried: RegExp): string {
  if (word === '') return 'it is empty';
  const character = notCarried.exec(word)![0];
  const code = `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
  const names: Record<string, string> = { ' ': 'a space', '\n': 'a line break', '\t': 'a tab', '\0': 'NUL' };
  return `it contains ${code}${names[character] ? ` (${names[character]})` : ''}`;
}
