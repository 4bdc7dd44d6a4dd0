import { WordmillError } from '../../core/errors.js';
import type { Vectors } from '../../vectors/vectors.js';
import type { Log } from '../log.js';

/** White space of ASCII: others, such as the no-break space, are parts of words. */
const SPACE = /[ \t\r\v\f]+/;

/** A word in double quotes, which begins and ends with no space; or anything without spaces. */
const WORD = /"(\S|\S(?:[^"\\]|\\["\\])*[^\s\\])"(?=[ \t\r\v\f]|$)|[^ \t\r\v\f]+/g;

/** A line without the white space around it. */
export function trimmed(line: string): string {
  return line.replace(/^[ \t\r\v\f]+|[ \t\r\v\f]+$/g, '');
}

/** The words of a line of text: what stands between white space. */
export function textWords(line: string): string[] {
  return line.split(SPACE).filter((word) => word !== '');
}

/**
 * The words of a question on a line: between tabs where there are some; else between spaces, those with spaces in them
 * in double quotes.
 */
export function questionWords(line: string): string[] {
  const text = trimmed(line);
  if (text.includes('\t')) return text.split('\t').map(trimmed);
  return [...text.matchAll(WORD)].map(([whole, quoted]) =>
    quoted === undefined ? whole : quoted.replace(/\\(["\\])/g, '$1'),
  );
}

/** A line as a question of its words; undefined for a line that asks nothing. */
export function questionOf(line: string): string[] | undefined {
  return trimmed(line) === '' ? undefined : questionWords(line);
}

/** This many words without a vector are told of one by one: a text may have thousands. */
const MOST_TOLD = 20;

/** Of each log the words without a vector that were told of. */
const toldOf = new WeakMap<Log, Set<string>>();

/** Words without those that have no vector: the first of these, each once, are warned of. */
export function knownWords(vectors: Vectors, words: readonly string[], log: Log): string[] {
  return words.filter((word) => {
    try {
      vectors.get(word);
      return true;
    } catch (error) {
      if (!(error instanceof WordmillError)) throw error;
      warnOnce(word, error.message, log);
      return false;
    }
  });
}

function warnOnce(word: string, message: string, log: Log): void {
  const told = toldOf.get(log) ?? new Set();
  toldOf.set(log, told);
  if (told.size > MOST_TOLD || told.has(word)) return;
  told.add(word);
  log.warning(told.size > MOST_TOLD ? 'further words without a vector are left out without a word' : message);
}

/**
 * A question of so many words.
 *
 * @throws WordmillError of that kind for more or fewer.
 */
export function exactly(words: readonly string[], count: 2 | 3, kind: 'usage' | 'data'): readonly string[] {
  if (words.length === count) return words;
  const wanted = { 2: 'two words', 3: 'three words' }[count];
  throw new WordmillError(kind, `this question takes ${wanted}: ${words.join(' ')}`, {
    hint: 'Put quotes around a word with spaces; on a line, a tab between words does as well.',
  });
}
