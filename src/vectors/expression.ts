/** A word of an expression such as `+king -man +woman`, and how many times its vector is added. */
export interface Term {
  readonly word: string;
  /** 1 behind a +, -1 behind a -; any other number is as good. */
  readonly weight: number;
}

/** A plus or minus where a word could begin, and the space around it. */
const SIGN = /(?:^|\s+)([+-])\s*(?=\S)/;

/**
 * Reads a sum of words: `+king -man +woman`, `king - man + woman`. Signs stand at the start or after white space, so
 * that `e-mail` is one word, and words may have spaces: `+new york -london`. The first sign may be left out.
 *
 * @returns undefined for text without a sign
 */
export function parseExpression(text: string): Term[] | undefined {
  const [unsigned, ...signed] = text.trim().split(SIGN) as [string, ...string[]];
  if (signed.length === 0) return undefined;
  const terms: Term[] = unsigned === '' ? [] : [{ word: unsigned, weight: 1 }];
  for (let i = 0; i < signed.length; i += 2) {
    terms.push({ word: signed[i + 1]!, weight: signed[i] === '-' ? -1 : 1 });
  }
  return terms;
}
