import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import type { Scene } from './scene.js';

/** Why no small disk can be made here, or undefined. */
export function noSmallDisks(): string | undefined {
  if (process.platform !== 'linux') return 'a small disk is made of a tmpfs, which only Linux has';
  return process.getuid?.() === 0 ? undefined : 'only root can mount a small disk (tmpfs)';
}

/**
 * Makes a folder of the scene a disk of its own, of so many bytes; what was in it is hidden until the scene is removed.
 *
 * @throws Error where it cannot be mounted
 */
export function mountSmallDisk(scene: Scene, folder: string, bytes: number, options = ''): void {
  const path = scene.path(folder);
  mkdirSync(path, { recursive: true });
  mount(['-t', 'tmpfs', '-o', `size=${Math.ceil(bytes / 1024)}k${options}`, 'wordmill-fault', path]);
  scene.onRemove(async () => {
    spawnSync('umount', ['--lazy', path]);
  });
}

/** Gives a small disk another size, or other options. */
export function remount(scene: Scene, folder: string, options: string): void {
  mount(['-o', `remount,${options}`, scene.path(folder)]);
}

function mount(args: readonly string[]): void {
  const { status, stderr, error } = spawnSync('mount', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`mount ${args.join(' ')}: ${error?.message ?? stderr}`);
}
