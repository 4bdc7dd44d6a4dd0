import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { WordmillError } from '../../core/errors.js';
import { failureOf } from '../../core/failure.js';
import { outputError } from '../../core/outputs.js';
import { replaceFileNow } from '../../core/replace-file.js';
import { removeAbandoned, temporaryName } from '../../core/temporary.js';
import { prometheusText } from './prometheus-text.js';
import { earlierSuccess, RunFigures } from './run-figures.js';

/** The file that the figures of a run go to, for Prometheus, however the run ends. */
export class MetricsFile {
  readonly figures = new RunFigures();
  readonly #pipeline: string;
  readonly #warn: (message: string) => void;
  readonly #writeAtExit = (exitCode: number): void => this.#write(exitCode, false);

  private constructor(
    readonly path: string,
    pipeline: string,
    warn: (message: string) => void,
  ) {
    this.#pipeline = pipeline;
    this.#warn = warn;
    process.once('exit', this.#writeAtExit);
  }

  /**
   * Begins to take the time of a run.
   *
   * @param pipeline its name
   * @param warn is told where the file cannot be written in the end; the run is what it is without it.
   * @throws WordmillError `cannotCreate` where there can be no such file.
   */
  static async open(path: string, pipeline: string, warn: (message: string) => void): Promise<MetricsFile> {
    if ((await stat(path).catch(() => undefined))?.isDirectory()) {
      throw new WordmillError('cannotCreate', 'this is a folder; metrics need the name of a file', {
        place: { file: path },
      });
    }
    await removeAbandoned(dirname(path), basename(path));
    const trial = join(dirname(path), temporaryName(basename(path)));
    try {
      writeFileSync(trial, '');
    } catch (error) {
      throw outputError(error, path);
    } finally {
      rmSync(trial, { force: true });
    }
    return new MetricsFile(path, pipeline, warn);
  }

  /** The run has succeeded, or had nothing to do. */
  succeeded(skipped = false): void {
    this.#end(0, skipped);
  }

  /** The run has failed. */
  failed(error: unknown): void {
    this.#end(failureOf(error).exitCode, false);
  }

  #end(exitCode: number, skipped: boolean): void {
    process.removeListener('exit', this.#writeAtExit);
    this.#write(exitCode, skipped);
  }

  /** At once, so that it can be done as the process exits; whole, as the collector may read at any moment. */
  #write(exitCode: number, skipped: boolean): void {
    try {
      const earlier = readEarlier(this.path);
      const lastSuccess = earlier.pipeline === this.#pipeline ? earlier.lastSuccess : undefined;
      const metrics = this.figures.metrics(this.#pipeline, { exitCode, skipped, lastSuccess });
      // The collector is another user.
      replaceFileNow(this.path, prometheusText(metrics), 0o644);
    } catch (error) {
      this.#warn(`metrics cannot be written: ${(error as Error).message}`);
    }
  }
}

function readEarlier(path: string): ReturnType<typeof earlierSuccess> {
  try {
    return earlierSuccess(readFileSync(path, 'utf8'));
  } catch {
    return {};
  }
}

/**
 * Writes that a run failed before its definition was known.
 *
 * @param otherwise the name of the pipeline, where an earlier file does not tell it
 * @throws WordmillError as `MetricsFile.open` does.
 */
export async function failedEarly(
  path: string,
  otherwise: string,
  warn: (message: string) => void,
  error: unknown,
): Promise<void> {
  (await MetricsFile.open(path, readEarlier(path).pipeline ?? otherwise, warn)).failed(error);
}

/**
 * Runs something whose figures go to a file, where there is one: its time, how it ended, and what it tells the figures.
 *
 * @param pipeline its name
 */
export async function withMetrics<Result extends { readonly unchangedSince?: unknown }>(
  path: string | undefined,
  pipeline: string,
  warn: (message: string) => void,
  body: (figures: RunFigures | undefined) => Promise<Result>,
): Promise<Result> {
  const file = path === undefined ? undefined : await MetricsFile.open(path, pipeline, warn);
  try {
    const result = await body(file?.figures);
    file?.succeeded(result.unchangedSince !== undefined);
    return result;
  } catch (error) {
    file?.failed(error);
    throw error;
  }
}
