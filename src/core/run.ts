import { rmSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atExit, notAtExit } from './at-exit.js';
import { type FreeBytes, requireSpace } from './disk-space.js';
import { WordmillError } from './errors.js';
import { OutputSet, outputError } from './outputs.js';
import { interruption, type Recovery } from './recovery.js';
import { Report, type ReportListener } from './report.js';
import { nothing, type Source, type StageContext } from './stage.js';
import { removeAbandoned, temporaryName } from './temporary.js';
import type { Vocabulary } from './vocabulary.js';

/** What scratch folders are called; those of runs that were killed are found by it. */
const SCRATCH = 'wordmill-scratch';

/** How a pipeline is run. */
export interface RunOptions {
  /** Stops the run when it fires; nothing is left at a final name. */
  readonly signal?: AbortSignal;
  /** Who is told of progress and warnings. */
  readonly listener?: ReportListener;
  /** Where large intermediate files go; the system's temporary folder by default. */
  readonly scratch?: string;
  /** Called when all outputs are whole, before any gets its final name; what it throws ends the run without them. */
  readonly beforeOutputs?: () => void;
  /** Where the run keeps what a later one can go on from; without it, nowhere. */
  readonly recovery?: Recovery;
  /** Says how much space a disk has, in place of the system. */
  readonly freeBytes?: FreeBytes;
}

/** What a run gave. */
export interface RunResult<Out> {
  /** The last batch that came out, if any did. */
  readonly last: Out | undefined;
  /** The files written, by their final paths. */
  readonly outputs: readonly string[];
  readonly report: Report;
}

/**
 * Runs a source to its end, then gives every output its final name. When anything fails or the signal fires,
 * nothing appears at a final name and the scratch folder is removed.
 *
 * @throws WordmillError of any kind; after one that a stage throws by `onOutputs` (`belowMinimum`) outputs are there.
 */
export async function run<Out>(pipeline: Source<Out>, options: RunOptions = {}): Promise<RunResult<Out>> {
  const opened = openContext(options);
  try {
    let last: Out | undefined;
    for await (const batch of pipeline(nothing(), opened.context)) last = batch;
    const outputs = await opened.commit();
    return { last, outputs, report: opened.context.report };
  } catch (error) {
    throw opened.ended(error);
  } finally {
    await opened.close();
  }
}

/** Runs a source and hands out its batches one by one; outputs get their final names after the last. */
export async function* iterate<Out>(pipeline: Source<Out>, options: RunOptions = {}): AsyncGenerator<Out> {
  const opened = openContext(options);
  try {
    yield* pipeline(nothing(), opened.context);
    await opened.commit();
  } catch (error) {
    throw opened.ended(error);
  } finally {
    await opened.close();
  }
}

/** What a run lends its stages. */
export interface OpenedContext {
  readonly context: StageContext;
  /** Gives outputs their final names and returns these; then calls what stages gave to `onOutputs`. */
  commit(): Promise<string[]>;
  /** What to throw for an error that ended the run: for an abort, what there is to go on from. */
  ended(error: unknown): unknown;
  /** Removes scratch folders, and outputs that have no final name. */
  close(): Promise<void>;
}

/** A context for stages that are driven by hand (`toDuplex`, tests), and what to call when they are done. */
export function openContext(options: RunOptions = {}): OpenedContext {
  const outputs = new OutputSet();
  const checks: ((vocabulary: Vocabulary) => void)[] = [];
  const outputChecks: (() => void)[] = [];
  const closers: (() => Promise<void>)[] = [];
  const folders: string[] = [];
  const { recovery } = options;
  let kept = recovery?.left;
  const removeAtExit = (): void => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  };
  const context: StageContext = {
    signal: options.signal ?? new AbortController().signal,
    report: new Report(options.listener),
    outputs,
    ...(recovery && { recovery: keeping(recovery, (what) => (kept = what)) }),
    async scratchFolder() {
      const parent = options.scratch ?? tmpdir();
      await removeAbandoned(parent, SCRATCH);
      const folder = join(parent, temporaryName(SCRATCH));
      try {
        await mkdir(folder, { mode: 0o700 });
      } catch (error) {
        throw outputError(error, folder, 'intermediate file');
      }
      if (folders.length === 0) atExit(removeAtExit);
      folders.push(folder);
      return folder;
    },
    onVocabulary: (check) => checks.push(check),
    announceVocabulary: (vocabulary) => {
      for (const check of checks) check(vocabulary);
    },
    onOutputs: (check) => outputChecks.push(check),
    requireSpace: (path, bytes, what) => requireSpace(path, bytes, what, options.freeBytes),
    atEnd: (close) => closers.push(close),
  };
  return {
    context,
    async commit() {
      options.beforeOutputs?.();
      const paths = await outputs.commit();
      for (const check of outputChecks) check();
      return paths;
    },
    ended(error) {
      const isAbort = context.signal.aborted && error instanceof WordmillError;
      if (!isAbort || kept === undefined || (error.kind !== 'aborted' && error.kind !== 'tryAgain'))
        return error;
      return interruption(error, kept);
    },
    async close() {
      for (const close of closers) await close();
      await outputs.discard();
      for (const folder of folders) await rm(folder, { recursive: true, force: true });
      notAtExit(removeAtExit);
    },
  };
}

/** A recovery that tells here, too, what was saved last. */
function keeping(recovery: Recovery, told: (what: string) => void): Recovery {
  return {
    ...recovery,
    saved(what) {
      told(what);
      recovery.saved(what);
    },
  };
}
