/** Compressed data that stops inside something that says it is longer. */
export class EndsEarly extends Error {}

/** Compressed data that may be sound, but needs what the decoder here does not have. */
export class NotSupported extends Error {}
