import unbzip2Stream from 'unbzip2-stream';
import type { ByteReader } from './byte-reader.js';
import { EndsEarly } from './decode-errors.js';

const SLICE_BYTES = 64 * 1024;

/** Decodes bzip2, with streams one after the other (as `pbzip2` and Wikipedia's multistream dumps have them). */
export async function* bunzip2(reader: ByteReader): AsyncGenerator<Uint8Array> {
  const stream = unbzip2Stream();
  let decoded: Uint8Array[] = [];
  let failure: Error | undefined;
  stream.on('data', (chunk) => decoded.push(chunk));
  stream.on('error', (error) => {
    failure ??= error;
  });

  // The package works synchronously: once `write` returns, all it could decode has been emitted.
  const taken = (): Uint8Array[] => {
    const chunks = decoded;
    decoded = [];
    return chunks;
  };
  for await (const slice of reader.rest(SLICE_BYTES)) {
    stream.write(slice);
    yield* taken();
    if (failure) throw bzip2Error(failure);
  }
  stream.end();
  yield* taken();
  if (failure) throw bzip2Error(failure);
}

function bzip2Error(error: Error): Error {
  // Past the end of the input the package stumbles over a buffer that is not there.
  if (error instanceof TypeError || /prematurely/.test(error.message)) return new EndsEarly();
  const foreign = /magic number/.test(error.message);
  return new Error(foreign ? 'something else follows a stream' : 'a block or its checksum is wrong', {
    cause: error,
  });
}
