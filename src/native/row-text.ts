/** What the addon takes and gives to write and read rows of vectors as text. */

/** Rows of float32, and a word for each, that are to be written as text. */
export interface RowsToWrite {
  /** The words' bytes, one after the other. */
  readonly words: Uint8Array;
  /** By row, the byte after its word. */
  readonly wordEnds: Uint32Array;
  readonly data: Float32Array;
  readonly dimensions: number;
  readonly stride: number;
  /** Where the text goes: as long as `roomForRows` says, or longer. */
  readonly into: Uint8Array;
}

/** Text, and where the rows in it go. */
export interface RowsToRead {
  readonly bytes: Uint8Array;
  readonly dimensions: number;
  readonly data: Float32Array;
  readonly stride: number;
  /** By row, the bytes at which its word starts and ends; as long as there are rows to read at most. */
  readonly wordStarts: Uint32Array;
  readonly wordEnds: Uint32Array;
}

/** How many rows were read, and the byte at which the line after them starts. */
export interface RowsRead {
  readonly rows: number;
  readonly end: number;
}

/** How many bytes `writeRows` must be given room for: numbers of 12 bytes, a space before each, and 8 bytes to spare. */
export function roomForRows(wordBytes: number, rows: number, dimensions: number): number {
  return wordBytes + rows * (dimensions * 13 + 1) + 8;
}
