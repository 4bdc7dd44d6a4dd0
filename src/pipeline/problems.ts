import type { z } from 'zod';
import { type OptionProblem, optionProblems } from '../core/options.js';
import { hintForKey } from './names.js';

/**
 * Everything that is wrong with a definition by its schema. Beyond what `optionProblems` knows, a wrong key gets the
 * right name also where that stands in another section, or where another tool calls it so.
 */
export function problemsOf(schema: z.ZodType, data: unknown, error?: z.ZodError): OptionProblem[] {
  return optionProblems(schema, data, error).map((found) => {
    if (!found.wrongKey) return found;
    const section = found.path.slice(0, -1).filter((part) => typeof part === 'string');
    const hint = hintForKey(section.join('.'), String(found.path.at(-1)));
    return hint ? { ...found, hint } : found;
  });
}
