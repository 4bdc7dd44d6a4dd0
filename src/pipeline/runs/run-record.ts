import { rm } from 'node:fs/promises';
import { failureOf } from '../../core/failure.js';
import { thisProcess } from '../../core/process-owner.js';
import type { Progress, Report, ReportListener } from '../../core/report.js';
import { withoutUrlSecrets } from '../../core/shown-url.js';
import type { TrainedVectors } from '../../core/vectors.js';
import { fingerprintOf } from '../../tokenize/stored-spool.js';
import { printDefinition } from '../definition.js';
import { RunRecorder } from '../report/recorder.js';
import { reportPathOf } from '../report/report-path.js';
import { runSummary } from '../run-summary.js';
import type { ResolvedDefinition } from '../schema.js';
import { hostHere, versionsHere } from './machine.js';
import type { Attempt, Manifest, RunStatus } from './manifest.js';
import { MemoryMeter } from './memory-meter.js';
import { factsOfOutputs } from './output-facts.js';
import { RunFolder } from './run-folder.js';
import { openRunLog, type RunLog } from './run-log.js';
import { runName } from './run-name.js';
import { writesOf } from './writes.js';

/** What a run is begun with. */
export interface BeginRun {
  readonly definition: ResolvedDefinition;
  /** What `wordmill` was called with. */
  readonly command?: readonly string[] | undefined;
}

/** What a run made. */
interface Made {
  readonly definition: ResolvedDefinition;
  readonly last: TrainedVectors;
  /** The files that have their final names. */
  readonly outputs: readonly string[];
}

/** Keeps the manifest and the log of a run while it runs: written at its start, whenever a phase begins, and at its end. */
export class RunRecord implements ReportListener {
  readonly folder: RunFolder;
  /** Since when this attempt runs, its phases and evaluations. */
  readonly #recorder = new RunRecorder();
  readonly #memory = new MemoryMeter();
  #saved: string | undefined;
  readonly #log: RunLog;
  readonly #earlier: readonly Attempt[];
  readonly #warn: (message: string) => void;
  #manifest: Manifest;
  #report: Report | undefined;
  #phase: Progress['phase'] | undefined;
  #writing: Promise<void> = Promise.resolve();
  readonly #endedByExit = (code: number): void => this.#writeAtExit(code);

  private constructor(folder: RunFolder, manifest: Manifest, warn: (message: string) => void) {
    this.folder = folder;
    this.#log = openRunLog(folder.logPath, warn);
    this.#manifest = manifest;
    this.#earlier = manifest.attempts.slice(0, -1);
    this.#saved = this.left;
    this.#warn = warn;
    process.once('exit', this.#endedByExit);
  }

  /**
   * Makes the folder of a new run, with its definition and its first manifest.
   *
   * @param root the folder of all runs
   * @param warn is told what keeps the record from being written later on; the run goes on.
   * @throws WordmillError `inputOutput` or `cannotCreate` where there can be no such folder.
   */
  static async begin(root: string, run: BeginRun, warn: (message: string) => void): Promise<RunRecord> {
    let manifest: Manifest | undefined;
    const folder = await RunFolder.create(root, runName(run.definition), async (unnamed, id) => {
      manifest = firstManifest(id, run);
      await writeFirst(unnamed, run, manifest);
    });
    return new RunRecord(folder, manifest!, warn);
  }

  /**
   * Writes into the folder of a run that it goes on.
   *
   * @param earlier its manifest
   * @param warn as for `begin`
   * @throws WordmillError `inputOutput` or `cannotCreate` where nothing can be written there.
   */
  static async goOn(
    folder: RunFolder,
    earlier: Manifest,
    run: BeginRun,
    warn: (message: string) => void,
  ): Promise<RunRecord> {
    const manifest = firstManifest(folder.id, run, earlier);
    await writeFirst(folder, run, manifest);
    return new RunRecord(folder, manifest, warn);
  }

  /** Whether this goes on from what an earlier attempt left. */
  get resumes(): boolean {
    return this.#earlier.length > 0;
  }

  /** What the attempt before has left to go on from, in words. */
  get left(): string | undefined {
    return this.#earlier.at(-1)?.saved;
  }

  /** Takes the counts, inputs and warnings of a run from its report, from now on. */
  follow(report: Report): void {
    this.#report = report;
    report.attach(this);
    report.attach(this.#log);
    const { id } = this.folder;
    this.#log.note(`run ${id} ${this.resumes ? 'goes on' : 'begins'}`, { event: 'begin', run: id });
  }

  /** Something is on disk that a later run can go on from. */
  saved(what: string): void {
    this.#saved = what;
    this.#write('running');
  }

  progress(progress: Progress): void {
    this.#recorder.progress(progress);
    this.#memory.sample();
    if (progress.phase === this.#phase) return;
    this.#phase = progress.phase;
    this.#write('running');
  }

  evaluation(evaluation: Parameters<Required<ReportListener>['evaluation']>[0]): void {
    this.#recorder.evaluation(evaluation);
  }

  /** The run has ended: with an error, with something made, or with both where that was not good enough. */
  async end(
    status: Exclude<RunStatus, 'running'>,
    { error, made }: { readonly error?: unknown; readonly made?: Made },
  ): Promise<void> {
    this.#memory.stop();
    process.removeListener('exit', this.#endedByExit);
    const outputs = await factsOfMade(made).catch((unread: Error) => {
      this.#warn(`the run's outputs cannot be read back: ${unread.message}`);
      return [];
    });
    this.#write(status, {
      outputs,
      ...(made && { training: { ...made.last.summary, vocabulary: made.last.vocabulary.size } }),
      ...(error !== undefined && { error: describedError(error) }),
    });
    await this.#writing;
    this.#logEnd(error, made);
    // A page is written before outputs have their names: what comes of a failure would tell of a success.
    const removed = made ? [] : [rm(this.folder.reportPath, { force: true })];
    if (made || !this.#isResumable) removed.push(this.folder.removeWork());
    await Promise.all(removed).catch((kept: Error) =>
      this.#warn(`in the run's folder is more than need be: ${kept.message}`),
    );
  }

  /** Whether there is anything that a later run could go on from: of this attempt, or of the one that it went on from. */
  get #isResumable(): boolean {
    return this.resumes || this.#saved !== undefined;
  }

  #logEnd(error: unknown, made: Made | undefined): void {
    this.#log.close();
    if (made && this.#report) {
      const { summary, fields } = runSummary(made.definition, { last: made.last, report: this.#report });
      this.#log.note(summary, fields);
    }
    if (error !== undefined) {
      const { message, ...fields } = describedError(error);
      this.#log.error(message, fields);
    }
    this.#log.end();
  }

  /** One after another, so that the last is what stays. */
  #write(status: RunStatus, more: Partial<Manifest> = {}): void {
    const manifest = this.#next(status, more);
    this.#writing = this.#writing
      .then(() => this.folder.writeManifest(manifest))
      .catch((error: Error) => this.#warn(`the run's manifest cannot be written: ${error.message}`));
  }

  #next(status: RunStatus, more: Partial<Manifest> = {}): Manifest {
    const ended = status === 'running' ? {} : { ended: new Date().toISOString() };
    const attempt = this.#manifest.attempts.at(-1)!;
    const report = this.#report;
    const inputs = [...(report?.inputs ?? [])].map(([name, { modified, ...facts }]) => ({
      ...{ name, ...facts },
      ...(modified !== undefined && { modified: new Date(Math.round(modified)).toISOString() }),
    }));
    this.#manifest = {
      ...this.#manifest,
      ...{ status, ...ended },
      ...(inputs.length > 0 && { inputs, inputsFingerprint: fingerprintOf(inputs) }),
      stages: structuredClone(report?.stages ?? {}),
      phases: this.#recorder.phases,
      ...(this.#memory.peak && { memory: this.#memory.peak }),
      evaluation: this.#recorder.evaluations.map(({ epoch, scores }) => ({
        ...(epoch !== undefined && { epoch }),
        scores: Object.fromEntries(
          Object.entries(scores).map(([name, score]) => [name, Number.isNaN(score) ? null : score]),
        ),
      })),
      warnings: [...(report?.warnings ?? [])],
      ...more,
      attempts: [
        ...this.#earlier,
        { ...attempt, ...{ status, ...ended }, ...(this.#saved !== undefined && { saved: this.#saved }) },
      ],
    };
    return this.#manifest;
  }

  /** The process ends without the run: after a second signal, or by a defect. Nothing asynchronous runs any more. */
  #writeAtExit(code: number): void {
    const error = { kind: 'aborted', message: `the process ended with ${code} before the run did` };
    try {
      this.folder.writeManifestNow(this.#next('interrupted', { error }));
    } catch {
      // Its process is gone: whoever lists it sees that.
    }
  }
}

async function writeFirst(folder: RunFolder, { definition }: BeginRun, manifest: Manifest): Promise<void> {
  await folder.writeDefinition(printDefinition(withoutUrlSecrets(definition)));
  await folder.writeManifest(manifest);
}

function firstManifest(id: string, { definition, command }: BeginRun, earlier?: Manifest): Manifest {
  const started = new Date().toISOString();
  const attempt: Attempt = {
    ...{ started, status: 'running', process: thisProcess() },
    ...{ resumed: earlier !== undefined },
  };
  return {
    ...{ format: 'wordmill run', version: 1, id, name: runName(definition), status: 'running' },
    started: earlier?.started ?? started,
    ...(command && { command: withoutUrlSecrets([...command]) }),
    folder: process.cwd(),
    writes: writesOf(definition),
    ...{ versions: versionsHere(), host: hostHere(), seed: definition.train.seed },
    definition: { fingerprint: fingerprintOf(definition) },
    ...{ inputs: [], stages: {}, phases: [], evaluation: [], outputs: [], warnings: [] },
    attempts: [...(earlier?.attempts ?? []), attempt],
  };
}

function describedError(error: unknown): NonNullable<Manifest['error']> {
  const { kind, message, exitCode } = failureOf(error);
  return { kind, message, ...(kind !== 'aborted' && { exitCode }) };
}

async function factsOfMade(made: Made | undefined): Promise<Manifest['outputs']> {
  return made ? factsOfOutputs(made.outputs, reportPathOf(made.definition)) : [];
}
