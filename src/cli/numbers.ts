import { WordmillError } from '../core/errors.js';
import type { FlagValues } from './flags.js';

/** What a flag's number may be. */
export interface NumberRange {
  readonly whole?: boolean;
  readonly least: number;
  readonly most?: number;
}

/**
 * The number that a flag was given; undefined where it was not.
 *
 * @throws WordmillError `usage` that names the flag and says what it may be.
 */
export function numberOf(values: FlagValues, flag: string, range: NumberRange): number | undefined {
  const given = values[flag];
  if (given === undefined) return undefined;
  const { whole, least, most = Number.MAX_SAFE_INTEGER } = range;
  const value = Number(given);
  const isNumeral = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(String(given));
  if (isNumeral && value >= least && value <= most && (!whole || Number.isInteger(value))) return value;
  const limits = range.most === undefined ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new WordmillError('usage', `must be a ${whole ? 'whole ' : ''}number ${limits}, not '${given}'`, {
    place: { key: flag.length === 1 ? `-${flag}` : `--${flag}` },
  });
}
