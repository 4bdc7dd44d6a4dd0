import type { TextBlock } from '../core/blocks.js';
import type { Stage } from '../core/stage.js';
import type { TokenizeOptions } from './options.js';

/** The options of tokenizing that say how text is normalised. */
export type NormaliseOptions = Pick<TokenizeOptions, 'normalize' | 'lowercase'>;

/**
 * Text as the splitter sees it: in a Unicode normalisation form (UAX #15), then in lower case (the Unicode default
 * mapping, whatever the machine's locale: a word's last sigma becomes U+03C2, U+0130 becomes `i` and U+0307).
 */
export function normaliser({ normalize, lowercase }: NormaliseOptions): (text: string) => string {
  return (text) => {
    const normal = normalize === 'none' ? text : text.normalize(normalize);
    return lowercase ? normal.toLowerCase() : normal;
  };
}

/** A word with each decimal digit of any script (Unicode category Nd) replaced by the ASCII digit `0`. */
export function foldDigits(word: string): string {
  return word.replace(/\p{Nd}/gu, '0');
}

/**
 * Text to normalised text, block by block: what a user's own tokenizing stage is given. Neither normalisation nor
 * lower-casing makes or removes a line break, so the units stay what they were.
 */
export function normalisedText(options: NormaliseOptions): Stage<TextBlock, TextBlock> {
  const normalise = normaliser(options);
  const encoder = new TextEncoder();
  return async function* normalising(input) {
    for await (const { bytes } of input) {
      const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
      yield { bytes: encoder.encode(normalise(text)) };
    }
  };
}
