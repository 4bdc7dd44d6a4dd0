import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { decompress } from '../../../src/compression/decompress.js';
import { inChunks } from '../mutate.js';
import type { FuzzTarget } from '../target.js';

const DATA = join(import.meta.dirname, '..', '..', 'data');
const GZIP = gzipSync('a text that is long enough to be shortened. '.repeat(40));

/** What unpacking small files may give, in bytes; more would be a fault of the test's own. */
const MOST = 200e6;

/** Compressed files, in chunks that end anywhere. */
export const compressed: readonly FuzzTarget[] = [
  target('gzip', 'two-members.gz', GZIP),
  target('zstd', 'two-frames-and-a-skippable.zst'),
  target('bzip2', 'two-streams.bz2'),
  target('xz', 'two-streams-and-padding.xz'),
];

function target(name: string, file: string, ...others: Uint8Array[]): FuzzTarget {
  return {
    name,
    seeds: async () => [await readFile(join(DATA, file)), ...others],
    async read(bytes, path, random) {
      let length = 0;
      for await (const chunk of decompress(stream(inChunks(bytes, random)), path)) {
        length += chunk.length;
        if (length > MOST) return;
      }
    },
  };
}

async function* stream<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}
