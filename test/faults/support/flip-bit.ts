import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Scene } from './scene.js';

const whole = new WeakMap<Scene, { path: string; bytes: Buffer }>();

/** Flips a random bit of a random file below a folder of the scene; nothing where there is none with anything in it. */
export async function flipBit(scene: Scene, folder: string): Promise<void> {
  const entries = await readdir(scene.path(folder), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  if (files.length === 0) return;
  const path = files.sort()[scene.random.below(files.length)]!;
  const bytes = await readFile(path);
  if (bytes.length === 0) return;
  whole.set(scene, { path, bytes: Buffer.from(bytes) });
  bytes[scene.random.below(bytes.length)]! ^= 1 << scene.random.below(8);
  await writeFile(path, bytes);
}

/** Puts the file that `flipBit` damaged right again, if it is still there. */
export async function mendBits(scene: Scene): Promise<void> {
  const file = whole.get(scene);
  if (file && existsSync(file.path)) await writeFile(file.path, file.bytes);
}
