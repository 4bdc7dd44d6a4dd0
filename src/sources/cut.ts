const SPACE = 0x20;
const TAB = 0x09;

/**
 * Where to cut a unit that is longer than `longest` bytes: at its last white space in reach, which is left out, else
 * between two characters. What is before `end` is the first piece; what is at `next` and after it goes on.
 */
export function cutPoint(bytes: Buffer, longest: number): { readonly end: number; readonly next: number } {
  const reach = bytes.subarray(0, longest);
  const whiteSpace = Math.max(reach.lastIndexOf(SPACE), reach.lastIndexOf(TAB));
  if (whiteSpace > 0) return { end: whiteSpace, next: whiteSpace + 1 };
  const end = characterStart(bytes, longest);
  return { end, next: end };
}

/** The pieces of a unit, which ends with `\n`; each ends so. */
export function* cutLongUnit(unit: Buffer, longest: number): Generator<Buffer> {
  let rest = unit;
  while (rest.length - 1 > longest) {
    const { end, next } = cutPoint(rest, longest);
    yield Buffer.concat([rest.subarray(0, end), Buffer.from('\n')]);
    rest = rest.subarray(next);
  }
  if (rest.length > 1) yield rest;
}

/** The start of the character that the byte at `position` belongs to, at most 3 bytes before it. */
function characterStart(bytes: Buffer, position: number): number {
  let start = position;
  while (start > position - 3 && (bytes[start]! & 0xc0) === 0x80) start--;
  return start;
}
