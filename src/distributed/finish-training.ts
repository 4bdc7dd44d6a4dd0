import { definitionOf } from './plan-shards.js';
import { averageSchema, type ResultRecord, resultSchema } from './records.js';
import { recordOf } from './records-of-run.js';
import type { StepContext } from './step.js';

/** The name of the record. */
export const RESULT = 'result';

/**
 * Says what a run of skip-gram or CBOW gave, once its last round is averaged: its model, and the mean loss of each epoch.
 *
 * @throws WordmillError `noInput` where a round is not averaged yet.
 */
export async function finishTraining(context: StepContext): Promise<ResultRecord> {
  const { storage, plan, signal } = context;
  const done = await storage.read(RESULT, resultSchema, signal);
  if (done) return done;
  const begun = performance.now();
  const { epochs } = definitionOf(plan).train;
  const lossByEpoch: number[] = [];
  let words = 0;
  let model: ResultRecord['model'] | undefined;
  for (let epoch = 0; epoch < epochs; epoch++) {
    let loss = 0;
    let predictions = 0;
    for (let part = 0; part < plan.roundsPerEpoch; part++) {
      const average = await recordOf(context, `average-${epoch * plan.roundsPerEpoch + part}`, averageSchema);
      loss += average.loss;
      predictions += average.predictions;
      words += average.words;
      ({ model } = average);
    }
    lossByEpoch.push(loss / (predictions || 1));
  }
  const seconds = (performance.now() - begun) / 1_000;
  return storage.writeOnce(RESULT, resultSchema, { model: model!, words, lossByEpoch, seconds }, signal);
}
