import { countCells } from '../../distributed/count-cells.js';
import { mergeCells } from '../../distributed/merge-cells.js';
import type { CommandCall } from '../command.js';
import { doStep, requiredNumber, shardOption, storageOptions, threadsOption } from '../run-in-storage.js';

export const flags = [];

export const options = { ...storageOptions, ...shardOption, ...threadsOption };

export const examples = [
  ['wordmill shard cooccur --storage /shared/wordmill --run june --shard 3', 'of one shard that is encoded'],
  [
    'wordmill shard cooccur --storage /shared/wordmill --run june',
    'the sums of all shards, for shard finish',
  ],
] as const;

export async function run(call: CommandCall): Promise<void> {
  const { values, log } = call;
  const shard = values.shard === undefined ? undefined : requiredNumber(values, 'shard');
  const { count } = await doStep(call, (context) =>
    shard === undefined ? mergeCells(context) : countCells(context, shard),
  );
  const name = shard === undefined ? `run ${values.run}` : `shard ${shard}`;
  log.note(`${name}: ${count.toLocaleString('en-US')} co-occurrences`);
}
