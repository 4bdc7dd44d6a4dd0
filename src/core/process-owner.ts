import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { z } from 'zod';

/** Which process something belongs to: numbers of processes are given out again, so that one alone does not tell. */
export const processOwnerSchema = z.object({
  host: z.string(),
  pid: z.int().min(1),
  /** When that process began, as its system counts: to be compared, not to be read. */
  began: z.string(),
});

export type ProcessOwner = z.output<typeof processOwnerSchema>;

/** This process. */
export function thisProcess(): ProcessOwner {
  return { host: hostname(), pid: process.pid, began: beganOf(process.pid) ?? '' };
}

/** Whether a process still runs; undefined where it is of another machine, of which nothing is known here. */
export function isRunning(owner: ProcessOwner): boolean | undefined {
  if (owner.host !== hostname()) return undefined;
  const began = beganOf(owner.pid);
  return began !== undefined && (owner.began === '' || began === owner.began);
}

/**
 * When a process began, as text; undefined where there is none with this number. On Linux clock ticks since the system
 * was started, and which start that was, so that setting the clock changes nothing; elsewhere what `ps` says.
 */
function beganOf(pid: number): string | undefined {
  if (process.platform !== 'linux') return beganByPs(pid);
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // After the name, which is in brackets and may hold anything: the state, then 18 others, then the start.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z') return undefined;
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()}:${fields[19]}`;
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
