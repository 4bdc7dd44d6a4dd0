import type { ByteReader } from '../byte-reader.js';
import { DamagedAt } from '../decode-errors.js';
import { BitWriter } from './bits.js';
import { BlockDecoders } from './block-decoders.js';
import { BlockFinder, type Piece } from './block-finder.js';
import { asStream, checksumOf } from './decode-block.js';

const SLICE_BYTES = 64 * 1024;

/** How many pieces a block may come in: the bits of a mark may stand inside a block by chance, once in 2^48. */
const MOST_PIECES = 4;

/**
 * Decodes bzip2, with streams one after the other (as `pbzip2` and Wikipedia's multistream dumps have them). Blocks are
 * found by their marks and decoded on several threads, in whatever streams they are, and given out in order; no more of them
 * are in memory than the threads need.
 */
export async function* bunzip2(reader: ByteReader): AsyncGenerator<Uint8Array> {
  const decoders = new BlockDecoders();
  const pieces = piecesOf(reader);
  const queue: Pending[] = [];
  let sum = 0;
  /** Whether there are more pieces; what went wrong behind those in the queue counts when they are done. */
  let more = true;
  let failure: unknown;
  const ask = async (): Promise<void> => {
    const next = await pieces.next().catch((error: unknown) => {
      failure = error;
      return undefined;
    });
    if (next && !next.done) queue.push(pending(next.value, decoders));
    else more = false;
  };
  try {
    for (;;) {
      while (more && queue.length < decoders.ahead) await ask();
      let head = queue.shift();
      if (!head) break;
      let bytes = await head.decoded;
      for (let joined = 1; bytes instanceof Error && joined < MOST_PIECES && isOpen(head.piece); joined++) {
        if (more && queue.length === 0) await ask();
        const next = queue.shift();
        if (!next) break;
        head = pending(join(head.piece, next.piece), decoders);
        bytes = await head.decoded;
      }
      const { piece } = head;
      if (bytes instanceof Error)
        throw failure ?? new DamagedAt('a block or its checksum is wrong', piece.byte);
      sum = (((sum << 1) | (sum >>> 31)) ^ checksumOf(piece.bits)) >>> 0;
      yield bytes;
      if (piece.streamChecksum !== undefined) {
        if (piece.streamChecksum !== sum)
          throw new DamagedAt('the checksum of a stream is wrong', piece.byte);
        sum = 0;
      }
    }
    if (failure !== undefined) throw failure;
  } finally {
    decoders.close();
  }
}

/** A piece, and what it decodes to or why it does not. */
interface Pending {
  readonly piece: Piece;
  readonly decoded: Promise<Uint8Array | Error>;
}

function pending(piece: Piece, decoders: BlockDecoders): Pending {
  const block = asStream(piece.bits, piece.bitLength, piece.level);
  return { piece, decoded: decoders.decode(block).catch((error: Error) => error) };
}

async function* piecesOf(reader: ByteReader): AsyncGenerator<Piece> {
  const finder = new BlockFinder();
  for await (const slice of reader.rest(SLICE_BYTES)) yield* finder.add(slice);
  yield* finder.end();
}

/** Whether the bits of a piece go on in the next one. */
function isOpen({ streamChecksum }: Piece): boolean {
  return streamChecksum === undefined;
}

function join(first: Piece, second: Piece): Piece {
  const writer = new BitWriter(first.bitLength + second.bitLength);
  writer.bits(first.bits, 0, first.bitLength);
  writer.bits(second.bits, 0, second.bitLength);
  return { ...second, bits: writer.bytes, bitLength: writer.length, byte: first.byte };
}
