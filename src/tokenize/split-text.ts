import { WordmillError } from '../core/errors.js';
import { foldDigits, normaliser } from './normalise.js';
import type { TokenizeOptions } from './options.js';

/** Splits one unit of text, normalised already, into words. Empty words are dropped. */
export type Split = (text: string) => Iterable<string>;

/**
 * The `words` splitter: runs of letters, marks and digits; one apostrophe, U+0027 or U+2019, between two such runs
 * joins them.
 */
const WORDS = /[\p{L}\p{M}\p{N}]+(?:['\u2019][\p{L}\p{M}\p{N}]+)*/gu;

/** The `whitespace` splitter: whatever stands between characters with the Unicode property White_Space. */
const BETWEEN_WHITE_SPACE = /\P{White_Space}+/gu;

/** An apostrophe inside a word is always U+0027, so that `don’t` and `don't` are one word. */
export function splitWords(text: string): string[] {
  const words = matches(text, WORDS);
  return text.includes('\u2019') ? words.map((word) => word.replaceAll('\u2019', "'")) : words;
}

/** What stands between white space of any kind, as Unicode defines it. */
export function splitWhitespace(text: string): string[] {
  return matches(text, BETWEEN_WHITE_SPACE);
}

/**
 * A splitter whose words are the matches of a user's regular expression (flags `gu`).
 *
 * @throws WordmillError `usage` when the expression is not valid; the message holds the engine's own.
 */
export function splitPattern(pattern: string): Split {
  let expression: RegExp;
  try {
    expression = new RegExp(pattern, 'gu');
  } catch (error) {
    throw new WordmillError('usage', (error as Error).message, {
      place: { key: 'tokenize.pattern' },
      hint: 'The pattern is a JavaScript regular expression, without slashes, with flags g and u.',
      cause: error,
    });
  }
  return (text) => matches(text, expression);
}

/**
 * From one unit of raw text to its words: normalise, lower-case, split, fold numbers. This is the specification of
 * tokenizing; the splitter of bytes (split-bytes.ts) gives exactly the same, faster.
 */
export function wordsOfText(
  options: TokenizeOptions,
  split: Split = options.splitter === 'words' ? splitWords : splitWhitespace,
): Split {
  const normalise = normaliser(options);
  if (!options.foldNumbers) return (text) => split(normalise(text));
  return (text) => Array.from(split(normalise(text)), foldDigits);
}

/** All matches; an expression that matches the empty string still moves on, by the definition of `match`. */
function matches(text: string, expression: RegExp): string[] {
  return text.match(expression) ?? [];
}
