import { WordmillError } from '../core/errors.js';
import type { ByteStream } from './vector-file.js';

const BLOCK_BYTES = 1 << 20;
/** 65,536 numbers in their longest usual text, and a long word, fit well into this. */
const LONGEST_LINE = 16 << 20;

/**
 * Bytes as blocks of whole lines, each ended by `\n` but perhaps the last. A block stays valid while as many
 * more as `kept` are asked for.
 *
 * @param path of the file, for errors
 * @throws WordmillError `data` at a line of more than 16 MiB.
 */
export async function* lineBlocks(bytes: ByteStream, path: string, kept = 0): AsyncGenerator<Buffer> {
  const buffers = Array.from({ length: kept + 1 }, () => Buffer.allocUnsafeSlow(BLOCK_BYTES));
  let rest: Uint8Array = new Uint8Array();
  for (let turn = 0; ; turn = (turn + 1) % buffers.length) {
    let buffer = buffers[turn]!;
    if (buffer.length <= rest.length) buffer = buffers[turn] = Buffer.allocUnsafeSlow(2 * rest.length);
    buffer.set(rest);
    let filled = rest.length;
    let end: number;
    for (;;) {
      filled += await bytes.read(buffer.subarray(filled));
      end = filled < buffer.length ? filled : buffer.lastIndexOf(0x0a) + 1;
      if (end > 0 || filled < buffer.length) break;
      if (filled >= LONGEST_LINE) throw lineTooLong(path, bytes.position - filled);
      buffer = buffers[turn] = Buffer.concat([buffer], buffer.length * 2);
    }
    if (end > 0) yield buffer.subarray(0, end);
    if (filled < buffer.length) return;
    rest = buffer.subarray(end, filled);
  }
}

function lineTooLong(path: string, byte: number): WordmillError {
  return new WordmillError('data', 'a line of more than 16 MiB starts here: this is not a file of vectors', {
    place: { file: path, byte },
  });
}
