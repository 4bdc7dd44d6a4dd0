import { type FlowJob, type FlowProducer, type Job, UnrecoverableError, WaitingChildrenError } from 'bullmq';
import { z } from 'zod';
import { WordmillError } from '../../core/errors.js';
import {
  firstStage,
  type Stage,
  type StepCall,
  type StepNode,
  shapeOf,
  stageAfter,
  stepsOf,
} from '../stages.js';
import { failedChild, jobFailure } from './job-failure.js';
import {
  PREFIX,
  type Retrying,
  RUNS,
  type RunData,
  STEPS,
  type StepData,
  type Submission,
  stepJobOptions,
  type Training,
} from './jobs.js';
import type { OpenedRuns } from './opened-runs.js';
import type { RunFacts } from './run-facts.js';

/** What the job of a run is worked on with. */
export interface CoordinatorContext {
  readonly flows: Pick<FlowProducer, 'addBulk'>;
  readonly facts: RunFacts;
  readonly retrying: Retrying;
  readonly runs: OpenedRuns;
}

/**
 * Works on the job of a run (a BullMQ "process step job"): adds the steps of a stage as jobs that this one waits for, and is
 * called again when they are done, or one of them has failed. It may be interrupted anywhere and called again: the job's
 * data change once a stage's steps are added, steps have names, and one that is done already does nothing.
 *
 * @throws UnrecoverableError where the run has failed, or was cancelled; WaitingChildrenError while it waits.
 */
export async function coordinate(
  job: Job<RunData>,
  token: string,
  context: CoordinatorContext,
): Promise<null> {
  const { data: submission } = job;
  for (;;) {
    await refuseEnded(job, context);
    if (await job.moveToWaitingChildren(token)) throw new WaitingChildrenError();
    // One may have failed before this job began to wait.
    await refuseEnded(job, context);
    await context.facts.forgetDone(submission);
    const begun = job.data.shape ? job.data : await begin(job, context);
    const stage = begun.next;
    if (stage === undefined) {
      await requireResult(job, context);
      return null;
    }
    await context.flows.addBulk(
      stepsOf(stage, begun.shape!).map((step) => flowJob(submission, job.id!, step, context.retrying)),
    );
    const training = begun.training ?? (await beginTraining(job, stage, context));
    await job.updateData({
      ...job.data,
      stage,
      next: stageAfter(stage, begun.shape!),
      ...(training && { training }),
    });
  }
}

/** Looks again at what is done, after a while, where a run has come to its end and has no result. */
async function requireResult(job: Job<RunData>, { runs }: CoordinatorContext): Promise<void> {
  const { run, attempt } = job.data;
  const { signal } = new AbortController();
  const result = await asJob(() =>
    runs.with(run, signal, ({ storage }) => storage.read('result', z.unknown(), signal)),
  );
  if (result !== undefined) return;
  await job.updateData({ run, attempt });
  throw new Error(
    jobFailure(new WordmillError('inputOutput', `run ${run} has no result in the storage`)).text,
  );
}

/** Notes when training begins, and of how many words; undefined while it does not. */
async function beginTraining(
  { data: { run, shape } }: Job<RunData>,
  stage: Stage,
  { runs }: CoordinatorContext,
): Promise<Training | undefined> {
  if (stage.name !== 'round') return undefined;
  const { signal } = new AbortController();
  const text = await asJob(() =>
    runs.with(run, signal, ({ storage }) => storage.read('vocabulary', knownTokens, signal)),
  );
  const words = (text?.known ?? 0) / shape!.roundsPerEpoch;
  return { since: Date.now(), from: stage.round, words };
}

/** What the record of a vocabulary says of the words that are trained on. */
const knownTokens = z.looseObject({ known: z.number() });

/** Does something that may fail: as errors that BullMQ tries again, or does not. */
async function asJob<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // What a storage or Redis failed to do may be done later.
    const { text, lasting } = jobFailure(error);
    throw lasting ? new UnrecoverableError(text) : new Error(text, { cause: error });
  }
}

/** Looks at the plan and at what is done already. */
async function begin(job: Job<RunData>, { runs }: CoordinatorContext): Promise<RunData> {
  const { signal } = new AbortController();
  const known = await asJob(() =>
    runs.with(job.data.run, signal, async ({ storage, plan }) => {
      const shape = shapeOf(plan);
      const has = async (record: string) => (await storage.read(record, z.unknown(), signal)) !== undefined;
      return { shape, next: await firstStage(shape, has) };
    }),
  );
  await job.updateData({ ...job.data, ...known });
  return job.data;
}

/** Ends the job of a run that was cancelled, or has a step that failed; what waits to be done of it is removed. */
async function refuseEnded(job: Job<RunData>, { facts }: CoordinatorContext): Promise<void> {
  const { run, attempt } = job.data;
  const failed = failedChild(await job.getIgnoredChildrenFailures());
  const ended = await facts.ended({ run, attempt });
  if (ended === undefined && failed === undefined) return;
  await facts.end({ run, attempt }, 'failed');
  await job.removeUnprocessedChildren();
  if (ended === 'cancelled' || failed === undefined) {
    throw new UnrecoverableError(jobFailure(new WordmillError('aborted', `run ${run} was cancelled`)).text);
  }
  throw new UnrecoverableError(failed);
}

function flowJob(submission: Submission, parent: string, step: StepNode, retrying: Retrying): FlowJob {
  const flow = { ...jobOf(submission, step, retrying) };
  const children = step.after?.map((call) => jobOf(submission, call, retrying));
  const opts = { ...flow.opts, parent: { id: parent, queue: `${PREFIX}:${RUNS}` } };
  return { ...flow, opts, ...(children && { children }) };
}

function jobOf({ run, attempt }: Submission, { kind, round, shard }: StepCall, retrying: Retrying) {
  const place = { ...(round !== undefined && { round }), ...(shard !== undefined && { shard }) };
  return {
    ...{ name: kind, queueName: STEPS, data: { run, attempt, ...place } satisfies StepData },
    opts: stepJobOptions({ run, attempt }, { kind, ...place }, retrying),
  };
}
