/**
 * About how wide a text is, in ems, in a wide sans-serif (DejaVu Sans, Verdana): pictures are laid out where there may be
 * no font to measure with. Rather too much than too little.
 */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += WIDTHS[character] ?? widthOf(character.codePointAt(0)!);
  return width;
}

const NARROW = "iIl|!.,:;'`j";
const WIDE = 'mMwW@%—';

const WIDTHS: Readonly<Record<string, number>> = Object.fromEntries([
  ...[...NARROW].map((character) => [character, 0.4]),
  ...[...'frt()[]{}-/\\" '].map((character) => [character, 0.45]),
  ...[...WIDE].map((character) => [character, 1.0]),
]);

function widthOf(code: number): number {
  if (code >= 0x300 && code <= 0x36f) return 0;
  // From the Hangul letters on: scripts whose characters fill a square.
  if (code >= 0x1100) return 1.05;
  return code >= 0x41 && code <= 0x5a ? 0.77 : 0.65;
}
