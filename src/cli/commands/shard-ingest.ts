import type { Options } from 'yargs';
import { WordmillError } from '../../core/errors.js';
import { run as runPipeline } from '../../core/run.js';
import { ingestShard } from '../../distributed/ingest-shard.js';
import { ingestText } from '../../distributed/plain/ingest-text.js';
import { undistributable } from '../../distributed/refuse-undistributable.js';
import type { ResolvedDefinition } from '../../pipeline/schema.js';
import type { CommandCall } from '../command.js';
import { filterDefinition, TEXT_FLAGS } from '../filter.js';
import { type Flag, flagsOf, placeOfFlag } from '../flags.js';
import {
  doStep,
  isOfRun,
  listenerOf,
  requiredNumber,
  shardOption,
  storageOptions,
} from '../run-in-storage.js';

export const flags: readonly Flag[] = [
  ...TEXT_FLAGS,
  ...flagsOf('vocabulary').filter(({ name }) => name === 'vocabulary-memory'),
];

const ownOptions: Readonly<Record<string, Options>> = {
  counts: {
    string: true,
    requiresArg: true,
    group: 'Output:',
    describe: 'Where counts go, a word, a tab and its count on each line; - for standard output, the default',
  },
  spool: {
    string: true,
    requiresArg: true,
    group: 'Output:',
    describe: 'Also keep the tokens in this new folder, for wordmill shard encode',
  },
};

export const options: Readonly<Record<string, Options>> = {
  ...ownOptions,
  ...storageOptions,
  ...shardOption,
};

export const examples = [
  [
    'wordmill shard ingest --storage /shared/wordmill --run june --shard 3',
    'one shard of a run that is planned',
  ],
  ['wordmill shard ingest part-07.txt > counts-07', 'count a part of a text; shard merge joins such counts'],
  [
    'zcat part-07.gz | wordmill shard ingest --spool spool-07 --counts counts-07',
    'the same, and keep its tokens',
  ],
] as const;

export async function run(call: CommandCall): Promise<void> {
  const ofFiles = [...flags.map(({ name }) => name), ...Object.keys(ownOptions)];
  if (isOfRun(call, ofFiles)) {
    const shard = requiredNumber(call.values, 'shard');
    const { tokens, types } = await doStep(call, (context) => ingestShard(context, shard));
    call.log.note(`shard ${shard}: ${number(tokens)} tokens of ${number(types)} words`);
    return;
  }
  const { values, signal, log } = call;
  const definition = filterDefinition(flags, call);
  refuseWholeText(definition);
  const spool = values.spool as string | undefined;
  const counts = (values.counts as string | undefined) ?? (spool === undefined ? '-' : undefined);
  await runPipeline(ingestText(definition, { counts, spool }), { signal, listener: listenerOf(log) });
}

/** A part of a text can be read from anywhere; but not with what goes by the whole of it. */
function refuseWholeText(definition: ResolvedDefinition): void {
  const found = undistributable(definition).find(({ key }) => !key.startsWith('source.'));
  if (!found) return;
  const { key, problem, hint } = found;
  throw new WordmillError('usage', problem, { place: placeOfFlag(flags, key.split('.')), hint });
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
