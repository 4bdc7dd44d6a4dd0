import type { CellBlock } from '../../core/blocks.js';
import type { CellCorpus } from '../../core/corpus.js';
import type { StageContext } from '../../core/stage.js';
import type { TrainedVectors } from '../../core/vectors.js';
import { readCells } from '../../formats/cooccurrence.js';
import { CellTiles } from '../../sampling/cell-tiles.js';
import { numberIn } from '../checkpoint/course.js';
import type { ResolvedTrainOptions } from '../engine.js';
import { type EpochPasses, runEpochs } from '../epochs.js';
import { gloveVectors, startGlove } from '../glove-parameters.js';
import { allocateMatrix } from '../matrices.js';
import { TrainingMeter } from '../meter.js';
import { gloveOptions } from '../model-defaults.js';
import type { TrainingSetup } from '../training-setup.js';
import { weightsOf } from '../weights.js';
import { Glove, weigh } from './glove.js';

/** Trains GloVe, one cell after another, in the order that docs/glove.md says. */
export async function trainCells(
  corpus: CellCorpus,
  options: ResolvedTrainOptions,
  context: StageContext,
  setup: TrainingSetup = {},
): Promise<TrainedVectors> {
  const { vocabulary } = corpus;
  const { seed, epochs, validation = 0, patience = 0, learningRate } = options;
  const { xMax, weightPower, combine } = gloveOptions(options);
  const cells = await allCells(corpus);
  const weighed = Array.from(cells.values, (value) => weigh(value, xMax, weightPower));
  const tiles = new CellTiles(cells, { words: vocabulary.size, seed, validation });
  const parameters = startGlove(vocabulary.size, options, allocateMatrix);
  const model = new Glove(parameters, learningRate);
  const meter = new TrainingMeter(
    context,
    { done: epochs * tiles.trained, unit: 'cells', epochs },
    setup.checkpoints,
  );
  meter.learningRate = learningRate;
  const passes: EpochPasses = {
    async train(epoch, pauses) {
      meter.done = epoch * tiles.trained;
      meter.startEpoch(pauses);
      const before = pauses?.from ? numberIn(pauses.from, 'cells') : 0;
      let done = 0;
      for (const cell of tiles.order(epoch)) {
        if (done++ < before) continue;
        meter.add(model.update(cells.rows[cell]!, cells.columns[cell]!, weighed[cell]!), 1);
        meter.done++;
        if (meter.isDue) await meter.turn(() => ({ cells: done }));
      }
      return meter.endEpoch();
    },
    ...(validation > 0 && {
      async evaluate() {
        let loss = 0;
        for (const cell of tiles.heldOut) {
          loss += model.loss(cells.rows[cell]!, cells.columns[cell]!, weighed[cell]!);
        }
        const predictions = tiles.heldOut.length;
        meter.validationLoss = predictions === 0 ? undefined : loss / predictions;
        return { loss: loss / (predictions || 1), predictions };
      },
    }),
    vectors: () => gloveVectors(vocabulary, parameters, combine),
    weights: weightsOf({ words: parameters.words, contexts: parameters.contexts }),
  };
  const done = await runEpochs(passes, { epochs, patience }, setup, context.report);
  return {
    ...gloveVectors(vocabulary, parameters, combine),
    summary: {
      ...{ engine: 'reference', model: options.model, loss: options.loss, seed, ...done },
      ...{ words: done.epochs * tiles.trained, unit: 'cells', seconds: meter.seconds, threads: 1 },
    },
  };
}

async function allCells({ path, vocabulary, cells }: CellCorpus): Promise<CellBlock> {
  const all = {
    rows: new Uint32Array(cells),
    columns: new Uint32Array(cells),
    values: new Float64Array(cells),
  };
  let filled = 0;
  for await (const { rows, columns, values } of readCells(path, vocabulary.size)) {
    all.rows.set(rows, filled);
    all.columns.set(columns, filled);
    all.values.set(values, filled);
    filled += rows.length;
  }
  return all;
}
