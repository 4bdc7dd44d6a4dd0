import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Definition } from '../../src/index.js';
import { RedisServer } from '../../test/support/redis.js';
import { WorkerProcess } from '../../test/support/workers.js';
import { doneEvent } from '../native/jobs/wordmill-train.js';
import { wordmill } from '../support/data.js';
import { measure } from '../support/measure.js';
import { mean, median } from '../support/statistics.js';
import { KINDS, type KindMeasured, type LocalMeasured, type RunMeasured } from './measurements.js';
import { exchanged, type RunRecords, recordsOfRun } from './run-records.js';
import { firstAndLater, gapsBetween, type StepTime, stepTimes } from './step-times.js';

/** A definition that is run here: the numbers of a distributed run that measurements name are there. */
export type MeasuredDefinition = Definition & {
  readonly train: { readonly epochs: number; readonly dimensions: number };
  readonly distributed: { readonly shards: number; readonly roundsPerEpoch: number };
};

/**
 * Runs a definition on workers of one thread, over a Redis server and a folder on this machine; each worker has a cache of
 * its own, as on a machine of its own. All is removed at the end.
 *
 * @param look at the records and the storage before that
 */
export async function runOnWorkers(
  definition: MeasuredDefinition,
  workers: number,
  folder: string,
  look?: (records: RunRecords, storage: string, run: string) => Promise<void>,
): Promise<RunMeasured> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const server = await RedisServer.start({ persistent: true, arguments: ['--appendfsync', 'everysec'] });
  const storage = join(folder, 'storage');
  const env = { ...server.environment, WORDMILL_STORAGE: storage, WORDMILL_RUNS: join(folder, 'runs') };
  const started: WorkerProcess[] = [];
  try {
    for (let worker = 0; worker < workers; worker++) {
      const own = { ...env, WORDMILL_CACHE: join(folder, `cache-${worker}`) };
      started.push(await WorkerProcess.start(own, ['--threads', '1']));
    }
    Object.assign(process.env, env, { WORDMILL_CACHE: join(folder, 'cache') });
    const { seconds: wall } = await command(definition, folder, ['--executor', 'bullmq']);
    for (const worker of started) await worker.stop();
    const [run] = readdirSync(join(storage, 'runs'));
    const { shards, roundsPerEpoch } = definition.distributed;
    const { epochs, dimensions } = definition.train;
    const records = await recordsOfRun(storage, run!, { shards, rounds: epochs * roundsPerEpoch });
    await look?.(records, storage, run!);
    const logs = started.map(({ log }) => log);
    return {
      ...{ workers, shards, roundsPerEpoch, epochs, dimensions, wall },
      ...figuresOf(stepTimes(logs, run!), records),
    };
  } finally {
    await Promise.all(started.map((worker) => worker.stop('SIGKILL')));
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs the same definition by itself. */
export async function runLocally(
  definition: MeasuredDefinition,
  threads: number,
  folder: string,
): Promise<LocalMeasured> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  process.env.WORDMILL_RUNS = join(folder, 'runs');
  try {
    const { distributed: _, ...rest } = definition;
    const local = { ...rest, train: { ...rest.train, threads } } as Definition;
    const { seconds: wall, stderr } = await command(local, folder, []);
    const { seconds: training, words } = doneEvent(stderr);
    return { threads, wall, ...readingIn(stderr), training, words };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How long a run read its text, as its log tells, and how many tokens that were. */
function readingIn(log: string): Pick<LocalMeasured, 'reading' | 'tokens'> {
  const events = log
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  const { done, perSecond } = events.findLast(({ phase }) => phase === 'read');
  return { reading: done / perSecond, tokens: events.at(-1).stages.tokenize.counts.tokens };
}

function command(definition: Definition, folder: string, flags: readonly string[]) {
  const path = join(folder, 'job.json');
  const sinks = [{ word2vec: join(folder, 'vectors.bin') }];
  writeFileSync(path, JSON.stringify({ ...definition, sinks }));
  return measure(process.execPath, [wordmill, 'run', path, '--log-format', 'json', ...flags]);
}

function figuresOf(steps: readonly StepTime[], records: RunRecords) {
  const gaps = gapsBetween(steps);
  const { first, later } = firstAndLater(steps);
  // The first round reads the vocabulary and the initial model, and has nothing that changed.
  const afterFirst = (list: readonly StepTime[]) => list.filter(({ call }) => call.round! > 0);
  const trains = records.trains.flat();
  const averages = steps.filter(({ call }) => call.kind === 'average');
  const isWhole = ({ call }: StepTime) => records.averages[call.round!]!.model !== undefined;
  return {
    work: Math.max(...steps.map(({ ended }) => ended)) - steps[0]!.began,
    kinds: kindsOf(steps, records),
    firstTrainSeconds: meanSeconds(afterFirst(first)),
    laterTrainSeconds: meanSeconds(afterFirst(later)),
    wholeAverageSeconds: meanSeconds(averages.filter(isWhole)),
    plainAverageSeconds: meanSeconds(averages.filter((step) => !isWhole(step))),
    wordsOfTrain: mean(trains.map(({ words }) => words)),
    rowsOfTrain: mean(trains.map(({ rows }) => rows)),
    rowsOfAverage: mean(records.averages.map(({ rows }) => rows)),
    betweenSteps: medianOf(gaps.steps),
    betweenStages: medianOf(gaps.stages),
  };
}

function kindsOf(steps: readonly StepTime[], records: RunRecords): KindMeasured[] {
  const bytes = exchanged(records);
  return KINDS.map((kind) => {
    const own = steps.filter(({ call }) => call.kind === kind);
    const { received, sent } = bytes[kind]!;
    const count = own.length;
    return { kind, count, seconds: meanSeconds(own), received: received / count, sent: sent / count };
  });
}

function meanSeconds(steps: readonly StepTime[]): number {
  return steps.length === 0 ? 0 : mean(steps.map(({ seconds }) => seconds));
}

function medianOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : median(values);
}
