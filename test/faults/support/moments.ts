import { readdirSync, readlinkSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Ending, Started } from './process.js';
import { referenceOf } from './reference.js';
import type { Scene } from './scene.js';

/** Waits for a random moment of the job: any, from its start to a little after it should have ended. */
export async function randomMoment(scene: Scene): Promise<void> {
  const { duration } = await referenceOf(scene.job);
  await wait(scene.random.unit() * duration * 1.1);
}

/**
 * Waits until the run has opened a file of the scene, and a random while: mostly a short one, at most as long as the job
 * takes. Returns at once when the run has ended.
 */
export async function onceOpen(scene: Scene, { child, ended }: Started, name: string): Promise<void> {
  const path = await realpath(scene.path(name));
  let over = false;
  void ended.then(() => (over = true)).catch(() => (over = true));
  while (!over && !openedBy(child.pid!).includes(path)) await wait(1);
  const { duration } = await referenceOf(scene.job);
  await Promise.race([wait(scene.random.unit() ** 3 * duration), ended]);
}

/** The files that a process has open, where the system tells. */
function openedBy(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  try {
    return readdirSync(folder).flatMap((name) => {
      try {
        return [readlinkSync(join(folder, name))];
      } catch {
        return [];
      }
    });
  } catch {
    return [];
  }
}

/** Runs the job and sends it a signal at a random moment; each further one at most 30 ms later. */
export async function endAtRandom(scene: Scene, ...signals: NodeJS.Signals[]): Promise<Ending> {
  const { child, ended } = await scene.begin();
  await randomMoment(scene);
  for (const [index, signal] of signals.entries()) {
    if (index > 0) await wait(scene.random.below(30));
    child.kill(signal);
  }
  return ended;
}
