import { rm } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { abortError, WordmillError } from '../errors.js';
import { outputError } from '../outputs.js';
import { isRunning, sharesProcesses } from '../process-owner.js';
import { type Candidate, claim, prepareCandidate, replace } from './claim.js';
import { HeldLock, type Lock } from './held-lock.js';
import { type FoundLock, findLock, lockText, newRecord } from './lock-record.js';

export type { Lock } from './held-lock.js';

/** How a lock is taken. */
export interface LockOptions {
  /** The run that it is for, as others are told. */
  readonly run?: string;
  /** Milliseconds between signs of life. */
  readonly beat?: number;
  /** After how many milliseconds without one a lock of another machine, or of another container, is stale. */
  readonly staleAfter?: number;
  /** Ends waiting for a sign of life. */
  readonly signal?: AbortSignal;
  /** Told of a lock that is taken over, in a line. */
  readonly note?: (message: string) => void;
}

const BEAT = 20_000;
const STALE_AFTER = 5 * 60_000;

/** More changes of hands than can be seen within one call. */
const MOST_ROUNDS = 100;

/**
 * Takes a lock: a file that appears with all of its content, or not at all, and is removed when it is released or
 * the process exits. What is left by a process that is gone is taken over: at once where that can be seen (the same
 * process table), else when there has been no sign of life for minutes by the clock of the file system, and none comes
 * while one is waited for. Of several processes that see a stale lock, one takes it over.
 *
 * @param path of the lock file; its folder has to be there
 * @param what is locked, for messages: the output's path
 * @throws WordmillError `tryAgain` at once where another holds it, saying who, since when, and what to do;
 * `cannotCreate` or `inputOutput` where there can be no such file.
 */
export async function acquireLock(path: string, what: string, options: LockOptions = {}): Promise<Lock> {
  const { beat = BEAT, staleAfter = STALE_AFTER } = options;
  const record = newRecord(options.run);
  const prepare = (): Promise<Candidate> =>
    prepareCandidate(path, lockText(record)).catch((error) => {
      throw outputError(error, what);
    });
  let candidate = await prepare();
  try {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      if (await claim(candidate, path)) return new HeldLock(path, record, beat);
      const found = await findLock(path);
      if (!found) continue;
      // Written now, so that its time is the present one of the file system.
      await rm(candidate.temporary, { force: true });
      candidate = await prepare();
      if (!(await isStale(path, found, candidate.written, beat, staleAfter, options.signal))) {
        throw lockedError(what, path, found, staleAfter);
      }
      if (await takeOver(path, what, found, candidate, options)) {
        options.note?.(`took over the lock of ${ownerText(found)}, which is gone: ${what}`);
        return new HeldLock(path, record, beat);
      }
    }
    throw new WordmillError('tryAgain', 'its lock changes hands all the time', { place: { file: what } });
  } finally {
    await rm(candidate.temporary, { force: true });
  }
}

/**
 * Replaces a stale lock. Only who holds a second lock, named after the stale one, may: between reading a lock and
 * replacing it another could have done so, and the lock of that one would be lost.
 *
 * @returns false where it is no longer the stale one.
 */
async function takeOver(
  path: string,
  what: string,
  stale: FoundLock,
  candidate: Candidate,
  options: LockOptions,
): Promise<boolean> {
  const right = await acquireLock(`${path}.${stale.token}`, what, options);
  try {
    if ((await findLock(path))?.token !== stale.token) return false;
    await replace(candidate, path);
    return true;
  } finally {
    right.release();
  }
}

/** Whether nobody holds a lock any more. */
async function isStale(
  path: string,
  found: FoundLock,
  now: number,
  beat: number,
  staleAfter: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const owner = found.record?.owner;
  const runs = owner && sharesProcesses(owner) ? isRunning(owner) : undefined;
  if (runs !== undefined) return !runs;
  if (now - found.beat < staleAfter) return false;
  // The clock of the file system may have been set forward: whoever lives gives a sign before long.
  await wait(2 * beat, undefined, signal && { signal }).catch(() => {
    throw abortError(signal!);
  });
  const later = await findLock(path);
  return later?.token === found.token && later.beat === found.beat;
}

function lockedError(what: string, path: string, { record }: FoundLock, staleAfter: number): WordmillError {
  const found = { record, token: '', beat: 0 };
  const problem = record
    ? `another run writes this: ${ownerText(found)}, since ${record.since}`
    : 'another run has just begun to write this';
  const minutes = Math.max(1, Math.round(staleAfter / 60_000));
  const hint =
    record && sharesProcesses(record.owner)
      ? `Wait until it has ended, or end it (kill ${record.owner.pid}); then run this again.`
      : `Wait until it has ended; if its machine is gone, the lock lapses ${minutes} minute${minutes === 1 ? '' : 's'} after its last sign of life (${path}).`;
  return new WordmillError('tryAgain', problem, { place: { file: what }, hint });
}

function ownerText({ record }: FoundLock): string {
  if (!record) return 'an unknown process';
  const { owner, run } = record;
  return `process ${owner.pid} on ${owner.host}${run === undefined ? '' : ` (run ${run})`}`;
}
