import { ByteReader } from '../compression/byte-reader.js';
import { type Compression, compressionOf, decode, HEAD_BYTES } from '../compression/decompress.js';
import { Expansion } from '../compression/expansion.js';
import { throwIfAborted, WordmillError } from '../core/errors.js';
import type { StageContext } from '../core/stage.js';
import type { Member, PassedOver } from './archives/member.js';
import { storeForReading } from './archives/scratch.js';
import { tarMembers } from './archives/tar.js';
import { zipMembers } from './archives/zip.js';
import { type ForeignFormat, foreignFormatOf, isTar, isZip } from './foreign-formats.js';
import type { Input } from './input.js';
import { type SourceOptions, sourceOptions } from './options.js';
import type { SourceReport } from './source-report.js';

/** How many times one thing may be packed into another: an archive that holds itself is endless. */
const DEEPEST = 8;

const ALLOW_MORE =
  'If this is no mistake, allow more: --max-expansion 5000, or source.maxExpansion in a definition.';

/** One text of an input, decompressed: the whole of it, or a member of an archive. */
export interface Content {
  /** For messages: the input's name, with the member's where there is one, as in "a.tar: b.txt". */
  readonly name: string;
  /** Plain bytes, to be read before the next content is asked for; what is left of them is passed over. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Of a part of a file: the byte of the file that it starts at. Absent for all that is whole. */
  readonly firstByte?: number;
}

/**
 * What an input holds: gzip, zstd, bzip2, xz, tar and zip are told by content and unpacked, also one within the other.
 * Of archives every file is a content; directories, links, devices, hidden files, and files that are no text are passed over
 * and counted.
 *
 * @throws WordmillError `data`, also from the contents' chunks, for damaged compression and archives, inputs that are no
 * text, and those that unpack to too much
 */
export async function* contentsOf(
  input: Input,
  options: Partial<SourceOptions>,
  context: StageContext,
  report: SourceReport,
): AsyncGenerator<Content> {
  const most = options.maxExpansion ?? sourceOptions.shape.maxExpansion.parse(undefined);
  const unpacking = new Unpacking(context, report, new Expansion(most, ALLOW_MORE));
  yield* unpacking.contents({ ...unpacking.counted(input), depth: 0 });
}

/** Something that may be packed. */
interface Layer extends Input {
  /** How it was compressed. */
  readonly within?: Compression;
  /** Whether it is a member of an archive. */
  readonly member?: boolean;
  /** How many times packed. */
  readonly depth: number;
}

/** Unpacks one input. */
class Unpacking {
  readonly #context: StageContext;
  readonly #report: SourceReport;
  readonly #expansion: Expansion;

  constructor(context: StageContext, report: SourceReport, expansion: Expansion) {
    this.#context = context;
    this.#report = report;
    this.#expansion = expansion;
  }

  /** An input whose bytes are counted as they are read. */
  counted({ name, chunks, stored }: Input): Input {
    return { name, chunks: this.#count(chunks), stored };
  }

  async *contents(layer: Layer): AsyncGenerator<Content> {
    const { name, depth } = layer;
    const reader = new ByteReader(layer.chunks);
    try {
      const head = await reader.peek(HEAD_BYTES);
      const compression = compressionOf(head);
      const archive = isTar(head) ? this.#tar(reader, name) : this.#zip(head, reader, layer);
      const foreign = foreignFormatOf(head);
      if ((compression || archive) && !foreign && depth >= DEEPEST) throw packedTooDeeply(name);
      if (compression) {
        const chunks = this.#expansion.limit(decode(compression, reader, name), name);
        const { member } = layer;
        yield* this.contents({
          name,
          chunks,
          within: compression,
          depth: depth + 1,
          ...(member && { member }),
        });
      } else if (foreign) {
        this.#refuse(foreign, layer);
      } else if (archive) {
        yield* this.#members(archive, name, depth);
      } else {
        if (layer.member) this.#context.report.count('source', 'members');
        yield { name, chunks: reader.rest() };
      }
    } finally {
      reader.close();
    }
  }

  async *#members(archive: AsyncIterable<Member>, name: string, depth: number): AsyncGenerator<Content> {
    for await (const member of archive) {
      throwIfAborted(this.#context.signal);
      yield* this.contents({
        name: `${name}: ${member.name}`,
        chunks: member.chunks,
        member: true,
        depth: depth + 1,
      });
    }
  }

  #tar(reader: ByteReader, name: string): AsyncGenerator<Member> {
    return tarMembers(reader, name, (what) => this.#passOver(what));
  }

  /** Zip archives are read by the directory at their end, from a scratch file where the input is not a file itself. */
  #zip(head: Uint8Array, reader: ByteReader, layer: Layer): AsyncGenerator<Member> | undefined {
    if (!isZip(head)) return undefined;
    return this.#zipMembers(reader, layer);
  }

  async *#zipMembers(reader: ByteReader, { name, stored }: Layer): AsyncGenerator<Member> {
    const passOver = (what: PassedOver): void => this.#passOver(what);
    if (stored) {
      let counted = this.#stored;
      const count = (position: number): void => {
        throwIfAborted(this.#context.signal);
        if (position <= counted) return;
        this.#report.bytesRead(position - counted);
        counted = position;
      };
      this.#expansion.read(stored.size - counted);
      for await (const member of zipMembers(stored, name, passOver, count)) yield this.#limited(member, name);
      count(stored.size);
      return;
    }
    const file = await storeForReading(reader.rest(), this.#context);
    try {
      for await (const member of zipMembers(file, name, passOver, () => throwIfAborted(this.#context.signal)))
        yield this.#limited(member, name);
    } finally {
      await file.close();
    }
  }

  #limited(member: Member, archive: string): Member {
    const chunks = this.#expansion.limit(member.chunks, `${archive}: ${member.name}`);
    return { name: member.name, chunks };
  }

  #passOver(what: string): void {
    this.#context.report.drop('source', `${what} in an archive`);
  }

  /** What is no text ends the run, unless it is a member among others. */
  #refuse({ name: what, hint }: ForeignFormat, { name, within, member }: Layer): void {
    if (member) {
      this.#passOver('file that is no text');
      this.#context.report.warn(
        'no text in an archive',
        `${name}: this is ${what}, not text; passed over, as are others like it in archives`,
      );
      return;
    }
    const problem = within ? `the ${within.name} data holds ${what}, not text` : `this is ${what}, not text`;
    throw new WordmillError('data', problem, { place: { file: name }, hint });
  }

  #stored = 0;

  async *#count(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      throwIfAborted(this.#context.signal);
      this.#stored += chunk.length;
      this.#report.bytesRead(chunk.length);
      this.#expansion.read(chunk.length);
      yield chunk;
    }
  }
}

function packedTooDeeply(file: string): WordmillError {
  return new WordmillError('data', `this is packed more than ${DEEPEST} times, one into the other`, {
    place: { file },
    hint: 'Unpack its outer archives, and give what is in them. An archive that holds itself has no end.',
  });
}
