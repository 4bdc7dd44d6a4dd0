import { compressionOf, decompress } from '../compression/decompress.js';
import { Expansion, MOST_EXPANSION } from '../compression/expansion.js';
import { throwIfAborted } from '../core/errors.js';
import type { Progress } from '../core/report.js';
import { InputFile } from './input-file.js';
import type { ReadOptions } from './word-vectors.js';

/** As many bytes as tell how a file is compressed. */
const SIGNATURE_BYTES = 16;
const CHUNK_BYTES = 512 * 1024;

const UNPACK_FIRST = 'If this is no mistake, unpack the file and give what comes out: that has no limit.';

/** Numbers hardly ever take this many times less space when they are compressed. */
const DOUBTFUL_EXPANSION = 100;

/** At most this often is progress told, in milliseconds. */
const PROGRESS_INTERVAL = 200;

/** The plain bytes of a file, one after the other. */
export interface ByteStream {
  /** How many bytes have been read or passed over. */
  readonly position: number;
  /** Fills `into`, unless the content ends; returns how many bytes it read. */
  read(into: Uint8Array): Promise<number>;
  /** Passes over bytes; returns how many of them there were. */
  skip(bytes: number): Promise<number>;
  close(): Promise<void>;
}

/** A vector file, compressed (gzip, zstd, bzip2, xz, told by content) or not; it can be read several times. */
export class VectorFile {
  readonly path: string;
  /** The size of its content in bytes; undefined where it is compressed. */
  readonly size: number | undefined;

  private constructor(
    /** As it is stored. */
    readonly stored: InputFile,
    isCompressed: boolean,
  ) {
    this.path = stored.path;
    this.size = isCompressed ? undefined : stored.size;
  }

  /** @throws WordmillError `noInput` where there is no such file, or it cannot be opened. */
  static async open(path: string): Promise<VectorFile> {
    const stored = await InputFile.open(path);
    try {
      return new VectorFile(stored, compressionOf(await stored.head(SIGNATURE_BYTES)) !== undefined);
    } catch (error) {
      await stored.close();
      throw error;
    }
  }

  /**
   * Its bytes from the start on. Progress is told in bytes as they are stored.
   *
   * @throws WordmillError from reading: `inputOutput`; `data` where compressed data is damaged or unpacks to too much;
   * `aborted`.
   */
  bytes(options: ReadOptions, phase: Progress['phase'] = 'read'): ByteStream {
    const tell = progressOf(this.stored.size, options, phase);
    return this.size === undefined
      ? new DecodedBytes(this.#decoded(tell, options))
      : new StoredBytes(this.stored, tell, options);
  }

  #decoded(tell: (position: number) => void, options: ReadOptions): AsyncGenerator<Uint8Array> {
    const expansion = new Expansion(MOST_EXPANSION, UNPACK_FIRST);
    const count = (position: number, read: number): void => {
      expansion.read(read);
      tell(position);
    };
    return expansion.limit(decompress(chunksOf(this.stored, count, options), this.path), this.path);
  }

  /** The first bytes of the content, at most `length`. */
  async head(length: number): Promise<Buffer> {
    if (this.size !== undefined) return this.stored.head(length);
    const bytes = this.bytes({});
    try {
      const head = Buffer.allocUnsafe(length);
      return head.subarray(0, await bytes.read(head));
    } finally {
      await bytes.close();
    }
  }

  /**
   * The size of its content, to hold a claim against it: undefined where the file is compressed and may well have
   * that many bytes; where it hardly can, they are counted.
   */
  async sizeIfDoubtful(claimed: number, options: ReadOptions): Promise<number | undefined> {
    if (this.size !== undefined || claimed < this.stored.size * DOUBTFUL_EXPANSION) return this.size;
    const bytes = this.bytes(options, 'count');
    try {
      return await bytes.skip(claimed);
    } finally {
      await bytes.close();
    }
  }

  async close(): Promise<void> {
    await this.stored.close();
  }
}

class StoredBytes implements ByteStream {
  position = 0;
  readonly #file: InputFile;
  readonly #tell: (position: number) => void;
  readonly #signal: AbortSignal | undefined;

  constructor(file: InputFile, tell: (position: number) => void, { signal }: ReadOptions) {
    this.#file = file;
    this.#tell = tell;
    this.#signal = signal;
  }

  async read(into: Uint8Array): Promise<number> {
    if (this.#signal) throwIfAborted(this.#signal);
    const read = await this.#file.read(into, this.position);
    this.position += read;
    this.#tell(this.position);
    return read;
  }

  async skip(bytes: number): Promise<number> {
    const skipped = Math.min(bytes, Math.max(0, this.#file.size - this.position));
    this.position += skipped;
    return skipped;
  }

  async close(): Promise<void> {}
}

class DecodedBytes implements ByteStream {
  position = 0;
  readonly #chunks: AsyncGenerator<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array();

  constructor(chunks: AsyncGenerator<Uint8Array>) {
    this.#chunks = chunks;
  }

  async read(into: Uint8Array): Promise<number> {
    return this.#take(into.length, (piece, at) => into.set(piece, at));
  }

  async skip(bytes: number): Promise<number> {
    return this.#take(bytes, () => {});
  }

  async close(): Promise<void> {
    await this.#chunks.return(undefined);
  }

  async #take(bytes: number, use: (piece: Uint8Array, at: number) => void): Promise<number> {
    let taken = 0;
    while (taken < bytes) {
      if (this.#chunk.length === 0) {
        const next = await this.#chunks.next();
        if (next.done) break;
        this.#chunk = next.value;
      }
      const piece = this.#chunk.subarray(0, bytes - taken);
      use(piece, taken);
      taken += piece.length;
      this.#chunk = this.#chunk.subarray(piece.length);
    }
    this.position += taken;
    return taken;
  }
}

/** Into a new buffer each time: decoders hold on to what they are given. */
async function* chunksOf(
  file: InputFile,
  tell: (position: number, read: number) => void,
  { signal }: ReadOptions,
): AsyncGenerator<Uint8Array> {
  for (let position = 0; ; ) {
    if (signal) throwIfAborted(signal);
    const chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    const read = await file.read(chunk, position);
    if (read === 0) return;
    position += read;
    tell(position, read);
    yield chunk.subarray(0, read);
  }
}

function progressOf(
  total: number,
  { report }: ReadOptions,
  phase: Progress['phase'],
): (position: number) => void {
  let toldAt = -Infinity;
  return (done) => {
    const now = performance.now();
    if (!report || (now - toldAt < PROGRESS_INTERVAL && done < total)) return;
    toldAt = now;
    report.progress({ phase, done, total, unit: 'bytes' });
  };
}
