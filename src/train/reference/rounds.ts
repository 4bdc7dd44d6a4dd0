import type { Pass } from '../passes.js';
import { DAMPING, GROUPS_IN_A_TURN, SHARDS } from '../rounds.js';
import type { ChunkGroups, GroupStep } from './group-steps.js';
import type { Loss } from './loss.js';
import type { Rows } from './math.js';
import type { Model } from './model.js';
import { RoundRows } from './round-rows.js';

/** What trains in rounds. */
export interface RoundTrainer {
  readonly model: Model;
  /** The matrices that the model trains. */
  readonly input: Rows;
  readonly output: Rows;
  /** A loss for each shard: it keeps the state of a sentence. */
  newLoss(): Loss;
  /** The data from its start. */
  chunks(): AsyncGenerator<ChunkGroups, void, void>;
}

/** Draws the groups of one chunk after another. */
interface Shard {
  readonly loss: Loss;
  steps: Generator<GroupStep, void, void> | undefined;
  /** Words of the sentences that it began in this round. */
  words: number;
}

/** An epoch of deterministic training: rounds of shards (docs/sampling.md). */
export function passInRounds({ model, input, output, newLoss, chunks }: RoundTrainer): Pass {
  const shards = Array.from(
    { length: SHARDS },
    (): Shard => ({ loss: newLoss(), steps: undefined, words: 0 }),
  );
  const rows = { input: new RoundRows(input), output: new RoundRows(output) };
  return async (epoch, _part, count) => {
    const data = chunks();
    for (;;) {
      for (const shard of shards) {
        if (shard.steps) continue;
        const { value: chunk } = await data.next();
        if (!chunk) break;
        const startSentence = (words: number) => {
          const rate = count.rate(shard.words);
          shard.words += words;
          return rate;
        };
        shard.steps = chunk(epoch, shard.loss, startSentence);
      }
      if (shards.every(({ steps }) => !steps)) break;
      const rate = count.rate();
      for (const shard of shards) {
        for (let group = 0; shard.steps && group < GROUPS_IN_A_TURN; group++) {
          const { value: step } = shard.steps.next();
          if (step) train(step);
          else shard.steps = undefined;
        }
        rows.input.endTurn();
        rows.output.endTurn();
        if (count.isDue()) await count.turn();
      }
      rows.input.merge(DAMPING * rate);
      rows.output.merge(DAMPING * rate);
      for (const shard of shards) {
        count.passed(shard.words);
        shard.words = 0;
      }
    }

    function train({ contexts, length, outputs, rate, weight }: GroupStep): void {
      const predictions = model.predictions(length);
      for (let c = 0; c < length; c++) rows.input.touch(contexts[c]!, 1);
      for (let o = 0; o < outputs.length; o++) rows.output.touch(outputs.rows[o]!, predictions);
      count.add(weight * model.update(contexts, length, outputs, weight * rate), predictions);
    }
  };
}
