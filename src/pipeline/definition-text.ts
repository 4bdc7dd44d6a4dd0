import { readFile } from 'node:fs/promises';
import { parse, YAMLParseError } from 'yaml';
import { describePlace, type ErrorPlace, systemCode, WordmillError } from '../core/errors.js';
import type { OptionProblem } from '../core/options.js';
import { type KeyPath, parseLocated, type TextProblem } from './positions.js';

/** Something wrong with a definition, and where it was written. */
export interface PlacedProblem {
  readonly place: ErrorPlace;
  readonly problem: string;
  readonly hint?: string;
}

/** A definition that cannot be run: everything that is wrong with it, each with its place. */
export class DefinitionError extends WordmillError {
  /** Each problem by itself, place first. */
  readonly problems: readonly string[];

  constructor(problems: readonly PlacedProblem[]) {
    const lines = problems.map(
      ({ place, problem, hint }) => `${describePlace(place)}: ${problem}${hint ? `\n  ${hint}` : ''}`,
    );
    const { place, problem, hint } = problems[0]!;
    super('usage', [problem + (hint ? `\n  ${hint}` : ''), ...lines.slice(1)].join('\n'), { place });
    this.problems = lines;
  }
}

/** A value that takes the place of one in a definition: what `--set train.epochs=1` says, or a flag of that key. */
export interface Override {
  readonly path: KeyPath;
  /** `null` takes the key out, so that its default holds. */
  readonly value: unknown;
  /** As the user wrote it, for messages. */
  readonly text: string;
}

/** The value of a flag that stands for a key of the definition. */
export type FlagOverride = Pick<Override, 'path' | 'value'> & {
  /** With its dashes. */
  readonly flag: string;
};

export interface LoadOptions {
  /** `train.epochs=1` and the like, applied in order. */
  readonly set?: readonly string[];
  /** What flags say, after what is set. */
  readonly flags?: readonly FlagOverride[];
  /** Takes the place of the definition's own source of text, such as `{ stdin: true }`. */
  readonly stdin?: boolean;
}

/** What a kind of definition is read by. */
export interface DefinitionReader<Result> {
  /** Checks the data: a result, or a `DefinitionError` of all problems, these others among them. */
  readonly check: (
    data: unknown,
    placeOf: (problem: OptionProblem) => ErrorPlace,
    others: readonly PlacedProblem[],
  ) => Result;
  /** What an empty definition lacks, in words. */
  readonly needs: string;
}

/**
 * Reads a definition of any kind from YAML or JSON, applies what is set from outside, and has it checked.
 *
 * @param file the name that messages give it
 * @throws DefinitionError (usage) for what is no YAML or is empty; what the reader's `check` throws.
 */
export function parseDefinitionText<Result>(
  text: string,
  file: string,
  options: LoadOptions,
  { check, needs }: DefinitionReader<Result>,
): Result {
  const located = parseLocated(text);
  const placed = ({ problem, line, column }: TextProblem): PlacedProblem => ({
    place: { file, line, column },
    problem,
  });
  if (located.problems.length > 0) throw new DefinitionError(located.problems.map(placed));
  if (located.data === null || located.data === undefined) {
    throw new DefinitionError([{ place: { file }, problem: `this definition is empty; it needs ${needs}` }]);
  }
  const overrides = (options.set ?? []).map(parseOverride);
  if (options.stdin) overrides.push(...fromStdin(located.data));
  for (const { path, value, flag } of options.flags ?? []) overrides.push({ path, value, text: flag });
  const data = overrides.reduce(applyOverride, located.data);
  const placeOf = ({ path, wrongKey }: OptionProblem): ErrorPlace => {
    const override = overrides.findLast((candidate) => isPrefix(candidate.path, path));
    if (override) return { key: override.text };
    const key = describePath(path);
    return { file, ...located.locate(path, wrongKey ? 'key' : 'value'), ...(key && { key }) };
  };
  return check(data, placeOf, located.duplicates.map(placed));
}

/** The text of a definition's file. @throws WordmillError `noInput` where it cannot be read. */
export async function readDefinition(path: string, command = 'wordmill run'): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const problem = { ENOENT: 'there is no such file', EISDIR: 'this is a folder' }[systemCode(error) ?? ''];
    throw new WordmillError('noInput', problem ?? (error as Error).message, {
      place: { file: path },
      hint: `${command} takes the path of a pipeline definition; pipelines/ has some.`,
      cause: error,
    });
  }
}

/**
 * Ends the check of a definition in which something is wrong.
 *
 * @param others what was known to be wrong before.
 * @throws DefinitionError (usage) that lists every problem, in the order of the text; nothing where there is none.
 */
export function refuseProblems(
  found: readonly OptionProblem[],
  placeOf: (problem: OptionProblem) => ErrorPlace,
  others: readonly PlacedProblem[],
): void {
  const problems = [...others, ...found.map((problem) => ({ ...problem, place: placeOf(problem) }))];
  if (problems.length > 0) throw new DefinitionError(problems.sort(byPlace));
}

/** In the order of the text; what has no line comes last. */
function byPlace({ place: a }: PlacedProblem, { place: b }: PlacedProblem): number {
  return (
    (a.line ?? Number.MAX_VALUE) - (b.line ?? Number.MAX_VALUE) || (a.column ?? 0) - (b.column ?? 0) || 0
  );
}

function parseOverride(given: string): Override {
  const text = `--set ${given}`;
  const equals = given.indexOf('=');
  const place = { key: text };
  if (equals < 1 || equals === given.length - 1) {
    throw new WordmillError('usage', 'needs a key and a value, such as --set train.epochs=1', { place });
  }
  const path = given
    .slice(0, equals)
    .split('.')
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  const written = given.slice(equals + 1);
  // To YAML a star begins an alias, of which there can be none here; to everyone else it begins a glob.
  if (written.startsWith('*')) return { path, value: written, text };
  try {
    return { path, value: parse(written), text };
  } catch (error) {
    // An alias inside a list is a ReferenceError.
    if (!(error instanceof YAMLParseError || error instanceof ReferenceError)) throw error;
    throw new WordmillError('usage', `the value is not valid YAML: ${error.message.split('\n')[0]}`, {
      place,
    });
  }
}

/** The overrides that `-` stands for. */
function fromStdin(data: unknown): Override[] {
  const source = (data as { source?: Record<string, unknown> }).source ?? {};
  if (source.pairs !== undefined)
    return [{ path: ['source', 'pairs'], value: '-', text: '--set source.pairs=-' }];
  return [
    { path: ['source', 'files'], value: null, text: '--set source.files=null' },
    { path: ['source', 'stdin'], value: true, text: '--set source.stdin=true' },
  ];
}

function applyOverride(data: unknown, override: Override): unknown {
  return replaceAt(data, override.path, override);
}

function replaceAt(data: unknown, path: KeyPath, { value, text }: Override): unknown {
  const [part, ...rest] = path;
  if (part === undefined) return value;
  if (data !== undefined && data !== null && typeof data !== 'object') {
    throw new WordmillError('usage', `a plain value stands where ${String(part)} would go`, {
      place: { key: text },
    });
  }
  const child = (data as Record<string | number, unknown> | undefined)?.[part];
  const replaced = replaceAt(child, rest, { path, value, text });
  if (Array.isArray(data)) {
    return typeof part === 'number' ? Object.assign([...data], { [part]: replaced }) : { [part]: replaced };
  }
  const { [part]: _old, ...others } = (data ?? {}) as Record<string | number, unknown>;
  return rest.length === 0 && value === null ? others : { ...others, [part]: replaced };
}

function isPrefix(prefix: KeyPath, path: KeyPath): boolean {
  return prefix.every((part, index) => String(part) === String(path[index]));
}

/** `sinks[0].glove` */
export function describePath(path: KeyPath): string {
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text ? `${text}.${part}` : part),
    '',
  );
}
