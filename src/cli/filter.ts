import type { Options } from 'yargs';
import type { ReportListener } from '../core/report.js';
import { iterate } from '../core/run.js';
import type { Source } from '../core/stage.js';
import { checkDefinition } from '../pipeline/definition.js';
import type { ResolvedDefinition } from '../pipeline/schema.js';
import type { CommandCall } from './command.js';
import { definitionFromFlags, type Flag, type FlagValues, flagsOf, placeOfFlag } from './flags.js';
import { checkStdin, sourceOfOperands } from './inputs.js';
import type { Log } from './log.js';
import { writeToStdout } from './stdout.js';

/**
 * A filter leaves nothing out unless it is told to, where training goes by word2vec.c's defaults (min-count 5,
 * subsample 1e-3); so text can stream through.
 */
const FILTER_DEFAULTS: FlagValues = { 'min-count': 1, subsample: 0 };

/** The flags for some sections of the definition, with the defaults of filters. */
export function filterFlags(...sections: readonly string[]): Flag[] {
  return flagsOf(...sections).map((flag) =>
    flag.name in FILTER_DEFAULTS
      ? { ...flag, schema: { ...flag.schema, default: FILTER_DEFAULTS[flag.name] } }
      : flag,
  );
}

/** How text is read: what every filter takes. */
export const TEXT_FLAGS = flagsOf('source', 'filter', 'tokenize').filter(
  ({ name }) => !name.startsWith('pairs') && name !== 'cooccurrence',
);

/** Drawing is seeded as in training, so that a filter shows what the trainer sees. */
export const SEED_FLAG = flagsOf('train').filter(({ name }) => name === 'seed');

/** The sections of a definition that a filter's flags and operands give; without files it reads standard input. */
export function filterDefinition(
  flags: readonly Flag[],
  { values, operands }: CommandCall,
): ResolvedDefinition {
  const given = definitionFromFlags(flags, { ...FILTER_DEFAULTS, ...values });
  const needsText = operands.length === 0 && values.cooccurrence === undefined;
  const source = { ...sourceOfOperands(needsText ? ['-'] : operands), ...(given.source as object) };
  const definition = checkDefinition({ ...given, source }, ({ path }) => placeOfFlag(flags, path));
  checkStdin(definition.source);
  return definition;
}

/** Runs a pipeline of bytes to standard output. */
export async function runFilter(pipeline: Source<Uint8Array>, { signal, log }: CommandCall): Promise<void> {
  await writeToStdout(iterate(pipeline, { signal, listener: listenerOf(log) }), signal);
}

/** A filter is quiet but for warnings; a bar appears only where it cannot get between the lines of data. */
function listenerOf(log: Log): ReportListener {
  const warning = (message: string) => log.warning(message);
  if (!process.stderr.isTTY || process.stdout.isTTY) return { warning };
  return { warning, progress: (progress) => log.progress(progress) };
}

const FORMATS = ['text', 'csv', 'binary'] as const;

/** The flag `--format` of the filters that have several. */
export function formatOption(describe: string): Options {
  return {
    requiresArg: true,
    choices: FORMATS,
    defaultDescription: 'text',
    describe,
    group: 'Output:',
  };
}

export function formatOf({ values }: CommandCall): (typeof FORMATS)[number] {
  return (values.format as (typeof FORMATS)[number] | undefined) ?? 'text';
}
