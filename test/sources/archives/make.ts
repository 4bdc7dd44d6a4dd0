import { crc32, deflateRawSync } from 'node:zlib';
import { type Header, pack } from 'tar-stream';

/** A file of an archive to be made. */
export interface Entry {
  readonly name: string;
  readonly content?: string | Uint8Array;
  /** Of tar: its type. */
  readonly type?: Header['type'];
  /** Of zip: the number of its compression, 8 (deflate) unless told, and what it is compressed to where that is not 0 or 8. */
  readonly method?: number;
  readonly packed?: Uint8Array;
  /** Of zip: its flags (1: encrypted). */
  readonly flags?: number;
  /** Of zip: its Unix mode. */
  readonly mode?: number;
  /** Of zip: sizes and place are in the zip64 field. */
  readonly zip64?: boolean;
}

/** A tar archive. */
export async function tar(...entries: Entry[]): Promise<Buffer> {
  const archive = pack();
  for (const { name, content = '', type = 'file' } of entries) {
    archive.entry(
      { name, type, ...(type.endsWith('link') && { linkname: 'a' }) },
      type === 'file' ? Buffer.from(content as string) : '',
    );
  }
  archive.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

/** A zip archive, byte by byte as APPNOTE.TXT sections 4.3.7 (local header), 4.3.12 (directory) and 4.3.16 (end) say. */
export function zip(...entries: Entry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const content = Buffer.from((entry.content ?? '') as string);
    const { method = 8, flags = 0, mode = 0o100644, zip64 = false } = entry;
    const data = Buffer.from(entry.packed ?? (method === 8 ? deflateRawSync(content) : content));
    const name = Buffer.from(entry.name);
    const numbers = (size: number, packed: number): Buffer =>
      words(0, 0, crc32(content), packed, size).subarray(4);
    const common = Buffer.concat([halves(20, 0x800 | flags, method), numbers(content.length, data.length)]);
    parts.push(words(0x04034b50), common, halves(name.length, 0), name, data);
    const long = zip64
      ? Buffer.concat([halves(1, 24), longs(content.length, data.length, offset)])
      : Buffer.alloc(0);
    const all = 0xffffffff;
    directory.push(
      words(0x02014b50),
      halves(0x0300 | 45, 20, 0x800 | flags, method),
      zip64 ? numbers(all, all) : numbers(content.length, data.length),
      halves(name.length, long.length, 0, 0, 0),
      words((mode << 16) >>> 0, zip64 ? all : offset),
      name,
      long,
    );
    offset += 30 + name.length + data.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.concat([
    words(0x06054b50),
    halves(0, 0, entries.length, entries.length),
    words(list.length, offset),
    halves(0),
  ]);
  return Buffer.concat([...parts, list, end]);
}

function halves(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) bytes.writeUInt16LE(value, index * 2);
  return bytes;
}

function words(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32LE(value, index * 4);
  return bytes;
}

function longs(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 8);
  for (const [index, value] of values.entries()) bytes.writeBigUInt64LE(BigInt(value), index * 8);
  return bytes;
}
