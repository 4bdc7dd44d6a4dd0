import { setTimeout as wait } from 'node:timers/promises';
import { referenceOf } from './reference.js';
import type { Scene } from './scene.js';

/** Waits for a random moment of the job: any, from its start to a little after it should have ended. */
export async function randomMoment(scene: Scene): Promise<void> {
  const { duration } = await referenceOf(scene.job);
  await wait(scene.random.unit() * duration * 1.1);
}
