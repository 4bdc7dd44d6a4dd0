import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { z } from 'zod';
import { systemCode } from './errors.js';

/** Which process something belongs to: numbers of processes are given out again, so that one alone does not tell. */
export const processOwnerSchema = z.object({
  host: z.string(),
  pid: z.int().min(1),
  /** When that process began, as its system counts: to be compared, not to be read. */
  began: z.string(),
  /** Whose numbers of processes these are: the system's start and its namespace, since containers count for themselves. */
  space: z.string().default(''),
});

export type ProcessOwner = z.output<typeof processOwnerSchema>;

/** This process. */
export function thisProcess(): ProcessOwner {
  return { host: hostname(), pid: process.pid, began: beganOf(process.pid) ?? '', space: SPACE };
}

/** Whether a process is looked up in the same table of processes as our own, so that its number means something here. */
export function sharesProcesses({ host, space }: ProcessOwner): boolean {
  return space === SPACE && (space !== '' || host === hostname());
}

/**
 * Whether a process still runs. Undefined where that cannot be known: it is of another machine or container, or it is
 * hidden. One of this host from before the system was started again has ended.
 */
export function isRunning(owner: ProcessOwner): boolean | undefined {
  if (!sharesProcesses(owner)) return owner.host === hostname() && !sameStart(owner) ? false : undefined;
  if (hasEnded(owner.pid)) return false;
  const began = beganOf(owner.pid);
  if (began === undefined) return undefined;
  if (began === ENDED) return false;
  return owner.began === '' || began === owner.began;
}

/** Whether no process has a number. */
export function hasEnded(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return systemCode(error) === 'ESRCH';
  }
}

/** The namespace that numbers of processes are of, a container's own for instance; '' where the system tells none. */
export function processNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

/** The start of the system and the namespace of process numbers; '' where the system does not tell. */
const SPACE = ownSpace();

function ownSpace(): string {
  try {
    const start = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    return `${start} ${processNamespace()}`;
  } catch {
    return '';
  }
}

function sameStart({ space }: ProcessOwner): boolean {
  return space.split(' ')[0] === SPACE.split(' ')[0];
}

/** Ended but not yet asked for by its parent: it has a number, and does nothing any more. */
const ENDED = 'ended';

/**
 * When a process began, as text. On Linux clock ticks since the system was started, so that setting the clock changes
 * nothing; elsewhere what `ps` says. Undefined where it cannot be read.
 */
function beganOf(pid: number): string | undefined {
  if (process.platform !== 'linux') return beganByPs(pid);
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // After the name, which is in brackets and may hold anything: the state, then 18 others, then the start.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? ENDED : fields[19];
  } catch {
    return undefined;
  }
}

function beganByPs(pid: number): string | undefined {
  try {
    const began = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return began === '' ? undefined : began;
  } catch {
    return undefined;
  }
}
