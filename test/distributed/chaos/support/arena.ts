import { EventEmitter, once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../../../../src/core/random.js';
import { type Started, startCommand } from '../../../faults/support/process.js';
import { FailingProxy } from '../../../support/failing-proxy.js';
import { MotoServer } from '../../../support/moto.js';
import { RedisServer } from '../../../support/redis.js';
import { definitionIn, type Job, TEXT } from './job.js';
import { WorkerProcess } from './worker-process.js';

/** How long a worker may be silent. */
const STALLED_AFTER = '2s';

const MACHINES = 2;

/** A Redis server, a storage, workers on two machines (folders of their own), and a run that is followed. */
export class Arena {
  /** All workers that were started. */
  readonly workers: WorkerProcess[] = [];
  /** The run, as the last process follows it. */
  following: Started | undefined;
  /** Whether that process has ended. */
  isOver = false;
  /** The steps that workers have begun, in order. */
  readonly begun: { readonly worker: WorkerProcess; readonly step: string }[] = [];
  /** How often what was done to it. */
  readonly done = new Map<string, number>();
  readonly #changes = new EventEmitter<{ change: [] }>();
  readonly #env: NodeJS.ProcessEnv;

  private constructor(
    readonly folder: string,
    readonly random: Random,
    readonly redis: RedisServer,
    /** The address of the storage. */
    readonly storage: string,
    readonly proxy: FailingProxy | undefined,
    readonly moto: MotoServer | undefined,
  ) {
    this.#changes.setMaxListeners(100);
    const { XDG_STATE_HOME: _, XDG_CACHE_HOME: __, ...inherited } = process.env;
    this.#env = {
      ...inherited,
      ...redis.environment,
      ...moto?.environment(proxy?.endpoint),
      WORDMILL_STORAGE: storage,
      WORDMILL_RUNS: join(folder, 'runs'),
      WORDMILL_CACHE: join(folder, 'cache'),
      HOME: join(folder, 'home'),
    };
  }

  /** @param oneIn how many requests there are to the storage for one that fails; undefined for a folder that never does. */
  static async make(job: Job, random: Random, oneIn?: number): Promise<Arena> {
    const folder = await mkdtemp(join(tmpdir(), 'wordmill-chaos-'));
    const machines = Array.from({ length: MACHINES }, (_, machine) => `machine-${machine}`);
    for (const name of ['out', 'home', 'runs', 'here', ...machines]) await mkdir(join(folder, name));
    await writeFile(join(folder, 'corpus.txt'), TEXT);
    // Every JSON text is YAML, too.
    await writeFile(join(folder, 'job.yaml'), JSON.stringify(definitionIn(folder, job)));
    const redis = await RedisServer.start({ persistent: true });
    const moto = oneIn === undefined ? undefined : await MotoServer.start();
    const settings = { oneIn: oneIn!, seed: random.below(1_000_000) };
    const proxy = moto && (await FailingProxy.start(moto.endpoint, settings));
    const storage = moto ? `s3://${moto.bucket}/runs` : join(folder, 'storage');
    const arena = new Arena(folder, random, redis, storage, proxy, moto);
    for (let machine = 0; machine < MACHINES; machine++) arena.startWorker(machine);
    return arena;
  }

  /** Workers that have not been told to end. */
  get living(): WorkerProcess[] {
    return this.workers.filter(({ isOver }) => !isOver);
  }

  /** The folder that a machine's processes have for intermediate files. */
  scratchOf(machine: number): string {
    return join(this.folder, `machine-${machine}`);
  }

  startWorker(machine: number): void {
    const options = ['--threads', '1', '--stalled-after', STALLED_AFTER];
    const env = { ...this.#env, TMPDIR: this.scratchOf(machine) };
    const worker: WorkerProcess = new WorkerProcess(machine, options, env, ({ event, step }) => {
      if (event !== 'step began') return;
      this.begun.push({ worker, step: JSON.stringify(step) });
      this.#changes.emit('change');
    });
    this.workers.push(worker);
  }

  /** Starts the process that submits the run and follows it, or goes on with it. */
  follow(...more: string[]): void {
    const following = this.command('run', 'job.yaml', '--executor', 'bullmq', ...more);
    this.following = following;
    this.isOver = false;
    const over = (): void => {
      this.isOver = true;
      this.#changes.emit('change');
    };
    following.ended.then(over, over);
  }

  /** Starts the command. */
  command(...words: string[]): Started {
    const started = startCommand(words, {
      cwd: this.folder,
      env: { ...this.#env, TMPDIR: join(this.folder, 'here') },
    });
    started.child.stdin!.end();
    return started;
  }

  /** Waits until so many steps have begun, and a random while; not longer than the run. */
  async moment(steps: number): Promise<void> {
    await this.until(() => this.begun.length >= steps);
    const most = steps === 0 ? 2_000 : 300;
    await Promise.race([delay(this.random.unit() * most), this.over()]);
  }

  /** Waits until something holds, which is looked at whenever a step begins; or the run ends, or it takes too long. */
  async until(holds: () => boolean, patience = 3_600_000): Promise<boolean> {
    const signal = AbortSignal.timeout(patience);
    while (!holds()) {
      if (this.isOver || signal.aborted) return false;
      await once(this.#changes, 'change', { signal }).catch(() => {});
    }
    return true;
  }

  /** Waits until the process that follows has ended. */
  async over(): Promise<void> {
    await this.until(() => this.isOver);
  }

  count(what: string, by = 1): void {
    this.done.set(what, (this.done.get(what) ?? 0) + by);
  }

  /** Ends all that is left, and removes the folder. */
  async close(): Promise<void> {
    this.following?.child.kill('SIGKILL');
    for (const worker of this.living) await worker.kill();
    await this.redis.stop();
    await this.proxy?.stop();
    await this.moto?.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
