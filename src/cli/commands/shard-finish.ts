import type { Options } from 'yargs';
import { WordmillError } from '../../core/errors.js';
import { run as runPipeline } from '../../core/run.js';
import { compose, type Source } from '../../core/stage.js';
import type { TrainedVectors } from '../../core/vectors.js';
import { finishTraining } from '../../distributed/finish-training.js';
import { definitionOf } from '../../distributed/plan-shards.js';
import { resultVectors } from '../../distributed/result-vectors.js';
import type { StepContext } from '../../distributed/step.js';
import { trainGlove } from '../../distributed/train-glove.js';
import type { ResolvedDefinition } from '../../pipeline/schema.js';
import { sinkFor } from '../../sinks/sink-for.js';
import type { CommandCall } from '../command.js';
import { definitionFromFlags, flagsOf } from '../flags.js';
import { doStep, listenerOf, storageOptions, threadsOption } from '../run-in-storage.js';

export const flags = flagsOf('sinks');

export const options: Readonly<Record<string, Options>> = { ...storageOptions, ...threadsOption };

export const examples = [
  [
    'wordmill shard finish --storage /shared/wordmill --run june',
    'write what the definition of the run names as its sinks',
  ],
  [
    'wordmill shard finish --storage /shared/wordmill --run june --word2vec vectors.bin',
    'write this instead',
  ],
] as const;

export async function run(call: CommandCall): Promise<void> {
  const { values, signal, log } = call;
  const outputs = await doStep(call, async (context) => {
    const definition = definitionOf(context.plan);
    const given = definitionFromFlags(flags, values) as Pick<ResolvedDefinition, 'sinks'>;
    const sinks = (given.sinks ?? []).length > 0 ? given.sinks : definition.sinks;
    if (sinks.length === 0) {
      throw new WordmillError('usage', 'nothing is to be written: the definition of this run has no sinks', {
        hint: 'Give some, such as --glove FILE.',
      });
    }
    const written = sinks.reduce(
      (source, sink) => compose(source, sinkFor(sink, { escapeWords: definition.escapeWords })),
      vectorsOf(context, definition),
    );
    return (await runPipeline(written, { signal, listener: listenerOf(log) })).outputs;
  });
  for (const path of outputs) log.note(`written: ${path}`);
}

function vectorsOf(context: StepContext, { train }: ResolvedDefinition): Source<TrainedVectors> {
  return async function* finishing(_input, { announceVocabulary }) {
    const { seconds } = await (train.model === 'glove' ? trainGlove : finishTraining)(context);
    const vectors = await resultVectors(context, { seconds, threads: context.threads });
    announceVocabulary(vectors.vocabulary);
    yield vectors;
  };
}
