import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { parse, stringify, YAMLParseError } from 'yaml';
import { describePlace, type ErrorPlace, systemCode, WordmillError } from '../core/errors.js';
import type { OptionProblem } from '../core/options.js';
import { nplmWindows, withModelDefaults } from '../train/model-defaults.js';
import { modelProblems } from '../train/model-problems.js';
import { type KeyPath, parseLocated, type TextProblem } from './positions.js';
import { problemsOf } from './problems.js';
import { type Definition, definitionSchema, type ResolvedDefinition } from './schema.js';

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

/** A value that takes the place of one in a definition: what `--set train.epochs=1` says. */
export interface Override {
  readonly path: KeyPath;
  /** `null` takes the key out, so that its default holds. */
  readonly value: unknown;
  /** As the user wrote it, for messages. */
  readonly text: string;
}

export interface LoadOptions {
  /** `train.epochs=1` and the like, applied in order. */
  readonly set?: readonly string[];
  /** Takes the place of the definition's own source of text, such as `{ stdin: true }`. */
  readonly stdin?: boolean;
}

/**
 * Reads a definition from a YAML or JSON file, with all its defaults filled in.
 *
 * @throws WordmillError `noInput` where the file cannot be read, and `DefinitionError` (usage) that lists every
 * problem with file, line, column, key and the nearest right name.
 */
export async function loadDefinition(path: string, options: LoadOptions = {}): Promise<ResolvedDefinition> {
  return parseDefinition(await readDefinition(path), path, options);
}

/** The same from text; `file` is the name that messages give it. */
export function parseDefinition(text: string, file: string, options: LoadOptions = {}): ResolvedDefinition {
  const located = parseLocated(text);
  const placed = ({ problem, line, column }: TextProblem): PlacedProblem => ({
    place: { file, line, column },
    problem,
  });
  if (located.problems.length > 0) throw new DefinitionError(located.problems.map(placed));
  if (located.data === null || located.data === undefined) {
    throw new DefinitionError([
      { place: { file }, problem: 'this definition is empty; it needs a source and sinks' },
    ]);
  }
  const overrides = (options.set ?? []).map(parseOverride);
  if (options.stdin) overrides.push(...fromStdin(located.data));
  const data = overrides.reduce(applyOverride, located.data);
  const placeOf = ({ path, wrongKey }: OptionProblem): ErrorPlace => {
    const override = overrides.findLast((candidate) => isPrefix(candidate.path, path));
    if (override) return { key: `--set ${override.text}` };
    const key = describePath(path);
    return { file, ...located.locate(path, wrongKey ? 'key' : 'value'), ...(key && { key }) };
  };
  return checkDefinition(data, placeOf, located.duplicates.map(placed));
}

/**
 * Fills in the defaults of a definition made by a program.
 *
 * @throws DefinitionError (usage) that lists every problem by its key.
 */
export function resolveDefinition(definition: Definition): ResolvedDefinition {
  return checkDefinition(definition, ({ path }) => ({ key: describePath(path) || 'definition' }));
}

/**
 * Checks plain data against the schema and for sense.
 *
 * @param placeOf says where a problem's key was written.
 * @param others what is known to be wrong already.
 * @throws DefinitionError (usage) that lists every problem.
 */
export function checkDefinition(
  data: unknown,
  placeOf: (problem: OptionProblem) => ErrorPlace,
  others: readonly PlacedProblem[] = [],
): ResolvedDefinition {
  const result = definitionSchema.safeParse(data);
  const found = [
    ...(result.success ? [] : problemsOf(definitionSchema, data, result.error)),
    ...problemsOfSense(data),
  ];
  const problems = [...others, ...found.map((problem) => ({ ...problem, place: placeOf(problem) }))];
  if (problems.length > 0) throw new DefinitionError(problems.sort(byPlace));
  const definition = result.data!;
  const { sampling } = definition;
  const train = withModelDefaults(definition.train);
  const windows = train.model === 'nplm' ? nplmWindows(sampling) : {};
  return { ...definition, sampling: { ...sampling, ...windows }, train };
}

/** A definition as YAML that loads to the same; keys that are left open are left out. */
export function printDefinition(definition: ResolvedDefinition): string {
  const { tokenize, sampling, ...rest } = definition;
  const ofPairs = definition.source.pairs !== undefined;
  const ordered = Object.keys(definitionSchema.shape).map((key) => [
    key,
    ofPairs && (key === 'tokenize' || key === 'sampling')
      ? undefined
      : { ...rest, tokenize, sampling }[key as 'name'],
  ]);
  return stringify(JSON.parse(JSON.stringify(Object.fromEntries(ordered))), { lineWidth: 0 });
}

/** In the order of the text; what has no line comes last. */
function byPlace({ place: a }: PlacedProblem, { place: b }: PlacedProblem): number {
  return (
    (a.line ?? Number.MAX_VALUE) - (b.line ?? Number.MAX_VALUE) || (a.column ?? 0) - (b.column ?? 0) || 0
  );
}

async function readDefinition(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const problem = { ENOENT: 'there is no such file', EISDIR: 'this is a folder' }[systemCode(error) ?? ''];
    throw new WordmillError('noInput', problem ?? (error as Error).message, {
      place: { file: path },
      hint: 'wordmill run takes the path of a pipeline definition; pipelines/ has some.',
      cause: error,
    });
  }
}

/** What no schema of one section can see: which inputs exclude each other, and what has no effect. */
function problemsOfSense(data: unknown): OptionProblem[] {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return [];
  const { source } = data as { source?: unknown };
  if (typeof source !== 'object' || source === null || Array.isArray(source)) return [];
  const { files, stdin, pairs } = source as Record<string, unknown>;
  const given = Object.entries({ files, stdin: stdin || undefined, pairs }).filter(
    ([, value]) => value !== undefined,
  );
  const { train, sampling } = data as Definition;
  const ofPairs = pairs !== undefined;
  const problems = modelProblems({ train: record(train), sampling: record(sampling), ofPairs });
  if (given.length === 0) {
    problems.push({ path: ['source'], problem: 'needs files, stdin: true, or pairs' });
  } else if (given.length > 1) {
    const names = given.map(([name]) => name).join(' and ');
    problems.push({ path: ['source', given[1]![0]], problem: `${names} exclude each other; keep one` });
  }
  if (ofPairs) {
    for (const section of ['tokenize', 'sampling'] as const) {
      if (hasEffect(section, (data as Definition)[section])) {
        problems.push({
          path: [section],
          problem: 'has no effect on pairs, which are drawn already; leave it out',
        });
      }
    }
  }
  return problems;
}

/** A section as it was given, where it is an object at all. */
function record<Section>(section: Section | undefined): Section | undefined {
  return typeof section === 'object' && section !== null ? section : undefined;
}

/** Whether a section says anything but its defaults; a resolved definition says them all. */
function hasEffect(section: 'tokenize' | 'sampling', value: unknown): boolean {
  const schema = definitionSchema.shape[section];
  const given = schema.safeParse(value);
  return given.success && !isDeepStrictEqual(given.data, schema.parse(undefined));
}

function parseOverride(text: string): Override {
  const equals = text.indexOf('=');
  const place = { key: `--set ${text}` };
  if (equals < 1 || equals === text.length - 1) {
    throw new WordmillError('usage', 'needs a key and a value, such as --set train.epochs=1', { place });
  }
  const path = text
    .slice(0, equals)
    .split('.')
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  const written = text.slice(equals + 1);
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
  if (source.pairs !== undefined) return [{ path: ['source', 'pairs'], value: '-', text: 'source.pairs=-' }];
  return [
    { path: ['source', 'files'], value: null, text: 'source.files=null' },
    { path: ['source', 'stdin'], value: true, text: 'source.stdin=true' },
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
      place: { key: `--set ${text}` },
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
function describePath(path: KeyPath): string {
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text ? `${text}.${part}` : part),
    '',
  );
}
