// One set-up at a time: a file with the process id of the one at work, who touches it while it lives. Where that fails,
// two do the same work side by side, each in a folder of its own, and the last to finish is kept.
import { linkSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { say } from './progress.mjs';

/** A lock that was not touched for so long is left over: its process id may be another process's by now. */
const STALE_AFTER_MS = 60_000;

/**
 * Waits until no other set-up is at work; gives what releases the lock.
 *
 * @param beatMs how often the lock is touched
 */
export async function lock(path, beatMs = 5000) {
  for (let waited = 0; !take(path); waited++) {
    const holder = holderOf(path);
    if (holder === undefined) continue;
    if (isLeftOver(holder)) rmSync(path, { force: true });
    else {
      if (waited === 0) say(`another set-up is at work (process ${holder.pid}); waiting for it`);
      await pause(500);
    }
  }
  const isOwn = () => holderOf(path)?.pid === process.pid;
  const beat = setInterval(() => isOwn() && touch(path), beatMs);
  beat.unref();
  return () => {
    clearInterval(beat);
    if (isOwn()) rmSync(path, { force: true });
  };
}

/** Takes the lock if it is free. Linked into place, so that the file never is without its number. */
function take(path) {
  const own = `${path}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(own, { force: true });
  }
}

/** The process in the file, and when it last touched it; undefined if the file has just gone. */
function holderOf(path) {
  try {
    return { pid: Number(readFileSync(path, 'utf8')), touched: statSync(path).mtimeMs };
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  }
}

/** This process holds no lock while it waits for one: its number was that of another before it. */
function isLeftOver({ pid, touched }) {
  return pid === process.pid || !isAlive(pid) || Date.now() - touched > STALE_AFTER_MS;
}

function touch(path) {
  try {
    const now = new Date();
    utimesSync(path, now, now);
  } catch {
    // Whoever removed it has taken over.
  }
}

/** Whether a process with this id runs on this machine. */
export function isAlive(pid) {
  // To the system, 0 is this process's own group.
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
