import type { TextBlock } from '../core/blocks.js';
import { WordmillError } from '../core/errors.js';
import type { Stage } from '../core/stage.js';
import { unitFilter } from './unit-filter.js';

const ANY_CASE = '(?i)';

/**
 * A regular expression as filters take it: JavaScript's, with the flag u, and i where it starts with `(?i)`.
 *
 * @throws SyntaxError for what is none
 */
export function filterPattern(pattern: string): RegExp {
  return pattern.startsWith(ANY_CASE)
    ? new RegExp(pattern.slice(ANY_CASE.length), 'iu')
    : new RegExp(pattern, 'u');
}

/**
 * Keeps the units in which a regular expression matches, or with `keep: 'others'` those in which it does not.
 *
 * @throws WordmillError `usage` at once for what is no regular expression
 */
export function patternFilter(
  pattern: string | RegExp,
  keep: 'matching' | 'others' = 'matching',
): Stage<TextBlock, TextBlock> {
  const expression = typeof pattern === 'string' ? checkedPattern(pattern) : stateless(pattern);
  const wanted = keep === 'matching';
  const reason = `${wanted ? 'not matching' : 'matching'} ${expression}`;
  return unitFilter(wanted ? 'filter.match' : 'filter.exclude', () => (bytes, start, end) => {
    return expression.test(bytes.toString('utf8', start, end)) === wanted ? undefined : reason;
  });
}

function checkedPattern(pattern: string): RegExp {
  try {
    return filterPattern(pattern);
  } catch (error) {
    throw new WordmillError('usage', `this is no regular expression: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** With the flags g and y an expression goes on from its last match, in whatever text that was. */
function stateless(pattern: RegExp): RegExp {
  return new RegExp(pattern.source, pattern.flags.replaceAll(/[gy]/g, ''));
}
