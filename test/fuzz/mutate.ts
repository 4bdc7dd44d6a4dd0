import type { Random } from '../../src/core/random.js';

/** Numbers at which sizes and offsets go wrong. */
const NUMBERS = [
  ...[0, 1, 2, 3, 7, 8, 63, 64, 127, 128, 255, 256, 1000, 4095, 4096, 65_535, 65_536],
  ...[2 ** 24, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1, 2 ** 53],
];
const TEXTS = [
  ...[
    '-1',
    '0',
    '1e308',
    'NaN',
    'inf',
    '-0',
    '1.5',
    '0x10',
    '9'.repeat(40),
    '\n',
    '\r\n',
    '\r',
    '\t',
    ' ',
    '"',
  ],
  ...["'", '\\', '\0', '\ufeff', '\u2028', '\u{1f600}', '{', '}', '[', ']', '<', '>', '&', ',', ':'],
];
const BROKEN_UTF8 = [
  [0xff],
  [0xc3],
  [0xe2, 0x82],
  [0xed, 0xa0, 0x80],
  [0xf4, 0x90, 0x80, 0x80],
  [0xc0, 0x80],
  [0x80],
];

type Change = (bytes: Buffer, random: Random, dictionary: readonly string[]) => Buffer;

const CHANGES: readonly Change[] = [
  function flipBit(bytes, random) {
    if (bytes.length > 0) bytes[random.below(bytes.length)]! ^= 1 << random.below(8);
    return bytes;
  },
  function setByte(bytes, random) {
    if (bytes.length > 0) bytes[random.below(bytes.length)] = random.below(256);
    return bytes;
  },
  function cutOff(bytes, random) {
    return bytes.subarray(0, random.below(bytes.length + 1));
  },
  function takeOut(bytes, random) {
    const [start, end] = part(bytes, random);
    return splice(bytes, start, end);
  },
  function repeat(bytes, random) {
    const [start, end] = part(bytes, random);
    const piece = bytes.subarray(start, end);
    const times = 1 + random.below(piece.length < 64 ? 100 : 3);
    return splice(bytes, start, start, Buffer.concat(Array.from({ length: times }, () => piece)));
  },
  function move(bytes, random) {
    const [start, end] = part(bytes, random);
    const piece = Buffer.from(bytes.subarray(start, end));
    const rest = splice(bytes, start, end);
    const to = random.below(rest.length + 1);
    return splice(rest, to, to, piece);
  },
  function putText(bytes, random, dictionary) {
    const texts = dictionary.length > 0 && random.below(2) === 0 ? dictionary : TEXTS;
    return putIn(bytes, Buffer.from(texts[random.below(texts.length)]!), random);
  },
  function putBrokenUtf8(bytes, random) {
    return putIn(bytes, Buffer.from(BROKEN_UTF8[random.below(BROKEN_UTF8.length)]!), random);
  },
  function setBinaryNumber(bytes, random) {
    const size = [1, 2, 4, 8][random.below(4)]!;
    if (bytes.length < size) return bytes;
    const number = Buffer.alloc(8);
    number.writeBigUInt64LE(BigInt(NUMBERS[random.below(NUMBERS.length)]!));
    const ordered = number.subarray(0, size);
    if (random.below(4) === 0) ordered.reverse();
    bytes.set(ordered, random.below(bytes.length - size + 1));
    return bytes;
  },
  function changeWrittenNumber(bytes, random) {
    // As Latin-1, positions are those of the bytes.
    const numbers = [...bytes.subarray(0, 4096).toString('latin1').matchAll(/\d+/g)];
    const found = numbers[random.below(Math.max(1, numbers.length))];
    if (!found) return bytes;
    const number = NUMBERS[random.below(NUMBERS.length)]!;
    return splice(bytes, found.index, found.index + found[0].length, Buffer.from(String(number)));
  },
];

/**
 * An input made of one of the seeds by some changes: bits, bytes, parts that are taken out, repeated or moved, numbers
 * at the edges, pieces of other seeds. Equal draws give equal inputs.
 */
export function mutated(
  seeds: readonly Uint8Array[],
  random: Random,
  dictionary: readonly string[] = [],
): Uint8Array {
  let bytes = Buffer.from(seeds[random.below(seeds.length)]!);
  if (random.below(10) === 0) {
    const other = Buffer.from(seeds[random.below(seeds.length)]!);
    bytes = Buffer.concat([
      bytes.subarray(0, random.below(bytes.length + 1)),
      other.subarray(random.below(other.length + 1)),
    ]);
  }
  for (let changes = 1 << random.below(4); changes > 0; changes--) {
    bytes = CHANGES[random.below(CHANGES.length)]!(bytes, random, dictionary) as Buffer<ArrayBuffer>;
  }
  return bytes;
}

/** The same bytes in pieces that end anywhere, some of them empty. */
export function* inChunks(bytes: Uint8Array, random: Random): Generator<Uint8Array> {
  const longest = [1, 3, 17, 1000, bytes.length + 1][random.below(5)]!;
  // Many small pieces of a long input would only take time.
  const least = Math.ceil(bytes.length / 2000);
  for (let start = 0; start < bytes.length; ) {
    const end = start + Math.max(least, random.below(longest + 1));
    yield bytes.slice(start, end);
    start = end;
  }
}

function part(bytes: Buffer, random: Random): [start: number, end: number] {
  const start = random.below(bytes.length + 1);
  const longest = random.below(2) === 0 ? 8 : bytes.length;
  return [start, Math.min(bytes.length, start + random.below(longest + 1))];
}

/** In the place of as many bytes, or between two. */
function putIn(bytes: Buffer, piece: Buffer, random: Random): Buffer {
  const start = random.below(bytes.length + 1);
  return splice(
    bytes,
    start,
    random.below(2) === 0 ? start : Math.min(bytes.length, start + piece.length),
    piece,
  );
}

function splice(bytes: Buffer, start: number, end: number, piece: Uint8Array = Buffer.alloc(0)): Buffer {
  return Buffer.concat([bytes.subarray(0, start), piece, bytes.subarray(end)]);
}
