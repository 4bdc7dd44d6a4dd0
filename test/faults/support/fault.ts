import type { Job } from './job.js';
import type { Ending } from './process.js';
import type { Scene } from './scene.js';

/** One way in which a process may end: with an exit code and what it says, or killed by a signal. */
export type AllowedEnding =
  | { readonly code: number; readonly says?: RegExp }
  | { readonly killedBy: NodeJS.Signals };

/**
 * Something that goes wrong in the world while the command runs. What is held after every one (`play.ts`): each output is
 * what was there before or the complete right result; the right result only if the exit code is 0, what was there
 * only if it is an error; no stack, no internal error; and the next run ends with the right result and leaves nothing behind.
 */
export interface Fault {
  /** One word or two, joined by hyphens: for `--fault`, and part of the seed. */
  readonly name: string;
  /** What is done, and what is promised. */
  readonly description: string;
  /** The runs that it is done to; one is drawn for each round. */
  readonly jobs: readonly Job[];
  /** How the disturbed run may end. */
  readonly endings: readonly AllowedEnding[];
  /** How many rounds the short form plays. */
  readonly shortRounds: number;
  /** Why it cannot be done on this machine, or undefined. */
  skip?(): string | undefined;
  /** Runs the scene's job once and does the damage; gives how the run ended. */
  disturb(scene: Scene): Promise<Ending>;
  /** The job whose undisturbed run gives what is right for the disturbed one, where its input was another (a part of it). */
  readonly rightAs?: (scene: Scene) => Job;
  /** What the runs of it keep beside what an undisturbed run of the job does: a cache. */
  readonly keeps?: RegExp;
  /** Puts the world in order again before the next run (a disk with room, the undamaged file), where that is needed. */
  mend?(scene: Scene): Promise<void>;
  /** Whether the next run goes on from what the disturbed one kept, in half of the rounds (`--resume`). */
  readonly resumes?: true;
}
