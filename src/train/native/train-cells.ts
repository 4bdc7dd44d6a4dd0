import type { CellCorpus } from '../../core/corpus.js';
import type { StageContext } from '../../core/stage.js';
import type { TrainedVectors } from '../../core/vectors.js';
import { nativeAddon } from '../../native/addon.js';
import { watchWork } from '../../native/long-work.js';
import type { ResolvedTrainOptions } from '../engine.js';
import { type EpochPasses, keeperOf, runEpochs } from '../epochs.js';
import { gloveVectors, startGlove } from '../glove-parameters.js';
import { gloveOptions } from '../model-defaults.js';
import type { TrainingSetup } from '../training-setup.js';
import { chooseInstructionSet } from './instruction-set.js';
import { advised } from './watch.js';

/** Tables of cells up to this many bytes are held in memory; larger ones lie in a scratch file. */
const MEMORY_BYTES = 4e9;

/** Trains GloVe in C++ (src/native/glove_trainer.h): any number of threads learns the same, to the bit. */
export async function trainCells(
  corpus: CellCorpus,
  options: ResolvedTrainOptions,
  context: StageContext,
  setup: TrainingSetup = {},
): Promise<TrainedVectors> {
  const { vocabulary } = corpus;
  const { model, loss, seed, epochs, threads, learningRate, validation = 0, patience = 0 } = options;
  const { xMax, weightPower, combine } = gloveOptions(options);
  const addon = nativeAddon();
  const instructionSet = chooseInstructionSet(options.instructionSet, addon.instructionSets());
  const parameters = startGlove(vocabulary.size, options, addon.allocateMatrix);
  const { dimensions, stride, words: input, contexts: output } = parameters;
  const opened = addon.openGlove({
    ...{ cells: corpus.path, vocabularySize: vocabulary.size, xMax, weightPower, seed, validation },
    ...{ memoryBytes: MEMORY_BYTES, scratch: await context.scratchFolder(), threads, instructionSet },
    ...{ learningRate, dimensions, stride, input: input.data, output: output.data },
  });
  const cells = await watchWork(opened, context);
  const since = performance.now();
  const lossByEpoch: number[] = [];
  let validationLoss: number | undefined;
  const passes: EpochPasses = {
    async train(epoch) {
      const pass = cells.train(epoch);
      const before = epoch * cells.cells;
      const report = () =>
        context.report.progress({
          ...{ phase: 'train', unit: 'cells', done: before + pass.progress(), total: epochs * cells.cells },
          ...{ epoch: epoch + 1, epochs, learningRate },
          wordsPerSecond: (before + pass.progress()) / ((performance.now() - since) / 1_000),
          ...(epoch > 0 && { loss: lossByEpoch[epoch - 1]! }),
          ...(validationLoss !== undefined && { validationLoss }),
        });
      const ended = await watchWork(pass, context, report).catch((error: unknown) => {
        throw advised(error, learningRate);
      });
      lossByEpoch.push(ended.loss / (cells.cells || 1));
      return lossByEpoch.at(-1)!;
    },
    ...(validation > 0 && {
      async evaluate() {
        const measured = await watchWork(cells.measure(), context);
        if (cells.heldOut > 0) validationLoss = measured.loss / cells.heldOut;
        return { loss: validationLoss ?? 0, predictions: cells.heldOut };
      },
    }),
    vectors: () => gloveVectors(vocabulary, parameters, combine),
    keep: keeperOf(input, output),
  };
  const done = await runEpochs(passes, { epochs, patience }, setup, context.report);
  const seconds = (performance.now() - since) / 1_000;
  return {
    ...gloveVectors(vocabulary, parameters, combine),
    summary: {
      ...{ engine: 'native', model, loss, seed, ...done, lossByEpoch, words: done.epochs * cells.cells },
      ...{ unit: 'cells', seconds, threads, instructionSet },
    },
  };
}
