import type { TokenizeOptions } from './options.js';
import type { Split } from './split-text.js';

/** How many characters are on a page of the native splitter's table (character_table.h). */
export const PAGE_SIZE = 64;
/** Its pages hold the characters up to U+FFFF. */
export const PAGES = 0x10000 / PAGE_SIZE;

// What an entry's lowest byte says of a character that is not part of words; else it is the number of bytes it becomes.
const UNDECIDED = 0;
const BETWEEN = 0x10;
const APOSTROPHE = 0x11;
const MOST_BYTES = 3;

/**
 * Characters that depend on what stands beside them: marks, which normalisation reorders and composes, Hangul letters
 * that compose into syllables, halves of characters past U+FFFF, and the sigma, whose lower case depends on where it stands. In text without them, whose
 * characters are each in normal form, normalisation changes nothing and lower-casing goes character by character
 * (UAX #15, quick check: all are starters, and none composes with the one before it; the Unicode Standard, 3.13).
 */
const DEPENDS_ON_NEIGHBOURS = /[\p{M}\p{Cs}\u1100-\u11ffΣ]/u;

/**
 * What becomes of the characters of one page, read off from what the splitter of strings does with each: 64 entries
 * for the native splitter's table.
 *
 * @param words the splitter of strings, from `wordsOfText` with the same options.
 */
export function characterPage(page: number, words: Split, options: TokenizeOptions): Uint32Array {
  const entries = new Uint32Array(PAGE_SIZE);
  const first = page * PAGE_SIZE;
  const all = String.fromCharCode(...entries.map((_, index) => first + index));
  if (isUnchangedWord(all, words, options)) return entries.map((_, index) => writtenAs(all[index]!));
  for (let index = 0; index < PAGE_SIZE; index++) entries[index] = entryOf(first + index, words, options);
  return entries;
}

/** Whether a page is all letters that stay what they are, as in Chinese and Korean: quicker than one by one. */
function isUnchangedWord(all: string, words: Split, options: TokenizeOptions): boolean {
  if (DEPENDS_ON_NEIGHBOURS.test(all) || !isNormal(all, options)) return false;
  const [word] = words(all);
  return word === all;
}

function isNormal(text: string, { normalize }: TokenizeOptions): boolean {
  return normalize === 'none' || text.normalize(normalize) === text;
}

function writtenAs(word: string): number {
  const bytes = Buffer.from(word);
  return bytes.reduce((entry, byte, index) => entry | (byte << (8 * (index + 1))), bytes.length) >>> 0;
}

function entryOf(code: number, words: Split, options: TokenizeOptions): number {
  const character = String.fromCharCode(code);
  if (DEPENDS_ON_NEIGHBOURS.test(character)) return UNDECIDED;
  if (!isNormal(character, options)) return UNDECIDED;
  const [word, ...more] = words(character);
  const between = [...words(`a${character}a`)];
  if (word === undefined) {
    if (between.length === 2) return BETWEEN;
    return between[0] === "a'a" ? APOSTROPHE : UNDECIDED;
  }
  const isPart = more.length === 0 && between[0] === `a${word}a`;
  return isPart && Buffer.byteLength(word) <= MOST_BYTES ? writtenAs(word) : UNDECIDED;
}
