import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Random } from '../../src/core/random.js';
import { BINARY, type Outcome, temporaryFolder, wordmill } from '../cli/helpers.js';
import { RedisServer, type RedisServerOptions } from './redis.js';
import { type WorkerEvent, WorkerProcess } from './workers.js';

/** Sentences whose words keep company by theme. */
export function corpus(sentences: number): string {
  const random = new Random(5);
  const lines = Array.from({ length: sentences }, () => {
    const theme = random.below(8);
    return Array.from({ length: 4 + random.below(9) }, () => `zebra${theme}x${random.below(20)}`).join(' ');
  });
  return `${lines.join('\n')}\n`;
}

/** A job over `corpus.txt`, in three shards. */
export const DEFINITION = {
  name: 'shared',
  source: { files: 'corpus.txt' },
  vocabulary: { minCount: 2 },
  train: { dimensions: 16, epochs: 2, seed: 3, threads: 1 },
  distributed: { shards: 3, roundsPerEpoch: 2 },
  evaluate: { pairs: 'pairs.tsv' },
  sinks: [{ glove: 'out/v.txt' }, { vocabulary: 'out/words.txt' }],
};

/** The process of a run on workers. */
export interface Follower {
  readonly child: ChildProcess;
  /** What it has written to standard error. */
  said(): string;
  /** Its exit code, or what killed it. */
  readonly ended: Promise<number | string | null>;
}

/** Whether a worker trains in the third round or a later one. */
export function isTraining({ step }: WorkerEvent): boolean {
  return step?.kind === 'train' && step.round! >= 2;
}

/** A Redis server, a shared folder with a corpus, and workers: what distributed runs are tried in. */
export class DistributedScene {
  readonly server: RedisServer;
  readonly folder: string;
  /** Of all commands. */
  readonly env: Readonly<Record<string, string>>;
  readonly workers: WorkerProcess[] = [];
  readonly #remove: () => Promise<void>;

  private constructor(server: RedisServer, folder: string, remove: () => Promise<void>) {
    this.server = server;
    this.folder = folder;
    this.#remove = remove;
    this.env = {
      ...server.environment,
      WORDMILL_RUNS: join(folder, 'runs'),
      WORDMILL_STORAGE: join(folder, 'shared'),
      WORDMILL_CACHE: join(folder, 'cache'),
    };
  }

  /** Makes one, with a number of workers. */
  static async open(workers: number, options: RedisServerOptions = {}): Promise<DistributedScene> {
    const server = await RedisServer.start(options);
    const { folder, remove } = await temporaryFolder({
      'corpus.txt': corpus(3_000),
      'pairs.tsv':
        'zebra1x1\tzebra1x2\t9\nzebra1x1\tzebra2x2\t1\nzebra3x1\tzebra3x2\t8\nzebra4x1\tzebra5x2\t2\n',
    });
    const scene = new DistributedScene(server, folder, remove);
    await mkdir(join(folder, 'out'));
    await scene.work(workers);
    return scene;
  }

  async work(count: number, more: Record<string, string> = {}): Promise<WorkerProcess[]> {
    const env = { ...this.env, ...more };
    const started = await Promise.all(Array.from({ length: count }, () => WorkerProcess.start(env)));
    this.workers.push(...started);
    return started;
  }

  /** Writes a definition as `NAME.json`; its outputs are in `out/`. */
  async define(name: string, more: object = {}): Promise<string> {
    const sinks = [{ glove: `out/${name}.txt` }, { vocabulary: `out/${name}.words` }];
    await writeFile(
      join(this.folder, `${name}.json`),
      JSON.stringify({ ...DEFINITION, name, sinks, ...more }),
    );
    return `${name}.json`;
  }

  command(args: readonly string[], env: Readonly<Record<string, string>> = this.env): Promise<Outcome> {
    return wordmill(args, { cwd: this.folder, env });
  }

  /** The id of the newest run of a job. */
  async runOf(name: string): Promise<string> {
    const runs = await readdir(join(this.folder, 'runs'));
    const id = runs.sort().findLast((run) => run.includes(`-${name}-`));
    if (id === undefined) throw new Error(`no run of ${name}`);
    return id;
  }

  /** Starts a run on the workers, and gives its process. */
  follow(job: string, ...more: string[]): Follower {
    const child = spawn(process.execPath, [BINARY, 'run', job, '--executor', 'bullmq', ...more], {
      cwd: this.folder,
      env: { ...process.env, ...this.env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let text = '';
    child.stderr.on('data', (chunk) => {
      text += chunk;
    });
    const ended = once(child, 'exit').then(([code, signal]) => code ?? signal);
    return { child, ended, said: () => text };
  }

  /** Waits until a worker tells of something about the run of a job. */
  untilWorker(name: string, wanted: (event: WorkerEvent) => boolean): Promise<WorkerEvent> {
    return Promise.any(
      this.workers.map((worker) =>
        worker.until((event) => event.run?.includes(`-${name}-`) === true && wanted(event)),
      ),
    );
  }

  /** How a run stands, by what `wordmill status` says. */
  async statusOf(run: string) {
    return JSON.parse((await this.command(['status', run, '--json'])).stdout);
  }

  text(name: string): Promise<string> {
    return readFile(join(this.folder, name), 'utf8');
  }

  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.stop('SIGKILL')));
    await this.server.stop();
    await this.#remove();
  }
}
