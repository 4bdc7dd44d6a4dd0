import { setTimeout as wait } from 'node:timers/promises';
import type { Ending } from './process.js';
import { referenceOf } from './reference.js';
import type { Scene } from './scene.js';

/** Waits for a random moment of the job: any, from its start to a little after it should have ended. */
export async function randomMoment(scene: Scene): Promise<void> {
  const { duration } = await referenceOf(scene.job);
  await wait(scene.random.unit() * duration * 1.1);
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
