import { WordmillError } from '../../core/errors.js';
import { unknownName } from '../../core/options.js';

/**
 * How tags mark entities. `O` is outside; every other tag is a prefix, `-`, and the entity's type:
 *
 * - `IO`: `I-` on every token of an entity. It cannot tell two adjacent entities of one type apart: they read as one.
 * - `IOB1` (Ramshaw & Marcus 1995): `I-`, but `B-` on the first token of an entity that follows another of its type
 *   without a token between.
 * - `IOB2`, also called BIO (Tjong Kim Sang & Veenstra 1999): `B-` on the first token of every entity, `I-` on the rest.
 * - `BIOES`: `B-` first, `I-` within, `E-` last, and `S-` on an entity of one token.
 */
export const SCHEMES = ['IO', 'IOB1', 'IOB2', 'BIOES'] as const;
export type Scheme = (typeof SCHEMES)[number];

export type Prefix = 'O' | 'I' | 'B' | 'E' | 'S';

/** A tag in its two parts; the type of `O` is empty. */
export interface TagParts {
  readonly prefix: Prefix;
  readonly type: string;
}

const OUTSIDE: TagParts = { prefix: 'O', type: '' };
const PREFIXES: Readonly<Record<Scheme, string>> = { IO: 'I', IOB1: 'IB', IOB2: 'BI', BIOES: 'BIES' };

/**
 * The scheme of a name, in any case; `BIO` is IOB2.
 *
 * @throws WordmillError `usage` for another name, with the nearest one.
 */
export function schemeOf(name: string): Scheme {
  const upper = name.toUpperCase();
  if (upper === 'BIO') return 'IOB2';
  const scheme = SCHEMES.find((known) => known === upper);
  if (scheme) return scheme;
  const { problem, hint } = unknownName('tagging scheme', name, [...SCHEMES, 'BIO']);
  throw new WordmillError('usage', problem, { hint });
}

/** The parts of a tag of any scheme; undefined where it is none. The type is what follows the first `-`. */
export function partsOf(tag: string): TagParts | undefined {
  if (tag === 'O') return OUTSIDE;
  const prefix = tag[0];
  const known = prefix === 'I' || prefix === 'B' || prefix === 'E' || prefix === 'S';
  return known && tag[1] === '-' && tag.length > 2 ? { prefix, type: tag.slice(2) } : undefined;
}

/** Whether a scheme has such a prefix. */
export function hasPrefix(scheme: Scheme, prefix: Prefix): boolean {
  return prefix === 'O' || PREFIXES[scheme].includes(prefix);
}

/** All tags of a scheme over these types: `O`, then type by type, prefixes in the order of the scheme. */
export function tagsOf(scheme: Scheme, types: readonly string[]): string[] {
  return ['O', ...types.flatMap((type) => [...PREFIXES[scheme]].map((prefix) => `${prefix}-${type}`))];
}

/**
 * Whether a well-formed sentence of a scheme may have `next` just after `previous`. Undefined stands for what is before
 * the first token and after the last.
 */
export function mayFollow(scheme: Scheme, previous: TagParts = OUTSIDE, next: TagParts = OUTSIDE): boolean {
  const same = previous.type === next.type;
  switch (scheme) {
    case 'IO':
      return true;
    case 'IOB1':
      return next.prefix !== 'B' || same;
    case 'IOB2':
      return next.prefix !== 'I' || same;
    case 'BIOES': {
      const open = previous.prefix === 'B' || previous.prefix === 'I';
      const continues = next.prefix === 'I' || next.prefix === 'E';
      return open === continues && (!open || same);
    }
  }
}
