import type { CellCorpus } from '../../core/corpus.js';
import type { StageContext } from '../../core/stage.js';
import type { TrainedVectors } from '../../core/vectors.js';
import { nativeAddon } from '../../native/addon.js';
import type { GlovePosition } from '../../native/glove.js';
import { watchWork } from '../../native/long-work.js';
import { arrayIn, numberIn } from '../checkpoint/course.js';
import type { ResolvedTrainOptions } from '../engine.js';
import { type EpochPasses, type EpochPauses, runEpochs } from '../epochs.js';
import { gloveVectors, startGlove } from '../glove-parameters.js';
import { gloveOptions } from '../model-defaults.js';
import type { TrainingSetup } from '../training-setup.js';
import { weightsOf } from '../weights.js';
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
  const since = setup.checkpoints?.started ?? performance.now();
  let lastLoss: number | undefined;
  let validationLoss: number | undefined;
  /** Trains what is left of a pass; gives the sum of the losses of all of it. */
  const trainPass = async (epoch: number, from?: GlovePosition, pauses?: EpochPauses): Promise<number> => {
    const pass = cells.train(epoch, from);
    const before = epoch * cells.cells;
    const report = () => {
      const done = before + pass.progress();
      context.report.progress({
        ...{ phase: 'train', unit: 'cells', done, total: epochs * cells.cells },
        ...{ epoch: epoch + 1, epochs, learningRate },
        wordsPerSecond: done / ((performance.now() - since) / 1_000),
        ...(lastLoss !== undefined && { loss: lastLoss }),
        ...(validationLoss !== undefined && { validationLoss }),
      });
    };
    const { loss, position } = await watchWork(pass, context, report, pauses).catch((error: unknown) => {
      throw advised(error, learningRate);
    });
    if (!position) return loss;
    await pauses?.pause({ ...position });
    return trainPass(epoch, position, pauses);
  };
  const passes: EpochPasses = {
    async train(epoch, pauses) {
      const at = pauses?.from;
      const from = at && {
        nextTile: numberIn(at, 'nextTile'),
        open: arrayIn(at, 'open'),
        losses: arrayIn(at, 'losses'),
      };
      lastLoss = (await trainPass(epoch, from, pauses)) / (cells.cells || 1);
      return lastLoss;
    },

    ...(validation > 0 && {
      async evaluate() {
        const measured = await watchWork(cells.measure(), context);
        if (cells.heldOut > 0) validationLoss = measured.loss / cells.heldOut;
        return { loss: validationLoss ?? 0, predictions: cells.heldOut };
      },
    }),
    vectors: () => gloveVectors(vocabulary, parameters, combine),
    weights: weightsOf({ words: input, contexts: output }),
  };
  const done = await runEpochs(passes, { epochs, patience }, setup, context.report);
  const seconds = (performance.now() - since) / 1_000;
  return {
    ...gloveVectors(vocabulary, parameters, combine),
    summary: {
      ...{ engine: 'native', model, loss, seed, ...done, words: done.epochs * cells.cells },
      ...{ unit: 'cells', seconds, threads, instructionSet },
    },
  };
}
