import type { StepCall } from '../../src/distributed/stages.js';

/** A step that a worker did. Times are in seconds, since any moment. */
export interface StepTime {
  readonly worker: number;
  readonly call: StepCall;
  readonly began: number;
  readonly ended: number;
  /** As the worker measured it. */
  readonly seconds: number;
}

interface StepEvent {
  readonly event: string;
  readonly time: string;
  readonly run?: string;
  readonly step?: StepCall;
  readonly seconds?: number;
}

/** The steps of a run, as the logs of workers (`--log-format json`) tell them; in the order in which they began. */
export function stepTimes(logs: readonly string[], run: string): StepTime[] {
  const steps = logs.flatMap((log, worker) => stepsIn(log, run, worker));
  return steps.sort((a, b) => a.began - b.began);
}

function stepsIn(log: string, run: string, worker: number): StepTime[] {
  const events = log
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as StepEvent)
    .filter((event) => event.run === run);
  const began = new Map<string, number>();
  const steps: StepTime[] = [];
  for (const { event, time, step, seconds } of events) {
    if (!step) continue;
    const at = Date.parse(time) / 1_000;
    const name = JSON.stringify(step);
    if (event === 'step began') began.set(name, at);
    if (event === 'step done') {
      steps.push({ worker, call: step, began: began.get(name)!, ended: at, seconds: seconds! });
    }
  }
  return steps;
}

/** Which stage of a run a step is in: those of one stage may be done at once. */
export function stageName({ kind, round }: StepCall): string {
  return round === undefined ? kind : `${kind} ${round}`;
}

/**
 * The times between steps: within a stage between two steps of one worker, and from the end of a stage to the first step of
 * the next, in seconds.
 */
export function gapsBetween(steps: readonly StepTime[]): { steps: number[]; stages: number[] } {
  const within: number[] = [];
  const stages: number[] = [];
  const lastOf = new Map<number, StepTime>();
  let stage: string | undefined;
  let end = 0;
  for (const step of steps) {
    const name = stageName(step.call);
    if (name !== stage) {
      if (stage !== undefined) stages.push(step.began - end);
      stage = name;
      lastOf.clear();
      end = step.ended;
    }
    const last = lastOf.get(step.worker);
    if (last) within.push(step.began - last.ended);
    lastOf.set(step.worker, step);
    end = Math.max(end, step.ended);
  }
  return { steps: within, stages };
}

/** The training steps that are the first of their worker in their round, and the others. */
export function firstAndLater(steps: readonly StepTime[]): { first: StepTime[]; later: StepTime[] } {
  const seen = new Set<string>();
  const [first, later]: [StepTime[], StepTime[]] = [[], []];
  for (const step of steps) {
    if (step.call.kind !== 'train') continue;
    const name = `${step.worker} ${step.call.round}`;
    (seen.has(name) ? later : first).push(step);
    seen.add(name);
  }
  return { first, later };
}
