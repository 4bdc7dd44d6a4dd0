import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Manifest } from './manifest.js';

/** Large enough that reading a file costs little more than hashing it. */
const CHUNK_BYTES = 1024 * 1024;

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
      sha256: await sha256OfFile(path),
      ...(path === page && { page: true }),
    });
  }
  return facts;
}

/** The SHA-256 of a file's bytes, in hexadecimal. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES }))
    hash.update(chunk as Buffer);
  return hash.digest('hex');
}
