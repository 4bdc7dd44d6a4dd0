import type { Options } from 'yargs';
import type { z } from 'zod';
import type { ErrorPlace } from '../core/errors.js';
import { optionProblems } from '../core/options.js';
import { DefinitionError } from '../pipeline/definition.js';
import { knownKeys } from '../pipeline/names.js';
import type { KeyPath } from '../pipeline/positions.js';
import type { OptionSchema } from '../pipeline/schema.js';

/** A flag made from a key of the definition, so that a thing is said once. */
export interface Flag {
  /** Without dashes. */
  readonly name: string;
  /** The key's place in a definition; an output is `['sinks', 'glove']`. */
  readonly path: readonly string[];
  readonly schema: OptionSchema;
}

/** Values of flags by name, as yargs hands them over. */
export type FlagValues = Readonly<Record<string, unknown>>;

/** The flags for some sections of the definition; `''` stands for its top. */
export function flagsOf(...sections: readonly string[]): Flag[] {
  return knownKeys()
    .map(({ path, schema }) => flagFor(path.split('.'), schema))
    .filter(({ path, schema }) => isFlag(schema) && sections.includes(path.length === 1 ? '' : path[0]!));
}

/** The flags for options that are no part of a definition, under a section's name of their own. */
export function flagsOfSchema(section: string, schema: OptionSchema): Flag[] {
  return Object.entries(schema.properties ?? {})
    .map(([key, property]) => flagFor([section, key], property as OptionSchema))
    .filter((flag) => isFlag(flag.schema));
}

function flagFor(path: readonly string[], schema: OptionSchema): Flag {
  return { name: schema.flag ?? kebabCase(path.at(-1)!), path, schema };
}

function isFlag({ hidden, type }: OptionSchema): boolean {
  return !hidden && type !== 'object' && type !== 'array';
}

/** How help shows a flag. Values are read as text and checked by the schema, not by yargs. */
export function yargsOption(flag: Flag): Options {
  const { schema } = flag;
  const group = `${flag.path.length === 1 ? 'General' : sectionTitle(flag.path.slice(0, -1).join('.'))}:`;
  const shared = { describe: schema.description ?? '', group };
  if (schema.type === 'boolean') {
    const negation = schema.default === true ? ` (--no-${flag.name}: do not)` : '';
    return { ...shared, boolean: true, describe: shared.describe + negation };
  }
  return {
    ...shared,
    ...(schema.enum
      ? { choices: schema.enum as string[] }
      : isNumber(schema)
        ? { number: true }
        : { string: true }),
    requiresArg: true,
    ...(schema.default !== undefined && { defaultDescription: String(schema.default) }),
  };
}

/** The part of a definition that flags give; flags that were not given leave their keys out. */
export function definitionFromFlags(flags: readonly Flag[], values: FlagValues): Record<string, unknown> {
  const definition: Record<string, unknown> = {};
  const sinks: Record<string, unknown>[] = [];
  for (const { name, path, schema } of flags) {
    if (values[name] === undefined) continue;
    const value = plainValue(values[name], schema);
    const key = path.at(-1)!;
    if (path[0] === 'sinks') sinks.push({ [key]: value });
    else sectionIn(definition, path.slice(0, -1))[key] = value;
  }
  if (sinks.length > 0) definition.sinks = sinks;
  return definition;
}

/** The object at a path, made where it is not there yet. */
function sectionIn(definition: Record<string, unknown>, path: readonly string[]): Record<string, unknown> {
  return path.reduce((section, key) => {
    section[key] ??= {};
    return section[key] as Record<string, unknown>;
  }, definition);
}

/** The flag that a key of the definition was given by, as the place of an error. */
export function placeOfFlag(flags: readonly Flag[], path: KeyPath): ErrorPlace {
  const keys = path.filter((part) => typeof part === 'string');
  const flag = flags.find((candidate) => candidate.path.join('.') === keys.join('.'));
  return { key: flag ? `--${flag.name}` : keys.at(-1)! };
}

/** A number where the schema takes one and the text is one; otherwise the text, for the schema to judge. */
function plainValue(value: unknown, schema: OptionSchema): unknown {
  const kinds = [schema, ...((schema.anyOf ?? []) as OptionSchema[])];
  const isNumeral = typeof value === 'string' && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value);
  return isNumeral && kinds.some(isNumber) ? Number(value) : value;
}

function isNumber({ type }: OptionSchema): boolean {
  return type === 'number' || type === 'integer';
}

function sectionTitle(section: string): string {
  return (
    { sinks: 'Outputs', train: 'Training', 'source.http': 'Reading URLs' }[section] ??
    section[0]!.toUpperCase() + section.slice(1)
  );
}

function kebabCase(key: string): string {
  return key.replaceAll(/[A-Z]|(?<=[a-z])\d+$/g, (part) =>
    /\d/.test(part) ? part : `-${part.toLowerCase()}`,
  );
}

/**
 * Options that are no part of a definition, from their flags.
 *
 * @throws DefinitionError (usage) that names the flags that are wrong.
 */
export function optionsFromFlags<Schema extends z.ZodType>(
  schema: Schema,
  section: string,
  flags: readonly Flag[],
  values: FlagValues,
): z.output<Schema> {
  const given = definitionFromFlags(flags, values)[section] ?? {};
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const problems = optionProblems(schema, given, result.error);
  throw new DefinitionError(
    problems.map((found) => ({ ...found, place: placeOfFlag(flags, [section, ...found.path]) })),
  );
}
