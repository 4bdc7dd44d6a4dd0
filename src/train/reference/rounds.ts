import { arrayIn, numberIn, type Position } from '../checkpoint/course.js';
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
  /** Of its chunk: the number, and how many groups are done. */
  chunk: number;
  groups: number;
  /** The learning rate of the sentence under way. */
  rate: number;
  /** Words of the sentences that it began in this round. */
  words: number;
}

/** An epoch of deterministic training: rounds of shards (docs/sampling.md). */
export function passInRounds({ model, input, output, newLoss, chunks }: RoundTrainer): Pass {
  const shards = Array.from(
    { length: SHARDS },
    (): Shard => ({ loss: newLoss(), steps: undefined, chunk: 0, groups: 0, rate: 0, words: 0 }),
  );
  const rows = { input: new RoundRows(input), output: new RoundRows(output) };
  return async (epoch, _part, count, from) => {
    const data = chunks();
    let nextChunk = 0;
    /** The next chunk, for a shard to draw from; undefined at the end. */
    const open = async (shard: Shard): Promise<void> => {
      const { value: chunk } = await data.next();
      if (!chunk) return;
      Object.assign(shard, { chunk: nextChunk++, groups: 0 });
      shard.steps = chunk(epoch, shard.loss, (words) => {
        shard.rate = count.rate(shard.words);
        shard.words += words;
        return shard.rate;
      });
    };
    for (const shard of shards) Object.assign(shard, { steps: undefined, words: 0 });
    if (from) await takeUp(from);
    for (;;) {
      for (const shard of shards) {
        if (!shard.steps) await open(shard);
      }
      if (shards.every(({ steps }) => !steps)) break;
      const rate = count.rate();
      for (const shard of shards) {
        for (let group = 0; shard.steps && group < GROUPS_IN_A_TURN; group++) {
          const { value: step } = shard.steps.next();
          if (step) {
            train(step);
            shard.groups++;
          } else shard.steps = undefined;
        }
        rows.input.endTurn();
        rows.output.endTurn();
        // Inside a round there is no place to go on from.
        if (count.isDue()) await count.turn(() => undefined);
      }
      rows.input.merge(DAMPING * rate);
      rows.output.merge(DAMPING * rate);
      for (const shard of shards) {
        count.passed(shard.words);
        shard.words = 0;
      }
      if (count.isDue()) await count.turn(where);
    }

    function where(): Position {
      const numbers = shards.flatMap(({ steps, chunk, groups, rate }, index) =>
        steps ? [index, chunk, groups, rate] : [],
      );
      return { nextChunk, open: Float64Array.from(numbers) };
    }

    /** Gives shards the chunks that they had, and draws what they had drawn. */
    async function takeUp(position: Position): Promise<void> {
      const left = arrayIn(position, 'open');
      const next = numberIn(position, 'nextChunk');
      const byChunk = new Map<number, number>();
      for (let at = 0; at < left.length; at += 4) byChunk.set(left[at + 1]!, at);
      while (nextChunk < next) {
        const at = byChunk.get(nextChunk);
        const { value: chunk } = await data.next();
        if (!chunk) return;
        nextChunk++;
        if (at === undefined) continue;
        const shard = shards[left[at]!]!;
        const [groups, rate] = [left[at + 2]!, left[at + 3]!];
        Object.assign(shard, { chunk: nextChunk - 1, groups, rate });
        let done = 0;
        shard.steps = chunk(epoch, shard.loss, (words) => {
          if (done < groups) return rate;
          shard.rate = count.rate(shard.words);
          shard.words += words;
          return shard.rate;
        });
        for (; done < groups; done++) shard.steps.next();
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
