import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Random } from '../../../src/core/random.js';
import type { Job } from './job.js';
import { type Ending, type Start, type Started, startCommand } from './process.js';

/** Folders of a scene beside its inputs, and the variables that lead the command to them. */
const FOLDERS = { TMPDIR: 'scratch', WORDMILL_RUNS: 'runs', HOME: 'home' } as const;

/** A folder of its own in which a job is run: inputs, `out/`, and everywhere else that the command may write to. */
export class Scene {
  /** What was at the outputs' paths before. */
  readonly earlier = new Map<string, Buffer>();
  /** Added to the environment of all runs. */
  readonly env: Record<string, string> = {};
  /** What the command is called with: the job's, unless a fault puts others in their place. */
  arguments: readonly string[];
  readonly #closing: (() => Promise<void>)[] = [];

  static async make(job: Job, random: Random): Promise<Scene> {
    const folder = await mkdtemp(join(tmpdir(), 'wordmill-fault-'));
    const scene = new Scene(folder, job, random);
    for (const name of ['out', ...Object.values(FOLDERS)]) await mkdir(join(folder, name));
    for (const [name, content] of Object.entries(job.inputs)) {
      await mkdir(dirname(scene.path(name)), { recursive: true });
      await writeFile(scene.path(name), await content());
    }
    return scene;
  }

  private constructor(
    readonly folder: string,
    readonly job: Job,
    /** Draws for this round. */
    readonly random: Random,
  ) {
    this.arguments = job.arguments;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Puts something at the outputs' paths, as an earlier run would have. */
  async putEarlierOutputs(): Promise<void> {
    for (const name of this.job.outputs) {
      const content = Buffer.from(`what was at ${name} before\n`);
      await writeFile(this.path(name), content);
      this.earlier.set(name, content);
    }
  }

  /** Takes them away again, where there was no room for all of them. */
  async removeEarlierOutputs(): Promise<void> {
    this.earlier.clear();
    for (const name of this.job.outputs) await rm(this.path(name), { force: true });
  }

  /** Starts the job's command; the input that it pipes in, if it does, is the caller's to give. */
  start(more: readonly string[] = [], how: Partial<Start> = {}): Started {
    const folders = Object.entries(FOLDERS).map(([name, folder]) => [name, this.path(folder)]);
    const { XDG_STATE_HOME: _, ...inherited } = process.env;
    return startCommand([...(how.arguments ?? this.arguments), ...more], {
      cwd: this.folder,
      ...how,
      env: { ...inherited, ...Object.fromEntries(folders), ...this.env, ...how.env },
    });
  }

  /** Starts the job's command and gives it its input. */
  async begin(more: readonly string[] = [], how: Partial<Start> = {}): Promise<Started> {
    const started = this.start(more, how);
    const { stdin } = this.job;
    started.child.stdin!.end(stdin === undefined ? '' : await readFile(this.path(stdin)));
    return started;
  }

  /** Runs the job's command to its end. */
  async run(more: readonly string[] = [], how: Partial<Start> = {}): Promise<Ending> {
    return (await this.begin(more, how)).ended;
  }

  /** What is at a path, or undefined. */
  async content(name: string): Promise<Buffer | undefined> {
    return readFile(this.path(name)).catch(() => undefined);
  }

  /** Every file of the scene, by its path; names that differ, of runs and spools, as `ID` and `KEY`. */
  async files(): Promise<string[]> {
    const entries = await readdir(this.folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(this.folder.length + 1))
      .map((path) =>
        path.replace(/^runs\/[^/]+\//, 'runs/ID/').replace(/^spool\/[0-9a-f]{64}\//, 'spool/KEY/'),
      )
      .sort();
  }

  /** Calls something when the scene is removed, last first. */
  onRemove(close: () => Promise<void>): void {
    this.#closing.unshift(close);
  }

  async remove(): Promise<void> {
    for (const close of this.#closing.splice(0)) await close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
