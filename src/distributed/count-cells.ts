import { join } from 'node:path';
import * as train from '../train/count-cells.js';
import { encodedCorpus } from './encoded-corpus.js';
import { partsOf } from './ingest-shard.js';
import { definitionOf } from './plan-shards.js';
import { type CellsRecord, cellsSchema } from './records.js';
import type { StepContext } from './step.js';
import { withStages } from './with-stages.js';

/**
 * Counts the co-occurrences of an encoded shard: windows do not go past sentences, so those of all shards together are
 * those of the whole text.
 *
 * @throws WordmillError `noInput` where the shard is not encoded yet; as `countCells` of training.
 */
export async function countCells(context: StepContext, shard: number): Promise<CellsRecord> {
  const { storage, plan, signal, threads } = context;
  partsOf(plan, shard);
  const name = `cells-${shard}`;
  const done = await storage.read(name, cellsSchema, signal);
  if (done) return done;
  const begun = performance.now();
  const { sampling } = definitionOf(plan);
  const { corpus } = await encodedCorpus(context, shard);
  const record = await withStages(context, async (stages) => {
    const path = join(await stages.scratchFolder(), 'cells');
    const { cells: count } = await train.countCells(corpus, sampling, { threads, path }, stages);
    const cells = await storage.put(path, signal);
    return { shard, cells, count, seconds: (performance.now() - begun) / 1_000 };
  });
  return storage.writeOnce(name, cellsSchema, record, signal);
}
