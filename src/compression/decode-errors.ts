/** Compressed data that stops inside something that says it is longer. */
export class EndsEarly extends Error {}

/** Compressed data that may be sound, but needs what the decoder here does not have. */
export class NotSupported extends Error {}

/** Compressed data that is damaged at or before a byte. */
export class DamagedAt extends Error {
  readonly byte: number;

  constructor(message: string, byte: number) {
    super(message);
    this.byte = byte;
  }
}
