import leven from 'leven';
import { z } from 'zod';
import { DURATION, secondsOf } from './duration.js';
import { WordmillError } from './errors.js';
import { nameOfEntry } from './shown-url.js';

/**
 * Options have one schema each, in the folder of the stage that takes them. The schema gives the TypeScript type, the
 * validation, the default, the line in `--help`, the JSON Schema for editors and the reference page.
 */

/** How an option appears on the command line where that differs from its key in kebab case. */
export interface FlagMeta {
  /** The flag's name, without dashes. */
  readonly flag?: string;
  /** Not offered as a flag. */
  readonly hidden?: boolean;
  /** What it may be, to follow "must be", where that is more than its type. */
  readonly allowed?: string;
}

/** A whole number in a range. */
export function wholeNumber(minimum: number, maximum = Number.MAX_SAFE_INTEGER): z.ZodNumber {
  return z.number().int().min(minimum).max(maximum);
}

/** A number greater than 0. */
export function positive(): z.ZodNumber {
  return z.number().positive();
}

/** A length of time of at most 24 days (see `secondsOf`). */
export function duration() {
  return z
    .union([z.number(), z.string().regex(DURATION, { abort: true })])
    .refine((given) => secondsOf(given) !== undefined)
    .meta({ allowed: 'a length of time such as 90s, 30m or 1h30m, of at most 24 days' });
}

/** What is wrong with one option: where it stands, and what to tell the user. */
export interface OptionProblem {
  /** From the value that was checked: keys, and positions in lists. An unknown key is its last part. */
  readonly path: readonly (string | number)[];
  readonly problem: string;
  readonly hint?: string;
  /** Whether the key itself is unknown, rather than its value wrong. */
  readonly wrongKey?: true;
}

/**
 * Checks options against their schema and fills in the defaults.
 *
 * @param section the key that these options stand under in a definition, such as `train`.
 * @throws WordmillError `usage` that names the first wrong key, says what is allowed, and gives the nearest right
 * name for an unknown one.
 */
export function parseOptions<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  section: string,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path, problem, hint } = optionProblems(schema, value, parsed.error)[0]!;
  const key = [section, ...path].filter((part) => part !== '').join('.');
  throw new WordmillError('usage', problem, { place: { key }, ...(hint && { hint }), cause: parsed.error });
}

/** Everything that a schema finds wrong with a value, in words for the user; empty when nothing is. */
export function optionProblems(
  schema: z.ZodType,
  value: unknown,
  error = schema.safeParse(value).error,
): OptionProblem[] {
  return (error?.issues ?? []).flatMap((issue) => {
    const path = issue.path as (string | number)[];
    const described = schemaAt(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), path);
    if (issue.code === 'unrecognized_keys') {
      const known = Object.keys(described?.properties ?? {});
      return issue.keys.map((key) => unknownKey([...path, key], key, known));
    }
    const given = path.reduce<unknown>((inside, key) => (inside as Record<string, unknown>)?.[key], value);
    if (issue.code === 'invalid_union' && described) {
      const problems = unionProblems(described, given, issue.errors, path);
      if (problems) return problems;
    }
    const allowed = described && allowedBy(described);
    if (given === undefined && allowed) return [{ path, problem: `is missing; it must be ${allowed}` }];
    return [{ path, problem: allowed ? `must be ${allowed}, not ${shown(given)}` : issue.message }];
  });
}

/** The problem with a name that nobody knows, and the nearest right one as a hint, or all of them. */
export function unknownName(
  what: string,
  name: string,
  known: readonly string[],
): { problem: string; hint: string } {
  const near = nearestName(name, known);
  return {
    problem: `unknown ${what} '${name}'`,
    hint: near ? `Did you mean '${near}'?` : `Known are: ${[...known].sort().join(', ')}.`,
  };
}

/** The known name that a mistyped one most likely means; undefined when none is near. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const plain = (text: string) => text.toLowerCase().replace(/[-_]/g, '');
  let nearest: string | undefined;
  let smallest = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const distance = leven(plain(name), plain(candidate));
    if (distance < smallest) [nearest, smallest] = [candidate, distance];
  }
  return nearest;
}

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The part of a JSON Schema that describes what lies at a path. */
function schemaAt(schema: JsonSchema, path: readonly (string | number)[]): JsonSchema | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return schema;
  for (const option of schema.anyOf ?? [schema]) {
    const inside =
      typeof key === 'number' ? option.items : (option.properties?.[key] ?? option.additionalProperties);
    if (typeof inside === 'object') return schemaAt(inside as JsonSchema, rest);
  }
  return undefined;
}

/**
 * What is wrong with an object that fits none of several kinds, each told by its one key: a key that none has, not
 * just one key, or what the kind that was meant finds wrong. Undefined where the kinds are no objects.
 */
function unionProblems(
  schema: JsonSchema,
  given: unknown,
  errors: readonly (readonly z.core.$ZodIssue[])[],
  path: readonly (string | number)[],
): OptionProblem[] | undefined {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return undefined;
  const kinds = (schema.anyOf ?? []).map((kind) => Object.keys(kind.properties ?? {}));
  const known = kinds.flat();
  if (known.length === 0) return undefined;
  const keys = Object.keys(given);
  const strange = keys.filter((key) => !known.includes(key));
  if (strange.length > 0) return strange.map((key) => unknownKey([...path, key], key, known));
  if (keys.length !== 1) return [{ path, problem: `must have one of ${known.join(', ')}, and no more` }];
  const meant = kinds.findIndex((kind) => kind.includes(keys[0]!));
  return (errors[meant] ?? []).map((issue) => {
    const inside = issue.path as (string | number)[];
    const allowed = allowedBy(schemaAt(schema.anyOf![meant] as JsonSchema, inside) ?? {});
    return {
      path: [...path, ...inside],
      problem: `must be ${allowed}, not ${shown((given as Keyed)[keys[0]!])}`,
    };
  });
}

type Keyed = Readonly<Record<string, unknown>>;

function unknownKey(path: (string | number)[], key: string, known: readonly string[]): OptionProblem {
  return { path, ...unknownName('key', key, known), wrongKey: true };
}

/** What a schema allows, to follow "must be". */
function allowedBy(schema: JsonSchema & FlagMeta): string {
  if (schema.allowed) return schema.allowed;
  if (schema.anyOf) return schema.anyOf.map((option) => allowedBy(option)).join(', or ');
  if (schema.const !== undefined) return shown(schema.const);
  if (schema.enum) return `one of ${schema.enum.join(', ')}`;
  switch (schema.type) {
    case 'integer':
      return `a whole number${range(schema)}`;
    case 'number':
      return `a number${range(schema)}`;
    case 'boolean':
      return 'true or false';
    case 'array':
      return schema.minItems ? 'a list that is not empty' : 'a list';
    case 'object':
      if (typeof schema.additionalProperties === 'object') {
        return `an object, each value ${allowedBy(schema.additionalProperties)}`;
      }
      return `an object with ${Object.keys(schema.properties ?? {}).join(', ')}`;
    default:
      return schema.minLength ? 'a text that is not empty' : 'a text';
  }
}

function range({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchema): string {
  const most = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (exclusiveMinimum !== undefined) {
    const below = exclusiveMaximum === undefined ? '' : ` and less than ${exclusiveMaximum}`;
    return ` greater than ${exclusiveMinimum}${below || (most === undefined ? '' : ` and at most ${most}`)}`;
  }
  if (minimum !== undefined && most !== undefined) return ` from ${minimum} to ${most}`;
  if (minimum !== undefined) return ` of at least ${minimum}`;
  return most === undefined ? '' : ` of at most ${most}`;
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object' && value !== null) return `an object with ${Object.keys(value).join(', ')}`;
  return typeof value === 'string' ? `'${nameOfEntry(value)}'` : String(value);
}
