/** Units (lines, paragraphs, records) of one content, as the reader of a format gives them. */
export interface UnitBlock {
  /** One unit after another, each ended by `\n`; valid UTF-8 without NUL. */
  readonly bytes: Buffer;
  /** The line of the file, from 1, that each unit starts on; only where they are asked for. */
  readonly lines?: Float64Array;
}

/** What a sentence of training is: a line of text, the lines up to a blank one, or all the text of a record. */
export const UNITS = ['lines', 'paragraphs', 'records'] as const;

/** Sizes in bytes; tests make them small. */
export interface BlockSizes {
  /** How much is gathered for a block; smaller ones are joined until they have half as much. */
  readonly blockBytes: number;
  /** Longer lines and paragraphs are cut. */
  readonly longestUnit: number;
}

const LINE_FEED = 0x0a;

/** How many units there are in a block's bytes. */
export function countUnits(bytes: Buffer): number {
  let units = 0;
  for (let at = bytes.indexOf(LINE_FEED); at !== -1; at = bytes.indexOf(LINE_FEED, at + 1)) units++;
  return units;
}
