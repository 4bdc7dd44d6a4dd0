import { EndsEarly } from '../decode-errors.js';
import { BitWriter, BLOCK_MARK, bitsAt, END_MARK, MARK_BITS } from './bits.js';

/** The bits of a block, as far as its end can be told from marks: in rare cases they are only a part of it. */
export interface Piece {
  /** From the mark that it starts with, aligned to a byte. */
  readonly bits: Uint8Array;
  readonly bitLength: number;
  /** The size of blocks in its stream, 1 to 9, in 100,000 bytes. */
  readonly level: number;
  /** Where it starts in the file. */
  readonly byte: number;
  /** Of the last piece of a stream: the checksum that its blocks must have together. */
  readonly streamChecksum?: number;
}

const HEADER_BYTES = 4;
/** A block has at most 900,000 symbols of at most 20 bits. */
const LONGEST_PIECE = 3 * 1024 * 1024;
/** A header and the mark behind it. */
const STREAM_START_BYTES = 10;

/**
 * Finds the blocks of bzip2 streams, which start at any bit, by the marks that they start with. So can each of them be
 * decoded for itself.
 */
export class BlockFinder {
  #buffer = Buffer.alloc(0);
  #length = 0;
  /** Where in the file the buffer starts. */
  #byte = 0;
  #level = 0;
  /** Where in the buffer the piece starts that is open, in bits; undefined between streams. */
  #open: number | undefined;
  /** The byte of the buffer from which no mark has been looked for. */
  #searched = 0;
  /** Between streams: where the next one is to start. */
  #next = 0;
  /** A mark of an end that something other than a stream follows, in bits. */
  #doubtfulEnd: number | undefined;
  #anyStream = false;

  /** Pieces that are whole now that there is `chunk`. */
  *add(chunk: Uint8Array): Generator<Piece> {
    this.#append(chunk);
    yield* this.#find(false);
  }

  /**
   * The rest, when the input has ended.
   *
   * @throws EndsEarly where a stream is cut off; Error where something else follows one
   */
  *end(): Generator<Piece> {
    yield* this.#find(true);
    if (this.#open === undefined) return;
    if (this.#doubtfulEnd === undefined) throw new EndsEarly();
    yield this.#piece(this.#open, this.#doubtfulEnd);
    const rest = this.#buffer.subarray(afterEnd(this.#doubtfulEnd), this.#length);
    if (rest.length < STREAM_START_BYTES && rest.toString('latin1').startsWith('BZh'.slice(0, rest.length))) {
      throw new EndsEarly();
    }
    throw new Error('something else follows a stream');
  }

  #append(chunk: Uint8Array): void {
    const keep = this.#open === undefined ? this.#next : this.#open >>> 3;
    const kept = this.#length - keep;
    if (this.#length + chunk.length > this.#buffer.length) {
      const target =
        kept + chunk.length > this.#buffer.length / 2
          ? Buffer.allocUnsafeSlow(2 * (kept + chunk.length))
          : this.#buffer;
      this.#buffer.copy(target, 0, keep, this.#length);
      this.#buffer = target;
      this.#length = kept;
      this.#byte += keep;
      this.#searched -= keep;
      this.#next -= keep;
      if (this.#open !== undefined) this.#open -= keep * 8;
      if (this.#doubtfulEnd !== undefined) this.#doubtfulEnd -= keep * 8;
    }
    this.#buffer.set(chunk, this.#length);
    this.#length += chunk.length;
  }

  *#find(ended: boolean): Generator<Piece> {
    for (;;) {
      if (this.#open === undefined && !this.#startStream(ended)) return;
      if (this.#open === undefined) continue;
      const found = this.#nextMark();
      if (!found) {
        if (this.#length - (this.#open >>> 3) > LONGEST_PIECE) throw new Error('a block has no end');
        return;
      }
      if (!found.isEnd) {
        yield this.#piece(this.#open, found.bit);
        this.#startPiece(found.bit);
        continue;
      }
      const after = afterEnd(found.bit);
      if (!ended && this.#length < after + STREAM_START_BYTES) {
        this.#searched = found.bit >>> 3;
        return;
      }
      if (after > this.#length) throw new EndsEarly();
      if (after === this.#length || this.#isStreamStart(after)) {
        const streamChecksum = bitsAt(this.#buffer, found.bit + MARK_BITS, 32);
        yield { ...this.#piece(this.#open, found.bit), streamChecksum };
        this.#open = undefined;
        this.#next = after;
      } else this.#doubtfulEnd ??= found.bit;
    }
  }

  /** Passes a stream's header; whether there was enough to do so. */
  #startStream(ended: boolean): boolean {
    const at = this.#next;
    const available = this.#length - at;
    if (available < STREAM_START_BYTES) {
      if (!ended || (available === 0 && this.#anyStream)) return false;
      throw new EndsEarly();
    }
    if (!this.#isStreamStart(at)) throw new Error('something else follows a stream');
    this.#anyStream = true;
    this.#level = this.#buffer[at + 3]! - 0x30;
    const mark = (at + HEADER_BYTES) * 8;
    if (this.#isMark(mark, BLOCK_MARK)) {
      this.#startPiece(mark);
      return true;
    }
    // A stream of nothing: its end at once, with a checksum of 0.
    if (available < STREAM_START_BYTES + 4) {
      if (ended) throw new EndsEarly();
      return false;
    }
    if (bitsAt(this.#buffer, mark + MARK_BITS, 32) !== 0) throw new Error('a checksum is wrong');
    this.#next = at + STREAM_START_BYTES + 4;
    return true;
  }

  #isStreamStart(at: number): boolean {
    const level = this.#buffer[at + 3]!;
    if (this.#buffer.toString('latin1', at, at + 3) !== 'BZh' || level < 0x31 || level > 0x39) return false;
    const mark = (at + HEADER_BYTES) * 8;
    return this.#isMark(mark, BLOCK_MARK) || this.#isMark(mark, END_MARK);
  }

  #startPiece(bit: number): void {
    this.#open = bit;
    this.#doubtfulEnd = undefined;
    this.#searched = (bit >>> 3) + 1;
  }

  #isMark(bit: number, { high, low }: { high: number; low: number }): boolean {
    return bitsAt(this.#buffer, bit, 24) === high && bitsAt(this.#buffer, bit + 24, 24) === low;
  }

  /** The next mark, of a block or an end, that begins in a byte from `#searched` on. */
  #nextMark(): { bit: number; isEnd: boolean } | undefined {
    const buffer = this.#buffer;
    const last = this.#length - MARK_BITS / 8 - 1;
    for (let at = this.#searched; at <= last; at++) {
      const shifts = SECOND_BYTE[buffer[at + 1]!]! & THIRD_BYTE[buffer[at + 2]!]!;
      if (shifts === 0) continue;
      for (let shift = 0; shift < 8; shift++) {
        const bit = at * 8 + shift;
        const isEnd = this.#isMark(bit, END_MARK);
        if (!isEnd && !this.#isMark(bit, BLOCK_MARK)) continue;
        this.#searched = isEnd ? at + 1 : at;
        return { bit, isEnd };
      }
    }
    this.#searched = Math.max(this.#searched, last + 1);
    return undefined;
  }

  #piece(start: number, end: number): Piece {
    const writer = new BitWriter(end - start);
    writer.bits(this.#buffer, start, end);
    return {
      bits: writer.bytes,
      bitLength: end - start,
      level: this.#level,
      byte: this.#byte + (start >>> 3),
    };
  }
}

/** The byte after the end of a stream whose mark is at a bit: the mark, a checksum of 32 bits, and padding. */
function afterEnd(bit: number): number {
  return Math.ceil((bit + MARK_BITS + 32) / 8);
}

/**
 * For each value of the second and the third byte of a mark: at which shifts of it that value is there, a bit for each. A mark
 * that starts at bit `shift` of a byte fills both of these whole.
 */
const SECOND_BYTE = shiftsByByte(16);
const THIRD_BYTE = shiftsByByte(24);

function shiftsByByte(end: number): Uint8Array {
  const shifts = new Uint8Array(256);
  for (const { high, low } of [BLOCK_MARK, END_MARK]) {
    for (let shift = 0; shift < 8; shift++) {
      const value = Math.floor((high * 2 ** 24 + low) / 2 ** (MARK_BITS - end + shift)) % 256;
      shifts[value]! |= 1 << shift;
    }
  }
  return shifts;
}
