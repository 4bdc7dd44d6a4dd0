import { availableParallelism } from 'node:os';
import type { Options } from 'yargs';
import { run as runPipeline } from '../../core/run.js';
import { trainFile } from '../../distributed/plain/train-files.js';
import { trainShard } from '../../distributed/train-shard.js';
import type { CommandCall } from '../command.js';
import {
  doStep,
  listenerOf,
  requiredNumber,
  roundOption,
  shardOption,
  storageOptions,
  threadsOption,
} from '../run-in-storage.js';
import { isShared, sharedFlags, sharedOptions, sharedTraining, textOf } from '../shared-training.js';

export const flags = sharedFlags;

const ownOptions: Readonly<Record<string, Options>> = {
  ...sharedOptions,
  encoded: {
    string: true,
    requiresArg: true,
    group: 'Files:',
    describe: 'The folder that shard encode wrote',
  },
  output: {
    string: true,
    requiresArg: true,
    group: 'Files:',
    describe: 'The file of changes to write, for shard average',
  },
};

export const options: Readonly<Record<string, Options>> = {
  ...ownOptions,
  ...storageOptions,
  ...shardOption,
  ...roundOption,
  ...threadsOption,
};

export const examples = [
  [
    'wordmill shard train --storage /shared/wordmill --run june --round 0 --shard 3',
    'one shard of a run, for a round',
  ],
  [
    'wordmill shard train --read-vocabulary vocabulary.txt --encoded encoded-07 --shards 8 --shard 7 --round 0 --output changes-0-7',
    'of files',
  ],
] as const;

export async function run(call: CommandCall): Promise<void> {
  const { values, signal, log } = call;
  const round = requiredNumber(values, 'round');
  const shard = requiredNumber(values, 'shard');
  if (!isShared(call, Object.keys(ownOptions))) {
    const record = await doStep(call, (context) => trainShard(context, round, shard));
    log.note(describe(shard, round, { ...record, loss: record.loss / (record.predictions || 1) }));
    return;
  }
  const threads = values.threads === undefined ? availableParallelism() : requiredNumber(values, 'threads');
  const pipeline = trainFile({
    ...sharedTraining(call),
    ...{ shard, threads: Math.max(1, threads) },
    ...{ encoded: textOf(call, 'encoded'), output: textOf(call, 'output') },
  });
  const { last } = await runPipeline(pipeline, { signal, listener: listenerOf(log) });
  log.note(describe(shard, round, last!));
}

function describe(
  shard: number,
  round: number,
  { words, rows, loss }: { readonly words: number; readonly rows: number; readonly loss: number },
): string {
  const number = (value: number) => value.toLocaleString('en-US');
  return `shard ${shard}, round ${round}: ${number(words)} words, loss ${loss.toFixed(4)}, ${number(rows)} rows changed`;
}
