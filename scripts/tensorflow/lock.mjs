// One set-up at a time: a file with the process id of the one at work. Where it fails, two do the same work side by
// side, each in a folder of its own, and the last to finish is kept.
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { say } from './progress.mjs';

/** Waits until no other set-up is at work; gives what releases the lock. */
export async function lock(path) {
  // Linked into place, so that the file never is without its number.
  const own = `${path}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    for (let waited = 0; ; waited++) {
      try {
        linkSync(own, path);
        return () => rmSync(path, { force: true });
      } catch (error) {
        if (error.code !== 'EEXIST') throw error;
      }
      const holder = heldBy(path);
      if (holder !== undefined && !isAlive(holder)) rmSync(path, { force: true });
      else {
        if (waited === 0) say(`another set-up is at work (process ${holder}); waiting for it`);
        await pause(500);
      }
    }
  } finally {
    rmSync(own);
  }
}

/** The process in the file; undefined if the file has just gone. */
function heldBy(path) {
  try {
    return Number(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Whether a process with this id runs on this machine. */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
