import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { digestOf } from '../../core/file-digest.js';
import type { Manifest } from './manifest.js';

/**
 * What there is to know of files that are whole: size, time and SHA-256.
 *
 * @param page which of them tells of the run
 */
export async function factsOfOutputs(
  paths: readonly string[],
  page?: string | undefined,
): Promise<Manifest['outputs']> {
  const facts: Manifest['outputs'] = [];
  for (const path of paths) {
    const { size, mtime } = await stat(path);
    facts.push({
      path: resolve(path),
      bytes: size,
      modified: mtime.toISOString(),
      sha256: (await digestOf(path)).sha256,
      ...(path === page && { page: true }),
    });
  }
  return facts;
}
