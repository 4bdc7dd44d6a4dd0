import { createHash, randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { hasEnded, processNamespace } from './process-owner.js';

/** Which machine a name is of, or which container on it; elsewhere its process numbers mean nothing. */
const MACHINE = createHash('sha256').update(hostname()).update(processNamespace()).digest('hex').slice(0, 8);

/** The end of a temporary name, which says what process on this machine it belongs to. */
const OWNER = new RegExp(`\\.${MACHINE}-(\\d+)-[0-9a-f]{8}\\.tmp(?:\\.old)?$`);

/** A hidden name, no one else's, for what is to get the final name `name` once it is whole. */
export function temporaryName(name: string): string {
  return `.${name}.${MACHINE}-${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
}

/**
 * Removes from a folder what has a temporary name of a process of this machine that has ended: one that was killed
 * could not do so itself. What cannot be listed or removed stays.
 *
 * @param name remove only what was to get this final name
 */
export async function removeAbandoned(folder: string, name?: string): Promise<void> {
  for (const entry of await listAbandoned(folder, name)) {
    await rm(join(folder, entry), { recursive: true, force: true }).catch(() => {});
  }
}

/** The entries of a folder that `removeAbandoned` would remove. */
export async function listAbandoned(folder: string, name?: string): Promise<string[]> {
  const entries = await readdir(folder).catch(() => []);
  return entries.filter((entry) => {
    const owner = OWNER.exec(entry);
    if (!owner || (name !== undefined && entry.slice(1, owner.index) !== name)) return false;
    return hasEnded(Number(owner[1]));
  });
}
