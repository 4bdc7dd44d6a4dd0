import { join } from 'node:path';
import type { CellCorpus } from '../core/corpus.js';
import { checkFinite } from '../train/divergence.js';
import { trainCells } from '../train/native/train-cells.js';
import { resolveTrainOptions } from '../train/train.js';
import { RESULT } from './finish-training.js';
import { definitionOf } from './plan-shards.js';
import { cellsSchema, type ResultRecord, resultSchema } from './records.js';
import { recordOf, vocabularyOf } from './records-of-run.js';
import { writeVectors } from './result-vectors.js';
import type { StepContext } from './step.js';
import { withStages } from './with-stages.js';

/**
 * Trains GloVe on the merged cells of all shards, on one machine, as a local run does: its passes over the cells are short
 * beside their counting.
 *
 * @throws WordmillError `noInput` where cells or vocabulary are not merged yet; `data` where training diverges or the cells
 * are damaged; `outOfMemory`; the abort error when the signal fires.
 */
export async function trainGlove(context: StepContext): Promise<ResultRecord> {
  const { storage, plan, signal } = context;
  const done = await storage.read(RESULT, resultSchema, signal);
  if (done) return done;
  const begun = performance.now();
  const { train } = definitionOf(plan);
  const options = { ...resolveTrainOptions({ ...train, engine: 'native' }), threads: context.threads };
  const vocabulary = await vocabularyOf(context);
  const { cells, count } = await recordOf(context, 'cells', cellsSchema);
  const corpus: CellCorpus = { vocabulary, path: await storage.fetch(cells, signal), cells: count };
  const vectors = await withStages(context, (stages) => trainCells(corpus, options, stages));
  checkFinite(vectors.input, options.learningRate);
  const path = join(await context.scratchFolder(), 'model');
  await writeVectors(path, vectors);
  const record: ResultRecord = {
    model: await storage.put(path, signal),
    words: vectors.summary.words,
    lossByEpoch: [...vectors.summary.lossByEpoch],
    seconds: (performance.now() - begun) / 1_000,
  };
  return storage.writeOnce(RESULT, resultSchema, record, signal);
}
