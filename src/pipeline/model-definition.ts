import { z } from 'zod';
import type { ErrorPlace } from '../core/errors.js';
import { type OptionProblem, optionProblems } from '../core/options.js';
import {
  type LoadOptions,
  type PlacedProblem,
  parseDefinitionText,
  readDefinition,
  refuseProblems,
} from './definition-text.js';

/** A kind of definition that trains a model and saves it: of language models, of taggers. */
export interface DefinitionKind<Schema extends z.ZodType, Resolved> {
  readonly schema: Schema;
  /** What takes it, such as `wordmill lm train`. */
  readonly command: string;
  /** What an empty definition lacks, in words. */
  readonly needs: string;
  /** What no schema of one key can see. */
  readonly problemsOfSense: (definition: z.output<Schema>) => OptionProblem[];
  /** Fills in defaults that depend on other keys. */
  readonly complete: (definition: z.output<Schema>) => Resolved;
}

/** A file, a folder or a glob pattern, or a list of such. */
export function filePatterns() {
  return z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);
}

/** Where the checkpoints of a training are whose model is saved at `output`. */
export function checkpointPath(output: string): string {
  return `${output.replace(/\/+$/, '')}.checkpoint`;
}

/**
 * Reads a definition from a YAML or JSON file, with all its defaults filled in.
 *
 * @throws WordmillError `noInput` where the file cannot be read, and `DefinitionError` (usage) that lists every problem
 * with file, line, column, key and the nearest right name.
 */
export async function loadModelDefinition<Schema extends z.ZodType, Resolved>(
  kind: DefinitionKind<Schema, Resolved>,
  path: string,
  options: LoadOptions,
): Promise<Resolved> {
  const text = await readDefinition(path, kind.command);
  const check = (data: unknown, placeOf: PlaceOf, others: readonly PlacedProblem[]) =>
    checked(kind, data, placeOf, others);
  return parseDefinitionText(text, path, options, { check, needs: kind.needs });
}

/** Fills in the defaults of a definition made by a program. @throws DefinitionError (usage). */
export function resolveModelDefinition<Schema extends z.ZodType, Resolved>(
  kind: DefinitionKind<Schema, Resolved>,
  definition: z.input<Schema>,
): Resolved {
  return checked(kind, definition, ({ path }) => ({ key: path.join('.') || 'definition' }), []);
}

type PlaceOf = (problem: OptionProblem) => ErrorPlace;

function checked<Schema extends z.ZodType, Resolved>(
  { schema, problemsOfSense, complete }: DefinitionKind<Schema, Resolved>,
  data: unknown,
  placeOf: PlaceOf,
  others: readonly PlacedProblem[],
): Resolved {
  const result = schema.safeParse(data);
  const found = result.success ? problemsOfSense(result.data) : optionProblems(schema, data, result.error);
  refuseProblems(found, placeOf, others);
  return complete(result.data!);
}
