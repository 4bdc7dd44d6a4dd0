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
 * that compose into syllables, and the sigma, whose lower case depends on where it stands. In text without them, whose
 * characters are each in normal form, normalisation changes nothing and lower-casing goes character by character
 * (UAX #15, quick check: all are starters, and none composes with the one before it; the Unicode Standard, 3.13).
 */
const DEPENDS_ON_NEIGHBOURS = /[\p{M}\u1100-\u11ffΣ]/u;

/**
 * What becomes of the characters of one page, read off from what the splitter of strings does with each: 64 entries
 * for the native splitter's table.
 *
 * @param words the splitter of strings, from `wordsOfText` with the same options.
 */
export function characterPage(page: number, words: Split, options: TokenizeOptions): Uint32Array {
  const entries = new Uint32Array(PAGE_SIZE);
  for (let index = 0; index < PAGE_SIZE; index++)
    entries[index] = entryOf(page * PAGE_SIZE + index, words, options);
  return entries;
}

function entryOf(code: number, words: Split, { normalize }: TokenizeOptions): number {
  const character = String.fromCharCode(code);
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  if (isSurrogate || DEPENDS_ON_NEIGHBOURS.test(character)) return UNDECIDED;
  if (normalize !== 'none' && character.normalize(normalize) !== character) return UNDECIDED;
  const [word, ...more] = words(character);
  const between = [...words(`a${character}a`)];
  if (word === undefined) {
    if (between.length === 2) return BETWEEN;
    return between[0] === "a'a" ? APOSTROPHE : UNDECIDED;
  }
  const bytes = Buffer.from(word);
  if (more.length > 0 || between[0] !== `a${word}a` || bytes.length > MOST_BYTES) return UNDECIDED;
  return bytes.reduce((entry, byte, index) => entry | (byte << (8 * (index + 1))), bytes.length) >>> 0;
}
