import { createHash } from 'node:crypto';
import { WordmillError } from '../../core/errors.js';
import { PassingFailure, statusFailure } from './failures.js';
import type { HttpOptions } from './options.js';
import { type HttpResponse, type RequestSettings, request } from './request.js';
import { Retries, type RetrySettings } from './retries.js';
import type { GivenUrl } from './url.js';
import {
  contentRangeOf,
  type HttpVersion,
  isAsListed,
  isSameVersion,
  one,
  rangeValidator,
  versionOf,
} from './version.js';

type Answered = Pick<HttpResponse, 'headers' | 'status'>;

/** What a download is made with. */
export type DownloadSettings = RequestSettings & RetrySettings;

/**
 * One file from a server, from its first byte to its last, however many requests that takes: one that broke off is gone
 * on with by a range where the server gives something to tell a changed file by, else read again up to the byte where it
 * broke off and compared by its SHA-256.
 */
export class Download {
  readonly #given: GivenUrl;
  readonly #settings: DownloadSettings;
  readonly #retries: Retries;
  readonly #hash = createHash('sha256');
  readonly #listed: HttpVersion;
  #version: HttpVersion = {};
  #encoding: string | undefined;
  #position = 0;
  #response: HttpResponse | undefined;

  /** @param listed what the server said of the file earlier in the run, which still must hold */
  constructor(given: GivenUrl, settings: DownloadSettings, listed: HttpVersion = {}) {
    this.#given = given;
    this.#listed = listed;
    this.#settings = settings;
    this.#retries = new Retries(given.name, settings);
  }

  /** Which version of the file is read, once `open` has said that it is read. */
  get version(): HttpVersion {
    return this.#version;
  }

  /** How many bytes have come. */
  get bytes(): number {
    return this.#position;
  }

  /** The SHA-256 of the bytes that have come, in hexadecimal. */
  get sha256(): string {
    return this.#hash.copy().digest('hex');
  }

  /**
   * Asks for the file; `chunks` gives its bytes.
   *
   * @param unless headers that make the server answer 304 where the file is as it was
   * @returns whether the file is to be read; not where the server answered 304
   */
  async open(unless: Readonly<Record<string, string>> = {}): Promise<boolean> {
    this.#response = await this.#retries.until(() => this.#ask(unless), 0);
    return this.#response.status !== 304;
  }

  /**
   * The bytes as they are transferred.
   *
   * @throws WordmillError `tryAgain` for a file that changed on the way, `data` for one that is too large or has another
   * checksum, `unavailable` when there were too many failures
   */
  async *chunks(): AsyncGenerator<Uint8Array> {
    for (;;) {
      try {
        for await (const chunk of this.#response!.body) {
          this.#hash.update(chunk);
          this.#position += chunk.length;
          this.#retries.received(chunk.length);
          refuseTooLarge(this.#position, this.#given.name, this.#settings.options);
          yield chunk;
        }
        this.#refuseTruncated();
        break;
      } catch (error) {
        await this.#retries.after(error, this.#position);
        this.#response = await this.#retries.until(() => this.#goOn(), this.#position);
        if (this.#response.status === 416) break;
      }
    }
    const { name, sha256 } = this.#given;
    if (sha256 !== undefined && sha256 !== this.sha256) {
      throw new WordmillError('data', `its SHA-256 is ${this.sha256}, not ${sha256} as the URL says`, {
        place: { file: name },
        hint: 'The file was changed or damaged; nothing of it is kept.',
      });
    }
  }

  /** Lets go of the connection if it is still in use. */
  close(): void {
    this.#response?.body.destroy();
  }

  /** The whole file. */
  async #ask(headers: Readonly<Record<string, string>>): Promise<HttpResponse> {
    const response = await request(this.#given, 'GET', headers, this.#settings);
    const asked = Object.keys(headers).length > 0;
    if (response.status === 304 && asked) await response.body.dump();
    else await this.#begin(response);
    return response;
  }

  /** Takes the version of the file from an answer that brings the whole of it. */
  async #begin({ status, headers, body }: HttpResponse): Promise<void> {
    if (status !== 200) {
      await body.dump();
      if (status === 206) throw new PassingFailure('the server answered with a part of the file');
      throw statusFailure(status, headers, this.#given.name);
    }
    this.#version = versionOf(headers, status);
    this.#encoding = one(headers['content-encoding']);
    try {
      if (!isAsListed(this.#listed, this.#version)) throw this.#changed();
      refuseTooLarge(this.#version.bytes ?? 0, this.#given.name, this.#settings.options);
      this.#refuseEncoded(this.#encoding);
    } catch (error) {
      body.destroy();
      throw error;
    }
    this.#warnOfPage(one(headers['content-type']));
  }

  /** The rest of the file, from where it broke off. */
  async #goOn(): Promise<HttpResponse> {
    if (this.#position === 0) return this.#ask({});
    const validator = rangeValidator(this.#version);
    const headers: Record<string, string> =
      validator === undefined ? {} : { range: `bytes=${this.#position}-`, 'if-range': validator };
    const response = await request(this.#given, 'GET', headers, this.#settings);
    try {
      if (response.status === 206) this.#checkRange(response);
      else if (response.status === 200) return await this.#pastBeginning(response);
      else if (response.status === 416 && contentRangeOf(response.headers)?.total === this.#position)
        return response;
      else if (response.status === 416) throw this.#changed();
      else throw statusFailure(response.status, response.headers, this.#given.name);
    } catch (error) {
      response.body.destroy();
      throw error;
    }
    this.#settings.report?.count('source', 'resumed');
    return response;
  }

  /** @throws PassingFailure for a part that was not asked for, WordmillError for one of another version */
  #checkRange({ headers, status }: Answered): void {
    this.#requireSame({ headers, status });
    const { start, end, total } = contentRangeOf(headers) ?? {};
    // Where nobody says how long the file is, a part that ends early looks like the rest.
    const length = total ?? this.#version.bytes;
    const isRest = length !== undefined && end === length - 1;
    if (start !== this.#position || !isRest) {
      throw new PassingFailure('the server answered with another part of the file than was asked for');
    }
  }

  /** @throws WordmillError `tryAgain` for another version, or one that is encoded in another way */
  #requireSame({ headers, status }: Answered): void {
    const isSame = isSameVersion(this.#version, versionOf(headers, status));
    if (!isSame || one(headers['content-encoding']) !== this.#encoding) throw this.#changed();
  }

  /** The whole file came where a part was asked for: passes over what is there already, if it is the same. */
  async #pastBeginning(response: HttpResponse): Promise<HttpResponse> {
    this.#requireSame(response);
    const hash = createHash('sha256');
    const iterator = response.body[Symbol.asyncIterator]();
    let rest: Uint8Array = new Uint8Array();
    for (let passed = 0; passed < this.#position; ) {
      const { value, done } = await iterator.next();
      if (done) throw this.#changed();
      const part = value.subarray(0, this.#position - passed);
      hash.update(part);
      passed += part.length;
      rest = value.subarray(part.length);
    }
    if (hash.digest('hex') !== this.sha256) throw this.#changed();
    const body = {
      async *[Symbol.asyncIterator]() {
        if (rest.length > 0) yield rest;
        yield* { [Symbol.asyncIterator]: () => iterator };
      },
      dump: () => response.body.dump(),
      destroy: () => response.body.destroy(),
    };
    return { ...response, body };
  }

  #refuseTruncated(): void {
    const { bytes } = this.#version;
    if (bytes === undefined || this.#position === bytes) return;
    if (this.#position > bytes) throw this.#changed();
    throw new PassingFailure(`only ${this.#position} of ${bytes} bytes came`);
  }

  #refuseEncoded(encoding: string | undefined): void {
    // gzip and zstd are told by content further on, just as in a file.
    if (encoding === undefined || /^(identity|x-gzip|gzip|zstd)$/i.test(encoding)) return;
    throw new WordmillError('data', `the server sends it encoded by ${encoding}, which was not asked for`, {
      place: { file: this.#given.name },
      hint: 'Download it by other means, and give the file.',
    });
  }

  #warnOfPage(type: string | undefined): void {
    if (!type?.startsWith('text/html') || /\.html?$/i.test(this.#given.url.pathname)) return;
    const { name } = this.#given;
    this.#settings.report?.warn(
      `page ${name}`,
      `${name}: the server says that this is a page of HTML; it may be a form to log in, not the file.`,
    );
  }

  #changed(): WordmillError {
    return new WordmillError('tryAgain', 'the file changed on the server while it was read', {
      place: { file: this.#given.name, ...(this.#position > 0 && { byte: this.#position }) },
      hint: 'Run the command again to read the new file.',
    });
  }
}

/** @throws WordmillError `data` for a file that is larger than the options allow */
export function refuseTooLarge(
  bytes: number,
  name: string,
  { maxBytes }: Pick<HttpOptions, 'maxBytes'>,
): void {
  if (maxBytes === undefined || bytes <= maxBytes) return;
  throw new WordmillError('data', `larger than the ${maxBytes} bytes that are allowed`, {
    place: { file: name },
    hint: '--http-max-bytes (source.http.maxBytes) allows more.',
  });
}
