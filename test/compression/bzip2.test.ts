import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { ByteReader } from '../../src/compression/byte-reader.js';
import { BitWriter, bitsAt } from '../../src/compression/bzip2/bits.js';
import { BlockDecoders } from '../../src/compression/bzip2/block-decoders.js';
import { BlockFinder, type Piece } from '../../src/compression/bzip2/block-finder.js';
import { bunzip2 } from '../../src/compression/bzip2/bunzip2.js';
import { asStream } from '../../src/compression/bzip2/decode-block.js';
import { filter, has, inChunks } from '../sources/helpers.js';

const BZIP2 = has('bzip2');
const bzip2 = (content: string, ...args: string[]): Buffer => filter('bzip2', ['-c', ...args], content);
const skip = BZIP2 ? false : 'bzip2 is not installed';

async function decoded(bytes: Uint8Array, chunk = 65_536, decode = bunzip2): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const bytesOut of decode(new ByteReader(inChunks(bytes, chunk)))) chunks.push(bytesOut);
  return Buffer.concat(chunks).toString();
}

function piecesOf(bytes: Uint8Array, chunk: number): Piece[] {
  const finder = new BlockFinder();
  const pieces: Piece[] = [];
  for (let at = 0; at < bytes.length; at += chunk) pieces.push(...finder.add(bytes.subarray(at, at + chunk)));
  return [...pieces, ...finder.end()];
}

/** Numbers that do not repeat, so that blocks have some size. */
const lines = (count: number): string =>
  Array.from({ length: count }, (_, index) => `${index} ${(index * 7919) % 100_003}\n`).join('');

test('bits are put and read at any position', () => {
  const source = Uint8Array.from([0b10110011, 0b01010101, 0b11110000, 0b00001111]);
  const text = [...source].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  for (let lead = 0; lead < 16; lead++) {
    for (let start = 0; start < 24; start++) {
      for (const end of [start, start + 1, start + 7, start + 8, 32]) {
        if (end > 32) continue;
        const writer = new BitWriter(lead + end - start);
        writer.number(0, lead);
        writer.bits(source, start, end);
        assert.equal(writer.length, lead + end - start);
        const read = Array.from({ length: writer.length }, (_, at) => bitsAt(writer.bytes, at, 1)).join('');
        assert.equal(read, '0'.repeat(lead) + text.slice(start, end));
      }
    }
  }
  assert.equal(bitsAt(source, 3, 24), Number.parseInt(text.slice(3, 27), 2));
});

test('blocks are found at whatever bit they start, in any chunks, with their places and checksums', {
  skip,
}, () => {
  const bytes = Buffer.concat([bzip2(lines(30_000), '-1'), bzip2(''), bzip2('one\n', '-9')]);
  const pieces = piecesOf(bytes, bytes.length);
  assert.deepEqual(
    pieces.map(({ level, streamChecksum }) => [level, streamChecksum === undefined]),
    [...Array(pieces.length - 2).fill([1, true]), [1, false], [9, false]],
  );
  assert.ok(pieces.length > 3);
  assert.ok(new Set(pieces.map(({ byte, bits }) => (byte + bits.length) % 8)).size > 1);
  for (const chunk of [1, 7, 1000]) assert.deepEqual(piecesOf(bytes, chunk), pieces);
});

test('a block is a stream of its own, as bzip2 takes it', { skip }, () => {
  const text = lines(30_000);
  const pieces = piecesOf(bzip2(text, '-1'), 999);
  const parts = pieces.map(({ bits, bitLength, level }) =>
    filter('bzip2', ['-dc'], asStream(bits, bitLength, level).stream),
  );
  assert.equal(Buffer.concat(parts).toString(), text);
});

test('several blocks and streams come out in order', { skip }, async () => {
  const text = lines(60_000);
  const bytes = bzip2(text, '-1');
  assert.equal(await decoded(bytes), text);
  assert.equal(await decoded(Buffer.concat([bytes, bzip2(''), bytes]), 1000), text + text);
});

/**
 * A block lists the bytes that occur in it as bits, 16 for each of 16 ranges. A text with just these letters therefore
 * has 3141 5926 5359 there, the mark of a block, inside of one; the others have the mark of an end.
 */
const letters = (bits: string): string => {
  const all = [...bits].flatMap((digit, index) =>
    [0, 1, 2, 3]
      .filter((bit) => Number.parseInt(digit, 16) & (8 >> bit))
      .map((bit) => 0x40 + index * 4 + bit),
  );
  return String.fromCharCode(...all);
};

for (const [what, mark] of [
  ['a block', '314159265359'],
  ['an end', '177245385090'],
] as const) {
  test(`the mark of ${what} inside a block, by chance, does no harm`, { skip }, async () => {
    const text = letters(mark).repeat(20);
    const bytes = bzip2(text);
    const inside = piecesOf(bytes, 1000);
    assert.equal(inside.length, what === 'a block' ? 2 : 1);
    assert.equal(await decoded(bytes, 5), text);
    assert.equal(await decoded(Buffer.concat([bytes, bytes, bzip2(lines(100))])), text + text + lines(100));
  });
}

test('no handlers of errors are left in the process', { skip }, async () => {
  await decoded(bzip2('text'));
  assert.equal(
    process.listeners('uncaughtException').filter((each) => /ExitStatus/.test(String(each))).length,
    0,
  );
  assert.equal(
    process.listeners('unhandledRejection').filter((each) => /throw reason/.test(String(each))).length,
    0,
  );
});

test('a block may be far longer than what it is stored in', { skip }, async () => {
  const text = 'a'.repeat(30_000_000);
  assert.ok((await decoded(bzip2(text))) === text);
});

test('a damaged block in the middle is an error, after the text before it', { skip }, async () => {
  const bytes = bzip2(lines(60_000), '-1');
  const [, , third] = piecesOf(bytes, bytes.length);
  bytes[third!.byte + 5000]! ^= 4;
  let before = 0;
  await assert.rejects(
    async () => {
      for await (const chunk of bunzip2(new ByteReader(inChunks(bytes, 100)))) before += chunk.length;
    },
    { message: 'a block or its checksum is wrong', byte: third!.byte },
  );
  assert.ok(before > 190_000 && before < 200_001, `${before}`);
});

test('the checksum of a stream is held against its blocks', { skip }, async () => {
  const bytes = bzip2(lines(30_000), '-1');
  const pieces = piecesOf(bytes, bytes.length);
  const last = pieces.at(-1)!;
  const damaged = Buffer.from(bytes);
  damaged[damaged.length - 2]! ^= 0x10;
  assert.notEqual(piecesOf(damaged, 1000).at(-1)!.streamChecksum, last.streamChecksum);
  await assert.rejects(decoded(damaged), { message: 'the checksum of a stream is wrong' });
});

test('an endless block is an error, not an endless buffer', async () => {
  const start = Buffer.from('BZh9\x31\x41\x59\x26\x53\x59', 'latin1');
  const endless = Buffer.concat([start, Buffer.alloc(4_000_000, 0x55)]);
  await assert.rejects(decoded(endless), { message: 'a block has no end' });
});

test('where threads cannot be started, blocks are decoded on this one', { skip }, async () => {
  const decoders = new BlockDecoders();
  const text = lines(60_000);
  const pieces = piecesOf(bzip2(text, '-1'), 1000);
  const parts = await Promise.all(
    pieces.map((piece) => decoders.decode(asStream(piece.bits, piece.bitLength, piece.level))),
  );
  assert.equal(Buffer.concat(parts).toString(), text);
  decoders.close();
});

const BUILT = new URL('../../dist/compression/bzip2/', import.meta.url);

test('as built, blocks are decoded on threads, which end with the text', { skip }, async (t) => {
  if (!existsSync(new URL('worker.js', BUILT))) return t.skip('dist is not built');
  const built: { bunzip2: typeof bunzip2 } = await import(new URL('bunzip2.js', BUILT).href);
  const { BlockDecoders: BuiltDecoders }: { BlockDecoders: typeof BlockDecoders } = await import(
    new URL('block-decoders.js', BUILT).href
  );
  const text = lines(60_000);
  const bytes = bzip2(text, '-1');
  assert.equal(await decoded(bytes, 1000, built.bunzip2), text);
  const decoders = new BuiltDecoders();
  const [piece] = piecesOf(bytes, bytes.length);
  const block = asStream(piece!.bits, piece!.bitLength, piece!.level);
  const answers = await Promise.all(Array.from({ length: 8 }, () => decoders.decode(block)));
  assert.ok(decoders.threads > 0);
  for (const answer of answers) assert.ok(text.startsWith(Buffer.from(answer).toString()));
  decoders.close();
});
