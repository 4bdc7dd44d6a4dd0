import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { CompletedPart } from '@aws-sdk/client-s3';
import pLimit from 'p-limit';
import { PassingFailure, type RetrySettings, retrying } from './retries.js';
import type { ObjectPart, PutAnswer, S3Client } from './s3-client.js';
import { s3Error } from './s3-errors.js';

/** How large objects are moved. */
export interface TransferSettings {
  /** Bytes of a part; S3 wants 5 MiB at least. */
  readonly partBytes: number;
  /** Each part is tried as often as a whole request. */
  readonly retries: RetrySettings;
}

/** S3 takes no more parts of one object. */
const MOST_PARTS = 10_000;

/** Parts of one object on their way at a time. */
const PARTS_AT_ONCE = 4;

/** Bytes of a stream at a time. */
const CHUNK_BYTES = 1 << 18;

/** Makes a request, again where it fails. */
type Again = <Result>(attempt: () => Promise<Result>) => Promise<Result>;

/** Sends a file in parts, each again where it fails. @param condition that there is no object yet */
export async function putInParts(
  client: S3Client,
  key: string,
  path: string,
  bytes: number,
  condition: boolean,
  { partBytes, retries }: TransferSettings,
  signal?: AbortSignal,
): Promise<PutAnswer> {
  const size = Math.max(partBytes, Math.ceil(bytes / MOST_PARTS));
  const again: Again = (attempt) => retrying(attempt, retries, signal);
  const upload = await again(() => client.beginUpload(key, signal));
  const limit = pLimit(PARTS_AT_ONCE);
  let isDone = false;
  try {
    const parts = await Promise.all(
      rangesOf(0, bytes, size).map(([start, end], index) =>
        limit(() =>
          again(() => {
            const part = createReadStream(path, { start, end: end - 1, highWaterMark: CHUNK_BYTES });
            return client
              .putPart(key, upload, index + 1, part, end - start, signal)
              .finally(() => part.destroy());
          }),
        ),
      ),
    );
    const answer = await endUpload(client, key, upload, parts, bytes, condition, again, signal);
    isDone = answer === 'written';
    return answer;
  } finally {
    limit.clearQueue();
    if (!isDone) await client.abandonUpload(key, upload);
  }
}

async function endUpload(
  client: S3Client,
  key: string,
  upload: string,
  parts: CompletedPart[],
  bytes: number,
  condition: boolean,
  again: Again,
  signal?: AbortSignal,
): Promise<PutAnswer> {
  try {
    const answer = await again(() => client.endUpload(key, upload, parts, condition, signal));
    if (answer !== 'unknown condition') return answer;
    // Some services know it for objects that are put in one piece only. Files are named by their content: no harm.
    return await again(() => client.endUpload(key, upload, parts, false, signal));
  } catch (error) {
    // Where the answer to an end was lost, there is no upload any more to be ended again.
    if ((await again(() => client.size(key, signal))) === bytes) return 'written';
    throw error;
  }
}

/**
 * Writes an object to a new file, a large one in parts, each again where it fails.
 *
 * @returns false where there is no such object
 */
export async function getInParts(
  client: S3Client,
  key: string,
  path: string,
  { partBytes, retries }: TransferSettings,
  signal?: AbortSignal,
): Promise<boolean> {
  await (await open(path, 'wx')).close();
  const part = async (start: number): Promise<number | undefined> => {
    const found = await client.get(key, start, start + partBytes, signal);
    if (found)
      await writePart(client, key, path, start, Math.min(start + partBytes, found.total), found, signal);
    return found?.total;
  };
  const again = (start: number) => retrying(() => part(start), retries, signal);
  const total = await again(0);
  if (total === undefined) return false;
  const limit = pLimit(PARTS_AT_ONCE);
  try {
    await Promise.all(rangesOf(partBytes, total, partBytes).map(([start]) => limit(() => again(start))));
  } finally {
    limit.clearQueue();
  }
  return true;
}

async function writePart(
  client: S3Client,
  key: string,
  path: string,
  start: number,
  end: number,
  { body }: ObjectPart,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (body === undefined) return;
  const target = createWriteStream(path, { flags: 'r+', start, highWaterMark: CHUNK_BYTES });
  try {
    await pipeline(body as Readable, target, signal ? { signal } : {});
  } catch (error) {
    throw s3Error(error, client.nameOf(key), signal, path);
  }
  if (target.bytesWritten !== end - start) {
    throw new PassingFailure('the storage service broke off', { place: { file: client.nameOf(key) } });
  }
}

function rangesOf(from: number, to: number, size: number): [start: number, end: number][] {
  const ranges: [number, number][] = [];
  for (let start = from; start < to; start += size) ranges.push([start, Math.min(to, start + size)]);
  return ranges;
}
