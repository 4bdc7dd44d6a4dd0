import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { WordmillError } from '../../core/errors.js';
import { outputError } from '../../core/outputs.js';
import type { Report } from '../../core/report.js';
import { removeAbandoned } from '../../core/temporary.js';
import { CheckpointFile } from './checkpoint-file.js';

/** What checkpoints are called: their number, counted up. */
const NAME = /^checkpoint-(\d{6,})\.safetensors$/;

/** The folder of a run's checkpoints. */
export class CheckpointFolder {
  readonly path: string;

  /** @param folder the run's. */
  constructor(folder: string) {
    this.path = join(folder, 'checkpoints');
  }

  /**
   * Makes it, and removes what writers that were killed have left there.
   *
   * @throws WordmillError `cannotCreate` or `inputOutput` where there can be none.
   */
  async prepare(): Promise<void> {
    try {
      await mkdir(this.path, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw outputError(error, this.path, 'intermediate file');
    }
    await removeAbandoned(this.path);
  }

  /** Removes all checkpoints. */
  async clear(): Promise<void> {
    await this.prune(0);
  }

  /** The path of the next checkpoint. */
  async next(): Promise<string> {
    const [newest = 0] = await this.#numbers();
    return this.#pathOf(newest + 1);
  }

  /** Keeps the newest so many, and removes the others. */
  async prune(keep: number): Promise<void> {
    for (const number of (await this.#numbers()).slice(keep)) await rm(this.#pathOf(number), { force: true });
  }

  /**
   * Opens the newest checkpoint that is whole; undefined where there is none. One that is damaged is left out, with a
   * warning.
   *
   * @throws WordmillError `usage` for a checkpoint of another version.
   */
  async newest(report: Report): Promise<CheckpointFile | undefined> {
    for (const number of await this.#numbers()) {
      const path = this.#pathOf(number);
      try {
        return await CheckpointFile.open(path);
      } catch (error) {
        if (!(error instanceof WordmillError) || error.kind === 'usage') throw error;
        report.warn(path, `a damaged checkpoint is left out, and the one before it taken: ${error.message}`);
      }
    }
    return undefined;
  }

  /** Newest first. */
  async #numbers(): Promise<number[]> {
    const names = await readdir(this.path).catch(() => []);
    return names
      .flatMap((name) => (NAME.test(name) ? [Number(NAME.exec(name)![1])] : []))
      .sort((a, b) => b - a);
  }

  #pathOf(number: number): string {
    return join(this.path, `checkpoint-${String(number).padStart(6, '0')}.safetensors`);
  }
}
