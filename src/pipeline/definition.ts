import { isDeepStrictEqual } from 'node:util';
import { stringify } from 'yaml';
import type { ErrorPlace } from '../core/errors.js';
import type { OptionProblem } from '../core/options.js';
import { isUrl } from '../core/shown-url.js';
import { filterProblems } from '../filter/filter-problems.js';
import { filterOptions } from '../filter/options.js';
import { sourceProblems } from '../sources/source-problems.js';
import { vocabularyProblems } from '../tokenize/vocabulary-problems.js';
import { nplmWindows, withGloveDefaults, withModelDefaults } from '../train/model-defaults.js';
import { modelProblems, onCellsOnly } from '../train/model-problems.js';
import { minimumProblems } from '../vectors/evaluate/minimum.js';
import { nameOfSet } from '../vectors/evaluate/test-file.js';
import {
  describePath,
  type LoadOptions,
  type PlacedProblem,
  parseDefinitionText,
  readDefinition,
  refuseProblems,
} from './definition-text.js';
import { problemsOf } from './problems.js';
import { outputProblems } from './schedule/output-problems.js';
import { type Definition, definitionSchema, definitionSource, type ResolvedDefinition } from './schema.js';

export { DefinitionError, type LoadOptions, type PlacedProblem } from './definition-text.js';

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
  return parseDefinitionText(text, file, options, { check: checkDefinition, needs: 'a source and sinks' });
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
  refuseProblems(problemsOfKind(data), placeOf, []);
  const result = definitionSchema.safeParse(withDefaultsOfModel(data));
  const found = [
    ...(result.success ? [] : problemsOf(definitionSchema, data, result.error)),
    ...problemsOfSense(data),
  ];
  refuseProblems(found, placeOf, others);
  const definition = result.data!;
  const { sampling } = definition;
  const train = withModelDefaults(definition.train);
  const windows = train.model === 'nplm' ? nplmWindows(sampling) : {};
  return { ...definition, sampling: { ...sampling, ...windows }, train };
}

/** Data in which GloVe's own defaults are filled in, where that model is asked for. */
function withDefaultsOfModel(data: unknown): unknown {
  const given = record(data as Definition | undefined);
  const train = record(given?.train);
  if (!given || !train || (given.sampling !== undefined && !record(given.sampling))) return data;
  return { ...given, ...withGloveDefaults(train, given.sampling ?? {}) };
}

/** A definition as YAML that loads to the same; keys that are left open are left out. */
export function printDefinition(definition: ResolvedDefinition): string {
  const { tokenize, sampling, ...rest } = definition;
  const ofPairs = definition.source.pairs !== undefined;
  const ordered = Object.keys(definitionSchema.shape).map((key) => [
    key,
    ofPairs && (key === 'tokenize' || key === 'phrases' || key === 'sampling')
      ? undefined
      : { ...rest, tokenize, sampling }[key as 'name'],
  ]);
  return stringify(JSON.parse(JSON.stringify(Object.fromEntries(ordered))), { lineWidth: 0 });
}

/** What is wrong with the section `evaluate`: it scores nothing, or has a minimum of a set that it does not have. */
function problemsOfEvaluation(evaluate: NonNullable<Definition['evaluate']>): OptionProblem[] {
  const { pairs = [], analogies = [], minimum } = evaluate;
  const files = [pairs, analogies].flat();
  if (files.length === 0) {
    return [{ path: ['evaluate'], problem: 'needs pairs or analogies: the files of test sets' }];
  }
  if (!record(minimum) || !files.every((file) => typeof file === 'string')) return [];
  return minimumProblems(minimum!, files.map(nameOfSet)).map((found) => ({
    ...found,
    path: ['evaluate', ...found.path],
  }));
}

/** Definitions of taggers and language models look much alike; their keys one by one would not tell what is wrong. */
function problemsOfKind(data: unknown): OptionProblem[] {
  const {
    output,
    model,
    data: labelled,
  } = (record(data as object | undefined) ?? {}) as Record<string, unknown>;
  if (typeof output !== 'string' || (model === undefined && labelled === undefined)) return [];
  const [what, command] =
    labelled === undefined ? ['a language model', 'wordmill lm train'] : ['a tagger', 'wordmill tag train'];
  const problem = `this is the definition of ${what}, not of word vectors`;
  return [{ path: ['output'], problem, hint: `Run it by ${command}.` }];
}

/** What no schema of one section can see: which inputs exclude each other, and what has no effect. */
function problemsOfSense(data: unknown): OptionProblem[] {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return [];
  const { source } = data as { source?: unknown };
  if (typeof source !== 'object' || source === null || Array.isArray(source)) return [];
  const reading = definitionSource.safeParse(source);
  const { files, stdin, pairs, cooccurrence, http } = source as Record<string, unknown>;
  const given = Object.entries({ files, stdin: stdin || undefined, pairs, cooccurrence }).filter(
    ([, value]) => value !== undefined,
  );
  const { train, sampling } = data as Definition;
  const ofPairs = pairs !== undefined;
  const problems = modelProblems({ train: record(train), sampling: record(sampling), ofPairs });
  for (const found of reading.success ? sourceProblems(reading.data) : []) {
    problems.push({ ...found, path: ['source', ...found.path] });
  }
  const filter = filterOptions.optional().safeParse((data as Definition).filter);
  for (const found of filterProblems(filter.data ?? {})) {
    problems.push({ ...found, path: ['filter', ...found.path] });
  }
  for (const found of vocabularyProblems(record((data as Definition).vocabulary) ?? {}, ofPairs)) {
    problems.push({ ...found, path: ['vocabulary', ...found.path] });
  }
  const weights = placeOfSink(data as Definition, 'outputWeights');
  if (train?.loss === 'hierarchical' && weights !== undefined) {
    problems.push({
      path: ['sinks', weights, 'outputWeights'],
      problem: 'the output weights of hierarchical softmax belong to no words',
      hint: 'Train with another loss, or leave this output out.',
    });
  }
  const fasttext = placeOfSink(data as Definition, 'fasttext');
  if ((train?.model === 'nplm' || train?.model === 'glove') && fasttext !== undefined) {
    problems.push({
      path: ['sinks', fasttext, 'fasttext'],
      problem: `fastText's binary has no ${train.model}`,
      hint: 'Train skipgram or cbow, or take another format.',
    });
  }
  const { evaluate } = data as Definition;
  if (record(evaluate)) problems.push(...problemsOfEvaluation(evaluate!));
  problems.push(...outputProblems(data as Definition));
  if (given.length === 0) {
    problems.push({ path: ['source'], problem: 'needs files, stdin: true, pairs or cooccurrence' });
  } else if (given.length > 1) {
    const names = given.map(([name]) => name).join(' and ');
    problems.push({ path: ['source', given[1]![0]], problem: `${names} exclude each other; keep one` });
  }
  const fromUrls = [files, pairs].flat().some((entry) => typeof entry === 'string' && isUrl(entry));
  for (const key of fromUrls ? [] : Object.keys(record(http as object | undefined) ?? {})) {
    problems.push({
      path: ['source', 'http', key],
      problem: 'has no effect: nothing is read from a URL; leave it out',
    });
  }
  if (cooccurrence !== undefined) problems.push(...problemsOfCells(data as Definition));
  if (ofPairs) {
    for (const section of ['filter', 'tokenize', 'phrases', 'sampling'] as const) {
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

/** What does not go with a source of cells: it needs the vocabulary that they were counted with, and GloVe. */
function problemsOfCells({ train, vocabulary, filter, tokenize, sampling }: Definition): OptionProblem[] {
  const model = record(train)?.model ?? 'skipgram';
  const problems: OptionProblem[] = model === 'glove' ? [] : [onCellsOnly(model)];
  if (record(vocabulary)?.read === undefined) {
    problems.push({
      path: ['vocabulary', 'read'],
      problem: 'is missing: co-occurrences name words by their line in a vocabulary file',
      hint: 'Give the vocabulary file that they were counted with.',
    });
  }
  const counted = 'has no effect on co-occurrences, which are counted already; leave it out';
  if (hasEffect('tokenize', tokenize)) problems.push({ path: ['tokenize'], problem: counted });
  if (hasEffect('filter', filter)) problems.push({ path: ['filter'], problem: counted });
  const { window, symmetric, memory } = record(sampling) ?? {};
  if ((window !== undefined && window !== 15) || symmetric !== undefined || memory !== undefined)
    problems.push({ path: ['sampling'], problem: counted });
  return problems;
}

/** The place of an output among what is written. */
function placeOfSink({ sinks }: Definition, name: string): number | undefined {
  const place = Array.isArray(sinks) ? sinks.findIndex((sink) => name in Object(sink)) : -1;
  return place < 0 ? undefined : place;
}

/** A section as it was given, where it is an object at all. */
function record<Section>(section: Section | undefined): Section | undefined {
  return typeof section === 'object' && section !== null ? section : undefined;
}

/** Whether a section says anything but its defaults; a resolved definition says them all. */
function hasEffect(section: 'filter' | 'tokenize' | 'phrases' | 'sampling', value: unknown): boolean {
  const schema = definitionSchema.shape[section];
  const given = schema.safeParse(value);
  return given.success && !isDeepStrictEqual(given.data, schema.parse(undefined));
}
