import { stat } from 'node:fs/promises';
import { digestOf } from '../../core/file-digest.js';
import type { Manifest } from './manifest.js';

/** How a file that a run wrote stands today. */
export interface CheckedOutput {
  readonly path: string;
  readonly state: 'unchanged' | 'changed' | 'missing';
  /** What of it is another: size, time, content. */
  readonly because?: string;
}

/**
 * Whether what a run wrote is still there as it wrote it, by size and time.
 *
 * @param verify by the bytes' SHA-256 too; then the time alone makes no difference.
 */
export async function checkWritten(
  outputs: Manifest['outputs'],
  { verify = false }: { readonly verify?: boolean } = {},
): Promise<CheckedOutput[]> {
  return Promise.all(outputs.map((output) => checkOne(output, verify)));
}

async function checkOne(
  { path, bytes, modified, sha256 }: Manifest['outputs'][number],
  verify: boolean,
): Promise<CheckedOutput> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) return { path, state: 'missing' };
  if (found.size !== bytes) return { path, state: 'changed', because: `it has ${found.size} bytes` };
  if (verify) {
    const now = (await digestOf(path)).sha256;
    return now === sha256
      ? { path, state: 'unchanged' }
      : { path, state: 'changed', because: 'its content is another' };
  }
  return found.mtime.toISOString() === modified
    ? { path, state: 'unchanged' }
    : { path, state: 'changed', because: 'it was written later' };
}
