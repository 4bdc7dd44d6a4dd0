import type { Options } from 'yargs';
import { WordmillError } from '../../core/errors.js';
import { run as runPipeline } from '../../core/run.js';
import { encodeShard } from '../../distributed/encode-shard.js';
import { encodeSpool } from '../../distributed/plain/encode-spool.js';
import type { CommandCall } from '../command.js';
import {
  doStep,
  isOfRun,
  listenerOf,
  requiredNumber,
  shardOption,
  storageOptions,
} from '../run-in-storage.js';

export const flags = [];

const ownOptions: Readonly<Record<string, Options>> = {
  spool: {
    string: true,
    requiresArg: true,
    group: 'Files:',
    describe: 'The folder of tokens that shard ingest has kept',
  },
  'read-vocabulary': {
    string: true,
    requiresArg: true,
    group: 'Files:',
    describe: 'The vocabulary file that shard merge has written',
  },
  unk: {
    requiresArg: true,
    choices: ['drop', 'token'],
    defaultDescription: 'drop',
    group: 'Files:',
    describe: 'Unknown words: drop them, or write the id of <UNK>, the one after the last word',
  },
  output: {
    string: true,
    requiresArg: true,
    group: 'Files:',
    describe: 'The folder to write: tokens, chunks and encoded.json',
  },
};

export const options: Readonly<Record<string, Options>> = {
  ...ownOptions,
  ...storageOptions,
  ...shardOption,
};

export const examples = [
  [
    'wordmill shard encode --storage /shared/wordmill --run june --shard 3',
    'one shard of a run with a vocabulary',
  ],
  ['wordmill shard encode --spool spool-07 --read-vocabulary vocabulary.txt --output encoded-07', 'of files'],
] as const;

export async function run(call: CommandCall): Promise<void> {
  const { values, signal, log } = call;
  if (isOfRun(call, Object.keys(ownOptions))) {
    const shard = requiredNumber(values, 'shard');
    const record = await doStep(call, (context) => encodeShard(context, shard));
    log.note(describe(`shard ${shard}`, record));
    return;
  }
  const pipeline = encodeSpool({
    spool: given(call, 'spool'),
    vocabulary: given(call, 'read-vocabulary'),
    unk: values.unk === 'token' ? 'token' : 'drop',
    output: given(call, 'output'),
  });
  const { last } = await runPipeline(pipeline, { signal, listener: listenerOf(log) });
  log.note(describe(given(call, 'output'), last!));
}

function given({ values }: CommandCall, flag: string): string {
  const value = values[flag];
  if (value !== undefined) return value as string;
  throw new WordmillError('usage', 'is missing', {
    place: { key: `--${flag}` },
    hint: 'Give --spool, --read-vocabulary and --output; or --storage, --run and --shard for a run in storage.',
  });
}

function describe(name: string, { sentences, words }: { sentences: number; words: number }): string {
  return `${name}: ${words.toLocaleString('en-US')} words in ${sentences.toLocaleString('en-US')} sentences`;
}
