import { chmod, chown, readdir } from 'node:fs/promises';
import type { Fault } from './support/fault.js';
import { convert, train, trainGlove } from './support/jobs.js';
import type { Scene } from './support/scene.js';

/** The user that may not write: whoever runs the tests, or, since root may write everywhere, nobody. */
const NOBODY = 65_534;

/** A folder that the outputs or the spool cannot be written to. */
export const unwritableFolder: Fault = {
  name: 'unwritable-folder',
  description:
    'The folder of the outputs, or of intermediate files, may not be written to: exit code 73 before any text is read.',
  jobs: [train, trainGlove, convert],
  endings: [{ code: 73, says: /no permission to write this (output|intermediate file|spool)/ }],
  shortRounds: 1,
  async disturb(scene) {
    const folders = scene.job === convert ? ['out'] : ['out', 'scratch'];
    const locked = folders[scene.random.below(folders.length)]!;
    const asRoot = process.getuid?.() === 0;
    if (asRoot) await giveTo(scene, NOBODY);
    await chmod(scene.path(locked), 0o555);
    return scene.run([], asRoot ? { uid: NOBODY } : {});
  },
  async mend(scene) {
    for (const folder of ['out', 'scratch']) await chmod(scene.path(folder), 0o755);
  },
};

async function giveTo(scene: Scene, uid: number): Promise<void> {
  await chown(scene.folder, uid, uid);
  for (const name of await readdir(scene.folder)) await chown(scene.path(name), uid, uid);
}
