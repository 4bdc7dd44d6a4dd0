import { createHash } from 'node:crypto';
import type { Report } from '../core/report.js';
import type { Input } from './input.js';

/** Files up to this size have a checksum in the manifest: of more bytes it would take a good part of reading's time. */
const SMALL_BYTES = 64 * 1024 * 1024;

/** An input that, when all its bytes have been read, has told the report how many they were and their SHA-256, unless it knows. */
export function digested(input: Input, report: Report): Input {
  const { name, chunks, stored } = input;
  if (report.inputs.get(name)?.sha256 !== undefined) return input;
  return { name, chunks: digestedChunks(name, chunks, report), stored };
}

async function* digestedChunks(
  name: string,
  chunks: AsyncIterable<Uint8Array>,
  report: Report,
): AsyncGenerator<Uint8Array> {
  // What is not told otherwise apart, by name and time, needs one whatever its size.
  const always = report.inputs.get(name)?.modified === undefined;
  let hash: ReturnType<typeof createHash> | undefined = createHash('sha256');
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (!always && bytes > SMALL_BYTES) hash = undefined;
    hash?.update(chunk);
    yield chunk;
  }
  report.input(name, { bytes, ...(hash && { sha256: hash.digest('hex') }) });
}
