import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { appendFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { type ErrorKind, throwIfAborted, WordmillError } from '../../../src/core/errors.js';
import type { RunPlan } from '../../../src/distributed/records.js';
import type { StepKind, StepTable } from '../../../src/distributed/stages.js';
import type { RunStorage, StepContext } from '../../../src/distributed/step.js';

/** What a fake step is to do when it is first done, by the name of its record, such as `train-0-1`. */
export type Behaviours = Readonly<
  Record<
    string,
    {
      /** Fails so often, with an error of this kind. */
      readonly fails?: number;
      readonly kind?: ErrorKind;
      /** Takes so many milliseconds; may be aborted. */
      readonly takes?: number;
      /** Blocks its whole process for so long the first time that it is done, and cannot be aborted. */
      readonly blocks?: number;
    }
  >
>;

/** A step that was really done, or begun. */
export interface Execution {
  readonly record: string;
  readonly process: number;
  readonly event: 'began' | 'wrote' | 'failed' | 'aborted';
}

/** A run of fake steps: its records are files in a folder, and so is what was done. */
export class FakeRun {
  readonly folder: string;
  readonly run: string;

  constructor(folder: string, run: string) {
    this.folder = folder;
    this.run = run;
  }

  /** Plans it. */
  async plan(
    { shards = 3, epochs = 2, roundsPerEpoch = 1, model = 'skipgram' } = {},
    behaviours: Behaviours = {},
  ): Promise<void> {
    const plan: RunPlan = {
      ...{ format: 'wordmill distributed run', version: 1, roundsPerEpoch, inputs: {} },
      definition: { train: { model, epochs } },
      shards: Array.from({ length: shards }, () => [
        { path: 'secret corpus', start: 0, end: 100, whole: true },
      ]),
    };
    const path = join(this.folder, this.run);
    await mkdir(path, { recursive: true });
    await writeFile(join(path, 'plan.json'), JSON.stringify(plan));
    await this.behave(behaviours);
  }

  async behave(behaviours: Behaviours): Promise<void> {
    await writeFile(join(this.folder, this.run, 'behaviours'), JSON.stringify(behaviours));
  }

  /** Names of the records that there are. */
  async records(): Promise<string[]> {
    const names = await readdir(join(this.folder, this.run));
    return names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -5));
  }

  /** What happened, in order. */
  async executions(): Promise<Execution[]> {
    const text = await readFile(join(this.folder, this.run, 'executions'), 'utf8').catch(() => '');
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  }

  /** How often steps were done to their end, by record. */
  async done(): Promise<Map<string, number>> {
    const counts = new Map<string, number>();
    for (const { record, event } of await this.executions()) {
      if (event === 'wrote') counts.set(record, (counts.get(record) ?? 0) + 1);
    }
    return counts;
  }
}

/** The storage of a fake run. */
export function fakeStorage(folder: string, run: string): RunStorage {
  const pathOf = (name: string) => join(folder, run, `${name}.json`);
  const noBlobs = () => Promise.reject(new Error('fake steps have no blobs'));
  return {
    run,
    put: noBlobs,
    fetch: noBlobs,
    traffic: { sent: 0, received: 0 },
    close: async () => {},
    async read(name, schema) {
      const text = await readFile(pathOf(name), 'utf8').catch(() => undefined);
      return text === undefined ? undefined : schema.parse(JSON.parse(text));
    },
    async writeOnce(name, schema, value, signal) {
      await writeFile(pathOf(name), JSON.stringify(value), { flag: 'wx' }).catch(() => {});
      return (await this.read(name, schema, signal))!;
    },
  };
}

/** Steps that do nothing but what their run's behaviours say. */
export function fakeSteps(folder: string): StepTable {
  const step =
    (name: (...place: number[]) => string) =>
    (context: StepContext, ...place: number[]) =>
      fakeStep(folder, context, name(...place));
  const table: Record<StepKind, (context: StepContext, ...place: number[]) => Promise<unknown>> = {
    ingest: step((shard) => `ingest-${shard}`),
    vocabulary: step(() => 'vocabulary'),
    encode: step((shard) => `encode-${shard}`),
    train: step((round, shard) => `train-${round}-${shard}`),
    average: step((round) => `average-${round}`),
    'count-cells': step((shard) => `cells-${shard}`),
    'merge-cells': step(() => 'cells'),
    result: step(() => 'result'),
  };
  return table;
}

async function fakeStep(folder: string, context: StepContext, record: string): Promise<unknown> {
  const { storage, signal, report } = context;
  const standing = await storage.read(record, z.unknown(), signal);
  if (standing !== undefined) return standing;
  const place = join(folder, storage.run);
  const tell = (event: Execution['event']) =>
    appendFile(join(place, 'executions'), `${JSON.stringify({ record, process: process.pid, event })}\n`);
  await tell('began');
  const behaviours: Behaviours = JSON.parse(await readFile(join(place, 'behaviours'), 'utf8'));
  const { fails = 0, kind = 'inputOutput', takes = 0, blocks } = behaviours[record] ?? {};
  const before = join(place, `${record}.before`);
  const times = existsSync(before) ? readFileSync(before).length : 0;
  if (times < fails || blocks !== undefined) appendFileSync(before, '.');
  if (times < fails) {
    await tell('failed');
    throw new WordmillError(kind, `no luck with ${record}`, { hint: 'Try something else.' });
  }
  if (blocks !== undefined && times === 0) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, blocks);
  }
  for (let left = takes; left > 0; left -= 20) {
    report.progress({
      phase: 'train',
      done: takes - left,
      total: takes,
      unit: 'words',
      wordsPerSecond: 1000,
    });
    await delay(20);
    if (signal.aborted) await tell('aborted');
    throwIfAborted(signal);
  }
  await tell('wrote');
  return storage.writeOnce(record, z.unknown(), { record, known: 1_000 }, signal);
}
