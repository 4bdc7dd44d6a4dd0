import { constants, createGunzip } from 'node:zlib';
import type { ByteReader } from './byte-reader.js';
import { EndsEarly } from './decode-errors.js';

/** Fed at a time; what it decodes to is in memory at once (at most 1,032 times as much, for text about 3). */
const SLICE_BYTES = 64 * 1024;

/**
 * Decodes gzip (RFC 1952). Members one after the other are one text; zeros may follow the last one, as on tapes and
 * as gzip accepts it.
 */
export async function* gunzip(reader: ByteReader): AsyncGenerator<Uint8Array> {
  const stream = createGunzip({ chunkSize: 256 * 1024 });
  let decoded: Uint8Array[] = [];
  let failure: NodeJS.ErrnoException | undefined;
  let settled = (): void => {};
  stream.on('data', (chunk: Uint8Array) => decoded.push(chunk));
  stream.on('error', (error) => {
    failure = error;
    settled();
  });
  stream.on('close', () => settled());

  const step = async (begin: (done: () => void) => void): Promise<Uint8Array[]> => {
    await new Promise<void>((resolve) => {
      settled = resolve;
      begin(resolve);
    });
    if (failure) throw gzipError(failure);
    const taken = decoded;
    decoded = [];
    return taken;
  };

  try {
    let fed = 0;
    for await (const slice of reader.rest(SLICE_BYTES)) {
      fed += slice.length;
      yield* await step((done) => stream.write(slice, () => done()));
      const left = fed - stream.bytesWritten;
      // Node's gunzip stops at a zero after a member, and passes over what follows without a look.
      if (left > 0) {
        await onlyZeros(slice.subarray(slice.length - left), reader);
        break;
      }
    }
    yield* await step((done) => {
      if (stream.closed) done();
      else stream.end();
    });
  } finally {
    stream.destroy();
  }
}

async function onlyZeros(first: Uint8Array, reader: ByteReader): Promise<void> {
  for (let chunk: Uint8Array | undefined = first; chunk; chunk = await nextChunk(reader)) {
    if (chunk.some((byte) => byte !== 0)) throw new Error('something else follows the zeros at its end');
  }
}

async function nextChunk(reader: ByteReader): Promise<Uint8Array | undefined> {
  const chunk = await reader.peek(SLICE_BYTES);
  return chunk.length > 0 ? reader.take(chunk.length) : undefined;
}

function gzipError(error: NodeJS.ErrnoException): Error {
  return error.errno === constants.Z_BUF_ERROR ? new EndsEarly() : error;
}
