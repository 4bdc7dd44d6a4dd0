import type { TextBlock } from '../core/blocks.js';
import { WordmillError } from '../core/errors.js';
import type { Stage } from '../core/stage.js';
import { DEFAULT_SCRIPT_SHARE } from './options.js';
import { type Judge, unitFilter } from './unit-filter.js';

/** What a code point counts as. */
const NOT_KNOWN_YET = 0;
const NO_LETTER = 1;
const OTHER_LETTER = 2;
const OF_THE_SCRIPT = 3;

/** Which script is wanted. */
export interface ScriptSettings {
  /** Names of scripts in Unicode (`Script=`), such as Latin or Han; several in one text with commas between. */
  readonly script: string | readonly string[];
  /** How large a share of the letters has to be of these scripts; 0.7 by default. */
  readonly share?: number | undefined;
}

/**
 * Leaves out units with too few letters of a script, and those without a letter. Letters are code points of Unicode's
 * general category L; a mark is none.
 *
 * @throws WordmillError `usage` at once for what is no script
 */
export function scriptFilter({
  script,
  share = DEFAULT_SCRIPT_SHARE,
}: ScriptSettings): Stage<TextBlock, TextBlock> {
  const names = scriptNames(script);
  const wrong = names.find((name) => !isScript(name));
  if (wrong !== undefined)
    throw new WordmillError('usage', `there is no script '${wrong}'`, { hint: scriptHint(wrong) });
  const letter = /\p{L}/u;
  const wanted = new RegExp(`[${names.map((name) => `\\p{Script=${name}}`).join('')}]`, 'u');
  const kinds = new Uint8Array(0x110000);
  const kindOf = (codePoint: number): number => {
    const character = String.fromCodePoint(codePoint);
    const kind = !letter.test(character) ? NO_LETTER : wanted.test(character) ? OF_THE_SCRIPT : OTHER_LETTER;
    kinds[codePoint] = kind;
    return kind;
  };
  const tooFew = `less than ${share} of the letters ${names.join(' or ')}`;
  const judge: Judge = (bytes, start, end) => {
    const text = bytes.toString('utf8', start, end);
    let letters = 0;
    let ofScript = 0;
    for (let at = 0; at < text.length; at++) {
      const codePoint = text.codePointAt(at)!;
      if (codePoint > 0xffff) at++;
      const known = kinds[codePoint]!;
      const kind = known === NOT_KNOWN_YET ? kindOf(codePoint) : known;
      if (kind === NO_LETTER) continue;
      letters++;
      if (kind === OF_THE_SCRIPT) ofScript++;
    }
    if (letters === 0) return 'without letters';
    return ofScript / letters < share ? tooFew : undefined;
  };
  return unitFilter('filter.script', () => judge);
}

/** The scripts of a choice one by one. */
export function scriptNames(script: string | readonly string[]): string[] {
  return typeof script === 'string' ? script.split(',').map((name) => name.trim()) : [...script];
}

/** Whether Unicode, as this JavaScript knows it, has a script of this name. */
export function isScript(name: string): boolean {
  if (!/^\w+$/.test(name)) return false;
  try {
    new RegExp(`\\p{Script=${name}}`, 'u');
    return true;
  } catch {
    return false;
  }
}

/** What to say of a name that is no script. */
export function scriptHint(name: string): string {
  const capitalised = name.toLowerCase().replaceAll(/(?:^|_)./g, (start) => start.toUpperCase());
  return isScript(capitalised)
    ? `Did you mean ${capitalised}?`
    : "Scripts have Unicode's names, such as Latin, Cyrillic, Greek, Arabic, Hebrew, Devanagari, Han, Hiragana, Hangul.";
}
