import type { OptionProblem } from '../core/options.js';
import type { FilterOptions } from './options.js';
import { filterPattern } from './pattern.js';
import { isScript, scriptHint, scriptNames } from './script.js';

/** What each of these options says more about. */
const NEEDS: Readonly<Record<string, readonly (keyof FilterOptions)[]>> = {
  scriptShare: ['script'],
  uniqueMemory: ['unique'],
  drawSeed: ['sampleShare', 'shuffleBuffer'],
};

/**
 * What no schema of one key can see in filters: options that have no effect without others, limits that leave nothing
 * over, regular expressions and scripts that are none. Paths of problems start inside the section.
 */
export function filterProblems(filter: FilterOptions): OptionProblem[] {
  const problems: OptionProblem[] = [];
  const add = (key: keyof FilterOptions, problem: string, hint?: string) =>
    problems.push({ path: [key], problem, ...(hint !== undefined && { hint }) });
  for (const [key, others] of Object.entries(NEEDS)) {
    if (filter[key as keyof FilterOptions] === undefined || others.some((other) => filter[other])) continue;
    add(key as keyof FilterOptions, `has no effect without ${others.join(' or ')}`);
  }
  if (filter.rejected === '-') {
    add('rejected', 'standard output is for data; give the name of a file');
  }
  for (const unit of ['Characters', 'Words'] as const) {
    const least = filter[`min${unit}`];
    const most = filter[`max${unit}`];
    if (least !== undefined && most !== undefined && least > most) {
      add(`max${unit}`, `is less than min${unit}, so that no text would be left`);
    }
  }
  for (const key of ['match', 'exclude'] as const) {
    const problem = patternProblem(filter[key]);
    if (problem !== undefined) add(key, `is no regular expression: ${problem}`);
  }
  for (const name of scriptNames(filter.script ?? [])) {
    if (!isScript(name)) add('script', `there is no script '${name}'`, scriptHint(name));
  }
  return problems;
}

function patternProblem(pattern: string | undefined): string | undefined {
  if (pattern === undefined) return undefined;
  try {
    filterPattern(pattern);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
