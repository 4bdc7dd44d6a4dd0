import { setTimeout as delay } from 'node:timers/promises';
import { stillWriting } from '../../core/grace.js';
import type { Submission } from './jobs.js';
import type { RunQueues } from './run-queues.js';

/** How long workers have to leave what they do, in milliseconds. */
const PATIENCE = 8_000;

const INTERVAL = 200;

/**
 * Cancels a run: workers stop what they do for it within a second or two, and its jobs are removed. What is done stays in
 * storage.
 *
 * @returns whether all its jobs are gone; those of workers that hang, or were killed, go when their time is up.
 */
export async function cancelRun(
  queues: RunQueues,
  submission: Submission,
  patience = PATIENCE,
): Promise<boolean> {
  await queues.facts.end(submission, 'cancelled');
  const until = performance.now() + patience;
  for (;;) {
    const job = await queues.job(submission);
    if (!job) return true;
    // A job that is worked on, or has a step that is, cannot be removed.
    const removed = await job.remove({ removeChildren: true }).then(
      () => true,
      () => false,
    );
    if (removed) return true;
    if (performance.now() > until) return false;
    stillWriting();
    await delay(INTERVAL);
  }
}
