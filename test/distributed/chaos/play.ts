import assert from 'node:assert/strict';
import { Random } from '../../../src/core/random.js';
import type { Disturbance } from './disturbances.js';
import { requireOutputs, requireRecords, requireTidyRedis, requireTidyWorkers } from './hold.js';
import { Arena } from './support/arena.js';
import { JOBS } from './support/job.js';
import { referenceOf } from './support/reference.js';

/**
 * Plays one round of a disturbance: starts workers and a run, does the damage, and holds that the run comes to its end with
 * the bytes of one that nobody disturbed. Equal seeds draw the same job and the same moments, told by steps that have
 * begun.
 *
 * @returns how often what was done, and what came of it
 * @throws Error saying what does not hold, what the processes said, and how to repeat the round.
 */
export async function playRound(
  disturbance: Disturbance,
  seed: number,
  round: number,
): Promise<ReadonlyMap<string, number>> {
  const { name, actions, times, failingRequests } = disturbance;
  const random = new Random(seed, ...Buffer.from(name), round);
  const job = JOBS[random.below(JOBS.length)]!;
  const reference = await referenceOf(job);
  const moments = Array.from({ length: times[0] + random.below(times[1] - times[0] + 1) }, () =>
    random.below(reference.steps),
  );
  const arena = await Arena.make(job, random, failingRequests);
  try {
    arena.follow();
    for (const moment of moments.sort((a, b) => a - b)) {
      await arena.moment(moment);
      if (arena.isOver) break;
      await actions[random.below(actions.length)]!(arena);
    }
    const { code, signal, stderr } = await arena.following!.ended;
    assert.equal(code ?? signal, 0, 'the run fails');
    assert.doesNotMatch(stderr, /^ +at |internal error|defect of wordmill/m, 'a message is a defect');
    await requireOutputs(arena, reference);
    await requireRecords(arena, reference);
    await requireTidyRedis(arena);
    await requireTidyWorkers(arena);
    if (failingRequests !== undefined)
      arena.count('requests to the storage that failed', arena.proxy!.failed);
    for (const worker of arena.workers) {
      arena.count('steps lost and taken by others', worker.count(/was lost by its worker/));
      arena.count('steps tried again', worker.count(/is tried again/));
    }
    arena.count('steps begun', arena.begun.length);
    arena.count('steps', reference.steps);
    return arena.done;
  } catch (error) {
    const said = await arena.following?.ended.then(
      ({ stderr, code }) => `it ended with ${code}\n${stderr}`,
      (reason: Error) => reason.message,
    );
    throw new Error(
      [
        (error as Error).message,
        `The run (${job.name}), as the last process that followed it tells: ${said}`,
        ...arena.workers.map(({ told }) => told),
        `Done: ${[...arena.done].map((entry) => entry.join(': ')).join(', ')}`,
        `To repeat: npm run test:chaos -- --fault ${name} --seed ${seed} --round ${round}`,
      ].join('\n\n'),
      { cause: error },
    );
  } finally {
    await arena.close();
  }
}
