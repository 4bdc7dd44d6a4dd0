import { WordmillError } from '../core/errors.js';
import { type OptionProblem, parseOptions } from '../core/options.js';
import { type GivenSourceOptions, type SourceOptions, sourceOptions } from './options.js';
import { dialectProblems } from './records/csv-dialect.js';
import { parseFieldPath } from './records/field-path.js';
import { listOfFields } from './records/jsonl.js';

const OF_ROWS = ['columns', 'header', 'delimiter', 'quote', 'escape'] as const;

/** Which formats each option is for that is not for all. */
const FORMATS_OF: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(OF_ROWS.map((key) => [key, ['csv', 'tsv']])),
  fields: ['jsonl'],
  strictRecords: ['csv', 'tsv', 'jsonl'],
  namespaces: ['wikipedia'],
};

/**
 * What no schema of one key can see in a source: options that have no effect on its format, and characters and paths
 * that are none. Paths of problems start inside the source.
 */
export function sourceProblems(source: Partial<SourceOptions>): OptionProblem[] {
  const problems = problemsOfEffect(source);
  if (source.format === 'text' && source.unit === 'records') {
    problems.push({ path: ['unit'], problem: 'text has no records; take lines or paragraphs' });
  }
  for (const { key, problem } of dialectProblems(source)) problems.push({ path: [key], problem });
  for (const text of listOfFields(source.fields ?? [])) {
    if (parseFieldPath(text)) continue;
    problems.push({
      path: ['fields'],
      problem: `'${text}' is no path of a field`,
      hint: 'Write keys with dots between them, and [] for all places of a list: paragraphs[].text.',
    });
  }
  return problems;
}

/**
 * The options of a source, checked.
 *
 * @throws WordmillError `usage` that names the first wrong key
 */
export function checkedSource(options: GivenSourceOptions): SourceOptions {
  const checked = parseOptions(sourceOptions, options, 'source');
  const [first] = sourceProblems(checked);
  if (first === undefined) return checked;
  const { path, problem, hint } = first;
  throw new WordmillError('usage', problem, {
    place: { key: ['source', ...path].join('.') },
    ...(hint !== undefined && { hint }),
  });
}

/**
 * Refuses options of records for a content that is read as text, since nothing says otherwise.
 *
 * @throws WordmillError `usage`
 */
export function refuseForText(file: string, options: Partial<SourceOptions>): void {
  const key = [...OF_ROWS, 'fields' as const].find((option) => options[option] !== undefined);
  if (key === undefined) return;
  throw new WordmillError(
    'usage',
    `source.${key} is given, but this file would be read as text, line by line`,
    {
      place: { file },
      hint: `Say what it is: source.format (--input-format) ${FORMATS_OF[key]!.join(' or ')}; or leave the file out.`,
    },
  );
}

function problemsOfEffect(source: Partial<SourceOptions>): OptionProblem[] {
  const { format = 'auto', stdin } = source;
  // Standard input has no name to tell the format by.
  const unnamed = format === 'auto' && stdin === true;
  return Object.entries(FORMATS_OF).flatMap(([key, formats]) => {
    const value = source[key as keyof SourceOptions];
    if (value === undefined || (key === 'strictRecords' && value === false)) return [];
    const path = [key];
    // Dumps are told by their content.
    if (unnamed && key !== 'namespaces') {
      const problem = 'needs a format: standard input has no name to tell it by';
      return [{ path, problem, hint: `Say which: ${formats.join(', ')}.` }];
    }
    if (format === 'auto' || formats.includes(format)) return [];
    return [{ path, problem: `has no effect on the format ${format}; it is for ${formats.join(', ')}` }];
  });
}
