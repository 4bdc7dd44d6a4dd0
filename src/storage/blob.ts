import { z } from 'zod';
import { wholeNumber } from '../core/options.js';

/** Names a content by what it is: the SHA-256 of its bytes, in hexadecimal, and how many there are. */
export const blobSchema = z.strictObject({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: wholeNumber(0),
});

/** A content in storage. */
export type Blob = Readonly<z.output<typeof blobSchema>>;

/** What keys of contents begin with. */
export const BLOBS = 'blobs/';

/** The key that a content is stored under. */
export function blobKey({ sha256 }: Blob): string {
  return `${BLOBS}${sha256.slice(0, 2)}/${sha256}`;
}
