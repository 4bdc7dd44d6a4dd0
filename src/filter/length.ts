import type { TextBlock } from '../core/blocks.js';
import type { Stage } from '../core/stage.js';
import { type Judge, unitFilter } from './unit-filter.js';

/** The least and most that a unit may have; what is left open is not looked at. */
export interface LengthLimits {
  /** Characters are Unicode's code points. */
  readonly minCharacters?: number | undefined;
  readonly maxCharacters?: number | undefined;
  /** Words are what stands between white space. */
  readonly minWords?: number | undefined;
  readonly maxWords?: number | undefined;
}

/** Leaves out units that are too short or too long. */
export function lengthFilter(limits: LengthLimits): Stage<TextBlock, TextBlock> {
  const { minCharacters = 0, minWords = 0 } = limits;
  const { maxCharacters = Number.POSITIVE_INFINITY, maxWords = Number.POSITIVE_INFINITY } = limits;
  const countsCharacters = minCharacters > 0 || maxCharacters < Number.POSITIVE_INFINITY;
  const countsWords = minWords > 0 || maxWords < Number.POSITIVE_INFINITY;
  const judge: Judge = (bytes, start, end) => {
    if (countsCharacters) {
      const characters = countCharacters(bytes, start, end);
      if (characters < minCharacters) return `shorter than ${number(minCharacters)} characters`;
      if (characters > maxCharacters) return `longer than ${number(maxCharacters)} characters`;
    }
    if (countsWords) {
      const words = countWords(bytes, start, end);
      if (words < minWords) return `shorter than ${number(minWords)} words`;
      if (words > maxWords) return `longer than ${number(maxWords)} words`;
    }
    return undefined;
  };
  return unitFilter('filter.length', () => judge);
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}

/** How many code points valid UTF-8 has. */
function countCharacters(bytes: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at++) if ((bytes[at]! & 0xc0) !== 0x80) count++;
  return count;
}

/** How many runs there are without white space, as Unicode and JavaScript's `\s` have it. */
function countWords(bytes: Buffer, start: number, end: number): number {
  let count = 0;
  let inside = false;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    // The first bytes of all white space beyond ASCII.
    if (byte === 0xc2 || (byte >= 0xe1 && byte <= 0xe3) || byte === 0xef) {
      return bytes.toString('utf8', start, end).match(/\S+/gu)?.length ?? 0;
    }
    const isSpace = byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
    if (!isSpace && !inside) count++;
    inside = !isSpace;
  }
  return count;
}
