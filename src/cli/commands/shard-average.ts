import type { Options } from 'yargs';
import { WordmillError } from '../../core/errors.js';
import { run as runPipeline } from '../../core/run.js';
import { compose } from '../../core/stage.js';
import { averageRound } from '../../distributed/average-round.js';
import { averageChanges } from '../../distributed/plain/train-files.js';
import { sinkFor } from '../../sinks/sink-for.js';
import type { CommandCall } from '../command.js';
import { flagsOf } from '../flags.js';
import { doStep, listenerOf, requiredNumber, roundOption, storageOptions } from '../run-in-storage.js';
import { isShared, sharedFlags, sharedOptions, sharedTraining } from '../shared-training.js';

export const flags = [...sharedFlags, ...flagsOf('sinks')];

const ownOptions: Readonly<Record<string, Options>> = {
  ...sharedOptions,
  output: {
    string: true,
    requiresArg: true,
    group: 'Files:',
    describe: 'The file of the model to write, which the next round starts from',
  },
};

export const options: Readonly<Record<string, Options>> = {
  ...ownOptions,
  ...storageOptions,
  ...roundOption,
};

export const examples = [
  ['wordmill shard average --storage /shared/wordmill --run june --round 0', 'a round of a run in storage'],
  [
    'wordmill shard average --read-vocabulary vocabulary.txt --shards 8 --round 0 --output model-1 changes-0-*',
    'of files',
  ],
  [
    'wordmill shard average --read-vocabulary vocabulary.txt --shards 8 --round 39 --start model-39 --glove vectors.txt changes-39-*',
    'the last round: vectors',
  ],
] as const;

export async function run(call: CommandCall): Promise<void> {
  const { values, operands, signal, log } = call;
  const round = requiredNumber(values, 'round');
  if (!isShared(call, [...Object.keys(ownOptions), ...flags.map(({ name }) => name)])) {
    const { rows, loss, predictions, contributions } = await doStep(call, (context) =>
      averageRound(context, round),
    );
    log.note(describe(round, contributions.length, loss / (predictions || 1), rows));
    return;
  }
  const settings = sharedTraining(call, flags);
  const output = values.output as string | undefined;
  if (output === undefined && settings.definition.sinks.length === 0) {
    throw new WordmillError('usage', 'nothing is to be written', {
      place: { key: '--output' },
      hint: 'Give --output for the model, or vectors after the last round, such as --glove FILE.',
    });
  }
  const averaged = averageChanges({ ...settings, changes: operands, output });
  const { sinks, escapeWords } = settings.definition;
  const pipeline = sinks.reduce((source, sink) => compose(source, sinkFor(sink, { escapeWords })), averaged);
  const { last } = await runPipeline(pipeline, { signal, listener: listenerOf(log) });
  log.note(describe(round, operands.length, last!.summary.lossByEpoch[0]!));
}

function describe(round: number, shards: number, loss: number, rows?: number): string {
  const changed = rows === undefined ? '' : `, ${rows.toLocaleString('en-US')} rows changed`;
  return `round ${round}: ${shards} shards, loss ${loss.toFixed(4)}${changed}`;
}
