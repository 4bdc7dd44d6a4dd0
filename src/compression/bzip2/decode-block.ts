import type Bzip2 from '@foxglove/wasm-bz2';
import { BitWriter, bitsAt, END_MARK, MARK_BITS } from './bits.js';

/** Bytes that a block decodes to at most: 259 for each 5 of the 900,000 that it has before runs are undone. */
const LONGEST_BLOCK = (900_000 / 5) * 259;

/** A block as a stream of its own. */
export interface LoneBlock {
  readonly stream: Uint8Array;
  readonly level: number;
}

/**
 * Makes a block a stream of its own, which any decoder takes, and which checks the block's checksum.
 *
 * @param bits from the block's mark on
 */
export function asStream(bits: Uint8Array, bitLength: number, level: number): LoneBlock {
  const writer = new BitWriter(32 + bitLength + MARK_BITS + 32);
  writer.number(0x425a6830 + level, 32);
  writer.bits(bits, 0, bitLength);
  writer.number(END_MARK.high, 24);
  writer.number(END_MARK.low, 24);
  writer.number(checksumOf(bits), 32);
  return { stream: writer.bytes, level };
}

/** The checksum that a block says it has; that of a stream of one block is the same. */
export function checksumOf(bits: Uint8Array): number {
  return bitsAt(bits, MARK_BITS, 32);
}

/** What a block decodes to. @throws Error where the block is damaged, or only a part of one */
export function decodeBlock(decoder: Bzip2, { stream, level }: LoneBlock): Uint8Array {
  // Runs of a byte hardly ever make text longer than a block's size: most blocks are decoded at the first try.
  for (let room = level * 100_000 + 65_536; ; room = Math.min(room * 8, LONGEST_BLOCK)) {
    try {
      return decoder.decompress(stream, room);
    } catch (error) {
      const tooSmall = /failed: -8/.test((error as Error).message);
      if (!tooSmall || room >= LONGEST_BLOCK) throw error;
    }
  }
}
