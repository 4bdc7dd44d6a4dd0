import { ZSTDDecoder } from 'zstddec/stream';
import type { ByteReader } from './byte-reader.js';
import { EndsEarly, NotSupported } from './decode-errors.js';

const FRAME_MAGIC = 0xfd2fb528;
/** The first of 16 magic numbers of frames to be passed over. */
const SKIPPABLE_MAGIC = 0x184d2a50;
const LONGEST_BLOCK = 128 * 1024;
/** The reference decoder's own limit; more takes `zstd --long` or `--ultra` to make. */
const LARGEST_WINDOW = 2 ** 27;

/**
 * Decodes zstd (RFC 8878): frames one after the other, skippable ones included.
 *
 * The frames are walked here, block by block, and only the blocks are decoded by the package: it takes a cut-off end
 * for the end, and would try a damaged block for ever.
 */
export async function* unzstd(reader: ByteReader): AsyncGenerator<Uint8Array> {
  const decoder = await BlockDecoder.open();
  try {
    while ((await reader.peek(1)).length > 0) {
      const magic = view(await reader.peek(4)).getUint32(0, true);
      if (magic === FRAME_MAGIC) {
        yield* frame(reader, decoder);
      } else if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC) {
        await reader.take(4);
        await reader.skip(view(await reader.take(4)).getUint32(0, true));
      } else {
        throw new Error('something else follows a frame');
      }
    }
    decoder.finish();
  } finally {
    decoder.close();
  }
}

/** RFC 8878, section 3.1.1: magic number, header, blocks, checksum. */
async function* frame(reader: ByteReader, decoder: BlockDecoder): AsyncGenerator<Uint8Array> {
  const descriptor = (await reader.peek(5))[4];
  if (descriptor === undefined) throw new EndsEarly();
  const singleSegment = (descriptor & 0x20) !== 0;
  const hasChecksum = (descriptor & 0x04) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]!;
  const contentSizeBytes = [singleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
  const header = await reader.take(5 + (singleSegment ? 0 : 1) + dictionaryBytes + contentSizeBytes);
  if (!singleSegment) checkWindow(header[5]!);
  const dictionary = header.subarray(singleSegment ? 5 : 6).subarray(0, dictionaryBytes);
  if (dictionary.some((byte) => byte !== 0)) throw new NotSupported('it needs a dictionary');
  yield* decoder.decode(header);

  for (let last = false; !last; ) {
    const blockHeader = await reader.take(3);
    const bits = blockHeader[0]! | (blockHeader[1]! << 8) | (blockHeader[2]! << 16);
    last = (bits & 1) === 1;
    const runLength = ((bits >> 1) & 3) === 1;
    const size = bits >> 3;
    if (size > LONGEST_BLOCK) throw new Error(`a block of ${size} bytes`);
    yield* decoder.decode(blockHeader);
    yield* decoder.decode(await reader.take(runLength ? 1 : size));
  }
  if (hasChecksum) yield* decoder.decode(await reader.take(4));
}

/** RFC 8878, section 3.1.1.1.2. */
function checkWindow(descriptor: number): void {
  const base = 2 ** (10 + (descriptor >> 3));
  const size = base + (base / 8) * (descriptor & 7);
  if (size > LARGEST_WINDOW) {
    throw new NotSupported(`its window of ${size / 2 ** 20} MiB is larger than 128 MiB`);
  }
}

function view(bytes: Uint8Array): DataView {
  if (bytes.length < 4) throw new EndsEarly();
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The package's generator, driven piece by piece; each piece is the whole of a header, a block or a checksum. */
class BlockDecoder {
  readonly #output: Generator<Uint8Array>;
  #next: Uint8Array | undefined;

  static async open(): Promise<BlockDecoder> {
    const decoder = new ZSTDDecoder();
    await decoder.init();
    return new BlockDecoder(decoder);
  }

  private constructor(decoder: ZSTDDecoder) {
    this.#output = decoder.decodeStreaming(this.#input());
  }

  /** What a piece decodes to. Damage in a piece shows when the next one is not asked for, one call later. */
  *decode(piece: Uint8Array): Generator<Uint8Array> {
    if (piece.length === 0) return;
    this.#next = piece;
    const step = this.#output.next();
    if (this.#next !== undefined) throw new Error('a block or its checksum is wrong');
    if (!step.done && step.value.length > 0) yield step.value;
  }

  /** Checks the last piece. */
  finish(): void {
    if (!this.#output.next().done) throw new Error('a block or its checksum is wrong');
  }

  /** Gives the decoder's memory back, unless it is stuck in a damaged piece. */
  close(): void {
    this.#next = undefined;
    try {
      this.#output.next();
    } catch {
      // It says that the input is not whole: this was stopped in the middle.
    }
  }

  *#input(): Generator<Uint8Array> {
    while (this.#next !== undefined) {
      const piece = this.#next;
      this.#next = undefined;
      yield piece;
    }
  }
}
