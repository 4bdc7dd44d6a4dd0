import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { averageSchema } from '../../src/distributed/records.js';
import { BlobCache } from '../../src/storage/blob-cache.js';
import { openStore } from '../../src/storage/open-store.js';
import { recordKey, runPrefix, runStorage } from '../../src/storage/run-storage.js';
import { BINARY } from '../cli/helpers.js';

/** A line of a worker's log. */
export interface WorkerEvent {
  readonly event: string;
  readonly run?: string;
  readonly step?: { readonly kind: string; readonly round?: number; readonly shard?: number };
  readonly message?: string;
}

/** `wordmill worker` as a process of its own. */
export class WorkerProcess {
  readonly process: ChildProcess;
  /** What it wrote to standard error. */
  log = '';

  private constructor(process: ChildProcess) {
    this.process = process;
    process.stderr!.setEncoding('utf8').on('data', (text) => {
      this.log += text;
    });
  }

  /** Starts one, and waits until it works. */
  static async start(
    env: Readonly<Record<string, string>>,
    args: readonly string[] = [],
  ): Promise<WorkerProcess> {
    const child = spawn(process.execPath, [BINARY, 'worker', '--log-format', 'json', ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const worker = new WorkerProcess(child);
    await worker.until(({ event }) => event === 'ready');
    return worker;
  }

  /** What it told, in order. */
  get events(): WorkerEvent[] {
    const lines = this.log.split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line));
  }

  /** Waits until it tells of something. @throws Error where it ends without. */
  async until(wanted: (event: WorkerEvent) => boolean): Promise<WorkerEvent> {
    for (;;) {
      const found = this.events.find(wanted);
      if (found) return found;
      if (this.process.exitCode !== null || this.process.signalCode !== null) {
        throw new Error(`the worker ended: ${this.log}`);
      }
      await delay(20);
    }
  }

  /** Ends it, by default as a service manager does; gives its exit code, or the signal. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | NodeJS.Signals | null> {
    const { process } = this;
    if (process.exitCode === null && process.signalCode === null) {
      process.kill(signal);
      await once(process, 'exit');
    }
    return process.exitCode ?? process.signalCode;
  }
}

/** How often workers did each step to its end, by `kind`, or `kind-round-shard`: also those whose record stood already. */
export function stepsDone(workers: readonly WorkerProcess[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { event, step } of workers.flatMap(({ events }) => events)) {
    if (event !== 'step done' || !step) continue;
    const name = [step.kind, step.round, step.shard].filter((part) => part !== undefined).join('-');
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

/** What is in a storage of a run: the names of its records. */
export async function recordsOf(storage: string, run: string): Promise<string[]> {
  const store = await openStore(storage);
  const names: string[] = [];
  const prefix = runPrefix(run);
  for await (const key of store.list(prefix)) names.push(key.slice(prefix.length).replace(/\.json$/, ''));
  await store.close();
  return names;
}

/** The shards that went into the model of each round, as the averages tell. */
export async function contributionsOf(storage: string, run: string, cache: string): Promise<number[][]> {
  const store = await openStore(storage);
  const records = runStorage(store, run, new BlobCache(cache));
  const rounds: number[][] = [];
  for (let round = 0; ; round++) {
    const average = await records.read(`average-${round}`, averageSchema, new AbortController().signal);
    if (!average) break;
    rounds.push(average.contributions.map(({ shard }) => shard));
  }
  await records.close();
  await store.close();
  return rounds;
}

/** The file that a record is in, of a storage that is a folder. */
export function recordFile(folder: string, run: string, name: string): string {
  return `${folder}/${recordKey(run, name)}`;
}
