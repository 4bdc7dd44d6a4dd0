import { systemCode, throwIfAborted, WordmillError } from '../../core/errors.js';
import type { Recovery } from '../../core/recovery.js';
import type { StageContext } from '../../core/stage.js';
import type { Tensor } from '../../formats/safetensors.js';
import type { Weights } from '../weights.js';
import { writeCheckpoint } from './checkpoint-file.js';
import { CheckpointFolder } from './checkpoint-folder.js';
import type { Course } from './course.js';
import { courseText, positionTensors } from './course.js';
import type { Identity } from './identity.js';
import { ResumedTraining } from './resumed-training.js';

/** What a checkpoint is made of. */
export interface CheckpointState {
  readonly course: Course;
  readonly weights: Weights;
  /** What an optimizer remembers. */
  readonly optimizer?: Weights;
  /** The weights of the best epoch so far, where they are kept. */
  readonly best?: ReadonlyMap<string, Tensor>;
  /** The epoch under way or just ended, from 1, and of how many. */
  readonly epoch: number;
  readonly epochs: number;
}

/** An epoch's end is worth a checkpoint when this share of the interval has passed since the last one. */
const SHARE_AT_EPOCH_END = 0.1;

/** Writes a training's checkpoints, and knows where an earlier run of it was. */
export class Checkpoints {
  /** Where to go on; undefined for a training that begins. */
  readonly resumed: ResumedTraining | undefined;
  readonly #recovery: Recovery;
  readonly #context: StageContext;
  readonly #identity: Identity;
  readonly #folder: CheckpointFolder;
  #started: number | undefined;
  readonly #threads: number;
  #last = performance.now();
  #epoch: number | undefined;

  private constructor(
    recovery: Recovery,
    context: StageContext,
    identity: Identity,
    threads: number,
    folder: CheckpointFolder,
    resumed: ResumedTraining | undefined,
  ) {
    this.#recovery = recovery;
    this.#context = context;
    this.#identity = identity;
    this.#threads = threads;
    this.#folder = folder;
    this.resumed = resumed;
  }

  /**
   * Opens the folder of a run's checkpoints; where the run is to be resumed, the newest of them that is whole. Earlier
   * ones of a run that is not resumed are removed.
   *
   * @param identity what a checkpoint must be of.
   * @param threads that will train, for the record.
   * @returns undefined where the run keeps nothing.
   * @throws WordmillError `usage` for a checkpoint of another training, with what differs, or of another version;
   * `cannotCreate` or `inputOutput` where there can be no such folder.
   */
  static async open(
    context: StageContext,
    identity: () => Promise<Identity>,
    threads: number,
  ): Promise<Checkpoints | undefined> {
    const { recovery, report } = context;
    if (!recovery) return undefined;
    const folder = new CheckpointFolder(recovery.folder);
    await folder.prepare();
    const wanted = await identity();
    const found = recovery.resume ? await folder.newest(report) : undefined;
    if (!recovery.resume) await folder.clear();
    const resumed = found && (await ResumedTraining.read(found, wanted));
    const checkpoints = new Checkpoints(recovery, context, wanted, threads, folder, resumed);
    if (resumed) {
      recovery.saved(resumed.description);
      report.note(`going on from ${resumed.description}`);
    } else if (recovery.resume) {
      report.note('there is no checkpoint of the training: it begins anew');
    }
    return checkpoints;
  }

  /**
   * When training began, as from `performance.now()`: when this was first asked for. What earlier runs took counts as if
   * it had been just before.
   */
  get started(): number {
    this.#started ??= performance.now() - 1_000 * (this.resumed?.seconds ?? 0);
    return this.#started;
  }

  /** Whether to write a checkpoint at the next place that there can be one: it is time, or the run is to stop. */
  isDue(): boolean {
    return this.isInterrupted || (this.#recovery.interval > 0 && this.#since >= this.#recovery.interval);
  }

  /** The same at the end of an epoch. */
  isDueAtEpochEnd(): boolean {
    const { interval, everyEpoch } = this.#recovery;
    const enough = interval > 0 && this.#since >= SHARE_AT_EPOCH_END * interval;
    return this.isInterrupted || everyEpoch === true || enough;
  }

  /** The same where epochs run into each other, told which one is under way. */
  isDueIn(epoch: number): boolean {
    const isNext = epoch > (this.#epoch ?? epoch);
    if (this.isDue() || (isNext && this.isDueAtEpochEnd())) return true;
    this.#epoch = epoch;
    return false;
  }

  /** Whether the run is to stop. */
  get isInterrupted(): boolean {
    return this.#context.signal.aborted;
  }

  /**
   * Writes a checkpoint, and removes those that are one too many. Where it cannot be written, or the disk has no room for
   * it, it warns, and the one before stays.
   *
   * @throws the abort error, once it is written, when the run is to stop.
   */
  async save(state: CheckpointState): Promise<void> {
    const { report, signal, requireSpace } = this.#context;
    const { course, epoch, epochs } = state;
    const description = `a checkpoint ${course.position ? 'in' : 'after'} epoch ${epoch} of ${epochs}`;
    try {
      const path = await this.#folder.next();
      const tensors = tensorsOf(state);
      await requireSpace(path, bytesIn(tensors), 'checkpoint');
      await writeCheckpoint(path, {
        tensors,
        texts: {
          identity: JSON.stringify(this.#identity),
          training: courseText(course, {
            seconds: (performance.now() - this.started) / 1_000,
            threads: this.#threads,
          }),
          description,
        },
      });
      await this.#folder.prune(Math.max(1, this.#recovery.keep));
      this.#recovery.saved(description);
    } catch (error) {
      if (systemCode(error) === undefined && !isRefusal(error)) throw error;
      report.warn(
        'checkpoint',
        `a checkpoint could not be written, and training goes on without it: ${(error as Error).message}`,
      );
    }
    this.#last = performance.now();
    this.#epoch = epoch;
    throwIfAborted(signal);
  }

  get #since(): number {
    return (performance.now() - this.#last) / 1_000;
  }
}

/** Whether the disk has too little space. */
function isRefusal(error: unknown): boolean {
  return error instanceof WordmillError && error.kind === 'inputOutput';
}

function bytesIn(tensors: ReadonlyMap<string, Tensor>): number {
  return [...tensors.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
}

function tensorsOf({ course, weights, optimizer, best }: CheckpointState): ReadonlyMap<string, Tensor> {
  const parts = {
    weights: weights.tensors(),
    optimizer: optimizer?.tensors(),
    best,
    position: positionTensors(course),
  };
  return new Map(
    Object.entries(parts).flatMap(([part, tensors]) =>
      [...(tensors ?? [])].map(([name, tensor]) => [`${part}.${name}`, tensor] as const),
    ),
  );
}
