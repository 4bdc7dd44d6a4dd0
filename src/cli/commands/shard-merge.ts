import type { Options } from 'yargs';
import { WordmillError } from '../../core/errors.js';
import { run as runPipeline } from '../../core/run.js';
import { compose } from '../../core/stage.js';
import { mergeCounts } from '../../distributed/merge-counts.js';
import { mergeCountFiles } from '../../distributed/plain/merge-count-files.js';
import { checkDefinition } from '../../pipeline/definition.js';
import { vocabularyFile } from '../../sinks/vocabulary-file.js';
import type { CommandCall } from '../command.js';
import { filterFlags } from '../filter.js';
import { definitionFromFlags, placeOfFlag } from '../flags.js';
import { checkStdin, sourceOfOperands } from '../inputs.js';
import { doStep, isOfRun, listenerOf, storageOptions } from '../run-in-storage.js';

const OTHERS = ['spool', 'prune-at'];

export const flags = filterFlags('vocabulary').filter(({ name }) => !OTHERS.includes(name));

const ownOptions: Readonly<Record<string, Options>> = {
  output: {
    string: true,
    requiresArg: true,
    group: 'Output:',
    describe: 'The vocabulary file to write; standard output by default',
  },
};

export const options: Readonly<Record<string, Options>> = { ...ownOptions, ...storageOptions };

export const examples = [
  [
    'wordmill shard merge --storage /shared/wordmill --run june',
    'the vocabulary of a run whose shards are ingested',
  ],
  ['wordmill shard merge --min-count 5 counts-* > vocabulary.txt', 'join what shard ingest counted'],
] as const;

export async function run(call: CommandCall): Promise<void> {
  const ofFiles = [...flags.map(({ name }) => name), ...Object.keys(ownOptions)];
  const { values, signal, log } = call;
  if (isOfRun(call, ofFiles)) {
    const { words, known, tokens } = await doStep(call, mergeCounts);
    log.note(
      `vocabulary of run ${values.run}: ${number(words)} words, ${number(known)} of ${number(tokens)} tokens`,
    );
    return;
  }
  const { operands } = call;
  const given = { 'min-count': 1, ...values };
  const source = sourceOfOperands(operands.length === 0 ? ['-'] : operands);
  const definition = checkDefinition({ ...definitionFromFlags(flags, given), source }, ({ path }) =>
    placeOfFlag(flags, path),
  );
  checkStdin(definition.source);
  const counts = source.files === undefined ? { stdin: true as const } : { files: [source.files].flat() };
  const merged = mergeCountFiles(counts, definition.vocabulary);
  const output = (values.output as string | undefined) ?? '-';
  await runPipeline(compose(merged, vocabularyFile(output)), { signal, listener: listenerOf(log) }).catch(
    withFlag,
  );
}

/** Errors of choosing a vocabulary name the flag where they can; nothing else is to be said here. */
function withFlag(error: unknown): never {
  if (error instanceof WordmillError && /^the corpus is empty/.test(error.message)) {
    throw new WordmillError('data', 'there is no word in these counts', {
      hint: 'Check that they are what wordmill shard ingest has written, of a text with words.',
      cause: error,
    });
  }
  throw error;
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
