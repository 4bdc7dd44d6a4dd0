import { averageRound } from './average-round.js';
import { countCells } from './count-cells.js';
import { encodeShard } from './encode-shard.js';
import { finishTraining } from './finish-training.js';
import { ingestShard } from './ingest-shard.js';
import { mergeCells } from './merge-cells.js';
import { mergeCounts } from './merge-counts.js';
import { definitionOf } from './plan-shards.js';
import type { StepTable } from './stages.js';
import { trainGlove } from './train-glove.js';
import { trainShard } from './train-shard.js';

/** The steps of distributed runs. */
export const STEPS: StepTable = {
  ingest: (context, shard) => ingestShard(context, shard!),
  vocabulary: (context) => mergeCounts(context),
  encode: (context, shard) => encodeShard(context, shard!),
  train: (context, round, shard) => trainShard(context, round!, shard!),
  average: (context, round) => averageRound(context, round!),
  'count-cells': (context, shard) => countCells(context, shard!),
  'merge-cells': (context) => mergeCells(context),
  result: (context) =>
    definitionOf(context.plan).train.model === 'glove' ? trainGlove(context) : finishTraining(context),
};
