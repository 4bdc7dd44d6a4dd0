import type { TokenBlock } from '../core/blocks.js';
import type { Report } from '../core/report.js';

/** How many tokens of each block are looked at. */
const TOKENS_PER_BLOCK = 1_000;
/** After how many bytes of tokens that were looked at there is a verdict. */
const BYTES_PER_VERDICT = 64 * 1024;
/** Fewer long tokens than this are no ground for a warning. */
const FEWEST_LONG = 3;
/** The scripts without spaces must hold this share of all bytes, and long tokens this share of their letters. */
const SHARE_OF_BYTES = 0.2;
const SHARE_OF_LETTERS = 0.5;
/** Words of these lengths, in letters, are rare where text has been segmented. */
const LONG_CHINESE_OR_JAPANESE = 5;
const LONG_SOUTH_EAST_ASIAN = 15;

/**
 * Notices text that should have been segmented into words first: Chinese, Japanese, Thai, Lao, Khmer, Burmese. In
 * these scripts words are not separated, so whole clauses come out as "words". It looks at the first tokens of every
 * block, and warns once if most letters of such scripts stand in tokens too long for words. Katakana alone may be
 * one long word, so such tokens do not count either way.
 */
export class UnsegmentedText {
  #bytes = 0;
  #letterBytes = 0;
  #letters = 0;
  #lettersInLong = 0;
  #long = 0;
  #warned = false;

  inspect({ bytes, tokenEnds }: TokenBlock, report: Report): void {
    if (this.#warned) return;
    const count = Math.min(tokenEnds.length, TOKENS_PER_BLOCK);
    for (let token = 0, start = 0; token < count; token++) {
      const end = tokenEnds[token]!;
      if (bytes[start]! >= 0xe0) this.#inspectToken(bytes, start, end);
      this.#bytes += end - start;
      start = end;
    }
    if (this.#bytes >= BYTES_PER_VERDICT) this.conclude(report);
  }

  /** Gives a verdict on what was seen since the last one; called at the end of the input too. */
  conclude(report: Report): void {
    if (
      this.#long >= FEWEST_LONG &&
      this.#letterBytes >= SHARE_OF_BYTES * this.#bytes &&
      this.#lettersInLong >= SHARE_OF_LETTERS * this.#letters
    ) {
      this.#warned = true;
      report.warn('tokenize-unsegmented', WARNING);
    }
    this.#bytes = this.#letterBytes = this.#letters = this.#lettersInLong = this.#long = 0;
  }

  #inspectToken(bytes: Uint8Array, start: number, end: number): void {
    let chineseOrJapanese = 0;
    let katakana = 0;
    let southEastAsian = 0;
    let letterBytes = 0;
    for (let i = start; i < end; ) {
      const lead = bytes[i]!;
      const size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
      const script = lead < 0xe0 ? OTHER : scriptOf(lead, bytes[i + 1]!, bytes[i + 2]!);
      if (script === HAN || script === HIRAGANA) chineseOrJapanese++;
      else if (script === KATAKANA) katakana++;
      else if (script === SOUTH_EAST_ASIAN) southEastAsian++;
      if (script !== OTHER) letterBytes += size;
      i += size;
    }
    if (chineseOrJapanese + southEastAsian === 0) return;
    const letters = chineseOrJapanese + katakana + southEastAsian;
    this.#letters += letters;
    this.#letterBytes += letterBytes;
    const enough = southEastAsian > 0 ? LONG_SOUTH_EAST_ASIAN : LONG_CHINESE_OR_JAPANESE;
    if (letters >= enough) {
      this.#long++;
      this.#lettersInLong += letters;
    }
  }
}

const OTHER = 0;
const HAN = 1;
const HIRAGANA = 2;
const KATAKANA = 3;
const SOUTH_EAST_ASIAN = 4;

/** The script of a character of three or four bytes, by its Unicode block. */
function scriptOf(lead: number, second: number, third: number): number {
  if (lead >= 0xf0) return lead === 0xf0 && second >= 0xa0 ? HAN : OTHER;
  const code = ((lead & 0x0f) << 12) | ((second & 0x3f) << 6) | (third & 0x3f);
  if (code >= 0x3400 && code <= 0x9fff) return HAN;
  if (code >= 0x3040 && code <= 0x309f) return HIRAGANA;
  if (code >= 0x30a0 && code <= 0x30ff) return KATAKANA;
  if (code >= 0xf900 && code <= 0xfaff) return HAN;
  if (code >= 0x0e00 && code <= 0x0eff) return SOUTH_EAST_ASIAN; // Thai, Lao
  if (code >= 0x1000 && code <= 0x109f) return SOUTH_EAST_ASIAN; // Myanmar
  if (code >= 0x1780 && code <= 0x17ff) return SOUTH_EAST_ASIAN; // Khmer
  return OTHER;
}

const WARNING = [
  'most "words" of this text are whole clauses: it seems to be Chinese, Japanese, Thai or the like, written without',
  'spaces, and must be segmented into words first.',
  "\n  Segment it before (jieba for Chinese, MeCab for Japanese), such as `python -m jieba -d ' ' corpus.txt | wordmill",
  'train - --splitter whitespace …`, or use Intl.Segmenter in a module of your own: `--module segment.mjs`.',
]
  .join(' ')
  .replace(' \n', '\n');
