import { crc32 } from 'node:zlib';
import { WordmillError } from './errors.js';

/** An object (without a key `checksum`) as JSON, with a CRC-32 of itself as its last key, so that a flipped bit is noticed when it is read. */
export function sealedJson(value: Readonly<Record<string, unknown>>): string {
  return `${JSON.stringify({ ...value, checksum: crc32(JSON.stringify(value)) }, null, 2)}\n`;
}

/**
 * Reads what `sealedJson` wrote.
 *
 * @throws WordmillError `data` where it is no JSON, or not as it was written.
 */
export function unsealedJson(text: string, file: string): Record<string, unknown> {
  const place = { file };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new WordmillError('data', 'this is no JSON: cut off or damaged', { place, cause });
  }
  const { checksum, ...rest } = Object(value) as Record<string, unknown>;
  if (checksum !== crc32(JSON.stringify(rest))) {
    throw new WordmillError('data', 'its checksum is wrong: damaged, or changed by hand', { place });
  }
  return rest;
}
