import type { FlagOverride } from '../pipeline/definition-text.js';
import { definitionFromFlags, type Flag, type FlagValues, flagsOf } from './flags.js';

/** Keys at the top of a definition that say how it is run, and so are flags of `wordmill run` too. */
const KEYS = ['timeout', 'output', 'metrics'];

/** The flags of `wordmill run` for keys that say how a definition is run. */
export const scheduleFlags: readonly Flag[] = flagsOf('', 'output').filter(({ path }) =>
  KEYS.includes(path[0]!),
);

/** What flags say in the place of a definition's keys. */
export function flagOverrides(flags: readonly Flag[], values: FlagValues): FlagOverride[] {
  return flags.flatMap((flag) => {
    const { name, path } = flag;
    if (values[name] === undefined) return [];
    const given = definitionFromFlags([flag], values);
    const value = path.reduce<unknown>((inside, key) => (inside as Record<string, unknown>)[key], given);
    return [{ path, value, flag: `--${name}` }];
  });
}
