import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { z } from 'zod';
import { systemCode } from '../errors.js';
import { processOwnerSchema, thisProcess } from '../process-owner.js';

/** What a lock file holds, as one line of JSON: who holds the lock, and since when. */
const lockRecordSchema = z.object({
  wordmillLock: z.literal(1),
  /** No other lock has it: tells whether a lock is still the one that was read before. */
  token: z.string().regex(/^[0-9a-f]{16}$/),
  owner: processOwnerSchema,
  /** By the owner's clock (ISO 8601). */
  since: z.string(),
  /** The run that it is held for. */
  run: z.string().optional(),
});

export type LockRecord = z.output<typeof lockRecordSchema>;

/** A lock as it was found. */
export interface FoundLock {
  /** Undefined where the file tells nothing: it is damaged, or is being written. */
  readonly record: LockRecord | undefined;
  /** Tells this lock from one that takes its place. */
  readonly token: string;
  /** Its last sign of life by the clock of the file system, in milliseconds. */
  readonly beat: number;
}

/** What a lock of this process holds. */
export function newRecord(run: string | undefined): LockRecord {
  return {
    wordmillLock: 1,
    token: randomBytes(8).toString('hex'),
    owner: thisProcess(),
    since: new Date().toISOString(),
    ...(run !== undefined && { run }),
  };
}

/** A record as the content of its file. */
export function lockText(record: LockRecord): string {
  return `${JSON.stringify(record)}\n`;
}

/** What a lock file says; undefined where there is none. */
export async function findLock(path: string): Promise<FoundLock | undefined> {
  const file = await open(path, 'r').catch((error) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (!file) return undefined;
  try {
    const { ino, mtimeMs } = await file.stat();
    const record = parseRecord(await file.readFile('utf8'));
    return { record, token: record?.token ?? `unknown-${ino}`, beat: mtimeMs };
  } finally {
    await file.close();
  }
}

/** Whether a lock file is still that of a token. */
export function isLockOf(path: string, token: string): boolean {
  try {
    return parseRecord(readFileSync(path, 'utf8'))?.token === token;
  } catch {
    return false;
  }
}

function parseRecord(text: string): LockRecord | undefined {
  try {
    return lockRecordSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
