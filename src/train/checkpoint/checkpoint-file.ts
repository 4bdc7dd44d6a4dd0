import { createHash } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { WordmillError } from '../../core/errors.js';
import { syncFolder } from '../../core/final-path.js';
import { stillWriting } from '../../core/grace.js';
import { temporaryName } from '../../core/temporary.js';
import { writeFully } from '../../core/whole-io.js';
import { InputFile } from '../../formats/input-file.js';
import { readTensorInto, safetensorsBytes, type Tensor, type TensorData } from '../../formats/safetensors.js';
import { openedHeader, type SafetensorsHeader, type TensorEntry } from '../../formats/safetensors-header.js';

/**
 * A checkpoint is a safetensors file (src/formats/safetensors.ts). Its metadata are `format` (`wordmill checkpoint`),
 * `version` and texts. Its last tensor, `~checksums`, holds SHA-256 sums, 32 bytes each: of the file up to the end of
 * its header, then of every MiB of every other tensor (each tensor's last piece may be shorter), in the order of the file.
 */
const FORMAT = 'wordmill checkpoint';
const VERSION = '1';
const CHECKSUMS = '~checksums';
const PIECE_BYTES = 1 << 20;
const SUM_BYTES = 32;

/** What a checkpoint holds. */
export interface CheckpointContent {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly texts: Readonly<Record<string, string>>;
}

/**
 * Writes a checkpoint under a temporary name, flushes it to the disk, and gives it its own.
 *
 * @returns its size in bytes.
 * @throws the system's error where it cannot be written; nothing is then left of it.
 */
export async function writeCheckpoint(path: string, { tensors, texts }: CheckpointContent): Promise<number> {
  const pieces = 1 + [...tensors.values()].reduce((sum, { data }) => sum + piecesOf(data.byteLength), 0);
  const sums = new Uint8Array(SUM_BYTES * pieces);
  const whole = new Map(tensors).set(CHECKSUMS, { shape: [pieces, SUM_BYTES], data: sums });
  const temporary = join(dirname(path), temporaryName(basename(path)));
  let handle: FileHandle | undefined;
  try {
    handle = await open(temporary, 'wx');
    let position = 0;
    let piece = 0;
    for (const block of safetensorsBytes(whole, { format: FORMAT, version: VERSION, ...texts })) {
      // The sums themselves are the last blocks: by then all of them are there.
      if (piece < pieces) sums.set(sumOf(block), SUM_BYTES * piece++);
      await writeFully(handle, block, position);
      position += block.length;
      stillWriting();
    }
    await handle.sync();
    await handle.close();
    handle = undefined;
    await rename(temporary, path);
    await syncFolder(dirname(path));
    stillWriting();
    return position;
  } catch (error) {
    await handle?.close().catch(() => {});
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
}

/** A checkpoint whose checksums have been found right. */
export class CheckpointFile {
  readonly path: string;
  readonly texts: Readonly<Record<string, string>>;
  readonly #entries: ReadonlyMap<string, TensorEntry>;
  readonly #dataStart: number;

  private constructor(path: string, { entries, metadata }: SafetensorsHeader, dataStart: number) {
    this.path = path;
    this.texts = metadata;
    this.#entries = new Map(entries.map((entry) => [entry.name, entry]));
    this.#dataStart = dataStart;
  }

  /**
   * Opens a checkpoint and reads all of it once, to check it.
   *
   * @throws WordmillError `noInput`; `data`, with the place, for a file that is no checkpoint, or of which any bit has
   * changed; `usage` for a version that is not known here.
   */
  static async open(path: string): Promise<CheckpointFile> {
    const file = await InputFile.open(path);
    try {
      const header = await openedHeader(file);
      checkFormat(path, header.metadata);
      await checkSums(file, header.head, header.entries, header.dataStart);
      return new CheckpointFile(path, header, header.dataStart);
    } finally {
      await file.close();
    }
  }

  /** The names of its tensors. */
  get names(): string[] {
    return [...this.#entries.keys()].filter((name) => name !== CHECKSUMS);
  }

  /** How many numbers a tensor has; undefined where there is none of that name. */
  lengthOf(name: string): number | undefined {
    return this.#entries.get(name)?.shape.reduce((product, size) => product * size, 1);
  }

  /** Reads a tensor into an array of its type and length. @throws WordmillError `data` where it has no such tensor. */
  async load(name: string, into: TensorData): Promise<void> {
    const entry = this.#entries.get(name);
    if (!entry)
      throw new WordmillError('data', `this checkpoint has no '${name}'`, { place: { file: this.path } });
    const file = await InputFile.open(this.path);
    try {
      await readTensorInto(file, entry, this.#dataStart, into);
    } finally {
      await file.close();
    }
  }
}

function checkFormat(path: string, { format, version }: Readonly<Record<string, string>>): void {
  const place = { file: path };
  if (format !== FORMAT) throw new WordmillError('data', 'this file is no checkpoint', { place });
  if (version === VERSION) return;
  throw new WordmillError(
    'usage',
    `this checkpoint is of version ${version}; this program reads version ${VERSION}`,
    {
      place,
      hint: 'Go on with the program that wrote it, or start anew.',
    },
  );
}

async function checkSums(
  file: InputFile,
  head: Buffer,
  entries: readonly TensorEntry[],
  dataStart: number,
): Promise<void> {
  const last = entries.at(-1);
  const others = entries.slice(0, -1);
  const pieces = 1 + others.reduce((sum, { begin, end }) => sum + piecesOf(end - begin), 0);
  if (last?.name !== CHECKSUMS || last.end - last.begin !== SUM_BYTES * pieces) {
    throw new WordmillError('data', 'this checkpoint has not the checksums that it needs', {
      place: { file: file.path },
    });
  }
  const sums = new Uint8Array(SUM_BYTES * pieces);
  await readTensorInto(file, last, dataStart, sums);
  let piece = 0;
  const check = (bytes: Uint8Array, byte: number): void => {
    const expected = sums.subarray(SUM_BYTES * piece, SUM_BYTES * (piece + 1));
    piece++;
    if (sumOf(bytes).equals(expected)) return;
    const problem = `the ${bytes.length} bytes from here on are not those that were written`;
    throw new WordmillError('data', problem, { place: { file: file.path, byte } });
  };
  check(head, 0);
  const buffer = Buffer.allocUnsafe(PIECE_BYTES);
  for (const { begin, end } of others) {
    for (let start = begin; start < end; start += PIECE_BYTES) {
      const bytes = buffer.subarray(0, Math.min(PIECE_BYTES, end - start));
      await file.read(bytes, dataStart + start);
      check(bytes, dataStart + start);
    }
  }
}

function piecesOf(bytes: number): number {
  return Math.ceil(bytes / PIECE_BYTES);
}

function sumOf(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
