import type { Readable } from 'node:stream';
import type * as Sdk from '@aws-sdk/client-s3';
import { isKey } from './keys.js';
import type { S3Place } from './s3-address.js';
import { s3Error, statusOf } from './s3-errors.js';

/** How long the service may take, in milliseconds. */
export interface S3Timeouts {
  readonly connection: number;
  /** Without a byte coming or going. */
  readonly idle: number;
}

const TIMEOUTS: S3Timeouts = { connection: 10_000, idle: 60_000 };

/** Connections at a time: a few transfers of a few parts each. */
const CONNECTIONS = 64;

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/** The part of an object, its size in all, and when the service wrote it by the service's clock. */
export interface ObjectPart {
  readonly body: Sdk.GetObjectCommandOutput['Body'];
  readonly total: number;
  /** Seconds since it was written; undefined where the service does not say. */
  readonly age: number | undefined;
}

/** How a put went: `there` where the service refused it because the key has an object. */
export type PutAnswer = 'written' | 'there' | 'unknown condition';

/** The requests that a store makes, each once; errors are those of `s3Error`. */
export class S3Client {
  readonly #sdk: typeof Sdk;
  readonly #client: Sdk.S3Client;
  readonly #place: S3Place;

  private constructor(sdk: typeof Sdk, client: Sdk.S3Client, place: S3Place) {
    this.#sdk = sdk;
    this.#client = client;
    this.#place = place;
  }

  /** Loads the SDK, which is large, and makes a client from the SDK's own variables and files. */
  static async open(place: S3Place, timeouts: S3Timeouts = TIMEOUTS): Promise<S3Client> {
    // What later versions of the SDK will need is not for users of this one to read.
    process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
    const sdk = await import('@aws-sdk/client-s3');
    const ownEndpoint = Boolean(process.env.AWS_ENDPOINT_URL_S3 || process.env.AWS_ENDPOINT_URL);
    const client = new sdk.S3Client({
      // Requests are made again by RetryingStore and by parts, and nowhere else.
      maxAttempts: 1,
      // Failures are told by errors; the SDK would also write of them to the console.
      logger: SILENT,
      // Servers other than AWS mostly have no host name for each bucket.
      forcePathStyle: ownEndpoint,
      followRegionRedirects: !ownEndpoint,
      requestHandler: {
        connectionTimeout: timeouts.connection,
        socketTimeout: timeouts.idle,
        httpAgent: { keepAlive: true, maxSockets: CONNECTIONS },
        httpsAgent: { keepAlive: true, maxSockets: CONNECTIONS },
      },
    });
    addDate(client);
    return new S3Client(sdk, client, place);
  }

  /** Puts bytes or a stream under a key. @param condition that there is no object yet */
  async put(
    key: string,
    body: Readable | Uint8Array,
    bytes: number,
    condition: boolean,
    signal?: AbortSignal,
  ): Promise<PutAnswer> {
    const input = { ...this.#at(key), Body: body, ContentLength: bytes };
    const command = new this.#sdk.PutObjectCommand({ ...input, ...(condition && { IfNoneMatch: '*' }) });
    return this.#conditionally(key, condition, () => this.#client.send(command, options(signal)), signal);
  }

  /** An object's bytes from `start` to before `end`, or as many as there are; undefined where there is no object. */
  async get(key: string, start: number, end: number, signal?: AbortSignal): Promise<ObjectPart | undefined> {
    const command = new this.#sdk.GetObjectCommand({ ...this.#at(key), Range: `bytes=${start}-${end - 1}` });
    try {
      const answer = (await this.#client.send(command, options(signal))) as Sdk.GetObjectCommandOutput &
        Dated;
      const total = Number(answer.ContentRange?.split('/')[1] ?? answer.ContentLength);
      return { body: answer.Body, total, age: ageOf(answer.date, answer.LastModified) };
    } catch (error) {
      if (statusOf(error) === 404 && (error as Error).name !== 'NoSuchBucket') return undefined;
      // Of an empty object no byte can be asked for.
      if (statusOf(error) === 416) return { body: undefined, total: 0, age: undefined };
      throw s3Error(error, this.nameOf(key), signal);
    }
  }

  /** The size of an object; undefined where there is none. */
  async size(key: string, signal?: AbortSignal): Promise<number | undefined> {
    const command = new this.#sdk.HeadObjectCommand(this.#at(key));
    try {
      return (await this.#client.send(command, options(signal))).ContentLength;
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw s3Error(error, this.nameOf(key), signal);
    }
  }

  async *list(prefix: string, after: string | undefined, signal?: AbortSignal): AsyncGenerator<string> {
    const { bucket, prefix: root } = this.#place;
    const asked = { Bucket: bucket, Prefix: root + prefix };
    for (let token: string | undefined; ; ) {
      const command = new this.#sdk.ListObjectsV2Command({
        ...asked,
        ...(token === undefined ? after && { StartAfter: root + after } : { ContinuationToken: token }),
      });
      const page = await this.#client.send(command, options(signal)).catch((error) => {
        throw s3Error(error, this.nameOf(prefix), signal);
      });
      for (const { Key = '' } of page.Contents ?? []) {
        const key = Key.slice(root.length);
        // Others may keep something there too.
        if (isKey(key)) yield key;
      }
      token = page.NextContinuationToken;
      if (token === undefined) return;
    }
  }

  async remove(key: string, signal?: AbortSignal): Promise<void> {
    const command = new this.#sdk.DeleteObjectCommand(this.#at(key));
    await this.#client.send(command, options(signal)).catch((error) => {
      if (statusOf(error) !== 404) throw s3Error(error, this.nameOf(key), signal);
    });
  }

  /** Begins an upload in parts. @returns its id */
  async beginUpload(key: string, signal?: AbortSignal): Promise<string> {
    const command = new this.#sdk.CreateMultipartUploadCommand(this.#at(key));
    const { UploadId } = await this.#client.send(command, options(signal)).catch((error) => {
      throw s3Error(error, this.nameOf(key), signal);
    });
    return UploadId!;
  }

  async putPart(
    key: string,
    upload: string,
    number: number,
    body: Readable | Uint8Array,
    bytes: number,
    signal?: AbortSignal,
  ): Promise<Sdk.CompletedPart> {
    const input = { ...this.#at(key), UploadId: upload, PartNumber: number };
    const command = new this.#sdk.UploadPartCommand({ ...input, Body: body, ContentLength: bytes });
    const answer = await this.#client.send(command, options(signal)).catch((error) => {
      throw s3Error(error, this.nameOf(key), signal);
    });
    const { ETag, ChecksumCRC32, ChecksumCRC64NVME } = answer;
    return {
      PartNumber: number,
      ETag,
      ...(ChecksumCRC32 !== undefined && { ChecksumCRC32 }),
      ...(ChecksumCRC64NVME !== undefined && { ChecksumCRC64NVME }),
    };
  }

  /** Makes an object of the parts of an upload. */
  async endUpload(
    key: string,
    upload: string,
    parts: Sdk.CompletedPart[],
    condition: boolean,
    signal?: AbortSignal,
  ): Promise<PutAnswer> {
    const input = { ...this.#at(key), UploadId: upload, MultipartUpload: { Parts: parts } };
    const command = new this.#sdk.CompleteMultipartUploadCommand({
      ...input,
      ...(condition && { IfNoneMatch: '*' }),
    });
    return this.#conditionally(key, condition, () => this.#client.send(command, options(signal)), signal);
  }

  /** Gives an upload up; what cannot be removed now is left to the bucket's rules. */
  async abandonUpload(key: string, upload: string): Promise<void> {
    const command = new this.#sdk.AbortMultipartUploadCommand({ ...this.#at(key), UploadId: upload });
    await this.#client.send(command).catch(() => {});
  }

  close(): void {
    this.#client.destroy();
  }

  /** What an object is called in messages. */
  nameOf(key: string): string {
    return `s3://${this.#place.bucket}/${this.#place.prefix}${key}`;
  }

  async #conditionally(
    key: string,
    condition: boolean,
    send: () => Promise<unknown>,
    signal: AbortSignal | undefined,
  ): Promise<PutAnswer> {
    try {
      await send();
      return 'written';
    } catch (error) {
      if (condition && statusOf(error) === 412) return 'there';
      if (condition && isNoCondition(error)) return 'unknown condition';
      throw s3Error(error, this.nameOf(key), signal);
    }
  }

  #at(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.#place.bucket, Key: this.#place.prefix + key };
  }
}

/** Whether a service says that it knows no such condition. */
function isNoCondition(error: unknown): boolean {
  if (statusOf(error) === 501) return true;
  const { name } = error as Error;
  return statusOf(error) === 400 && ['InvalidArgument', 'InvalidRequest', 'NotImplemented'].includes(name);
}

/** What `addDate` puts into an answer. */
interface Dated {
  date?: string | undefined;
}

/** Keeps the header that tells the service's time. */
function addDate(client: Sdk.S3Client): void {
  client.middlewareStack.add(
    (next) => async (given) => {
      const result = await next(given);
      const { headers } = result.response as { headers?: Record<string, string> };
      (result.output as Dated).date = headers?.date;
      return result;
    },
    { step: 'deserialize', name: 'addDate', priority: 'high' },
  );
}

function ageOf(date: string | undefined, written: Date | undefined): number | undefined {
  const now = Date.parse(date ?? '');
  return Number.isNaN(now) || !written ? undefined : (now - written.getTime()) / 1000;
}

function options(signal: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  return signal ? { abortSignal: signal } : {};
}
