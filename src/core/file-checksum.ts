import { open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { readFully } from './whole-io.js';

/** The CRC-32 of the first bytes of a file; of all that there are, where it has fewer. */
export async function fileChecksum(path: string, bytes: number): Promise<number> {
  const file = await open(path, 'r');
  try {
    const buffer = new Uint8Array(1 << 20);
    let checksum = 0;
    for (let done = 0; done < bytes; ) {
      const read = await readFully(file, buffer.subarray(0, Math.min(buffer.length, bytes - done)));
      if (read === 0) break;
      checksum = crc32(buffer.subarray(0, read), checksum);
      done += read;
    }
    return checksum;
  } finally {
    await file.close();
  }
}
