import type { IncomingHttpHeaders } from 'undici/types/header.js';

/** What a server says of a file, to tell one state of it from another. */
export interface HttpVersion {
  /** As sent: in quotes, perhaps with `W/` before. */
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
  /** How long the file is, as it is transferred. */
  readonly bytes?: number;
}

/** The version that the headers of an answer name; `Content-Range` gives the length where the answer is a part. */
export function versionOf(headers: IncomingHttpHeaders, status: number): HttpVersion {
  const etag = one(headers.etag);
  const lastModified = one(headers['last-modified']);
  const bytes =
    status === 206 ? contentRangeOf(headers)?.total : wholeNumberIn(one(headers['content-length']));
  return {
    ...(etag !== undefined && { etag }),
    ...(lastModified !== undefined && { lastModified }),
    ...(bytes !== undefined && { bytes }),
  };
}

/** One line that names a version; undefined where the server gives neither an ETag nor a time. */
export function versionName({ etag, lastModified }: HttpVersion): string | undefined {
  return etag ?? lastModified;
}

/** What can be sent in `If-Range`: a strong ETag, or a time (RFC 9110, 13.1.5). */
export function rangeValidator({ etag, lastModified }: HttpVersion): string | undefined {
  return etag !== undefined && !etag.startsWith('W/') ? etag : lastModified;
}

/** Whether an answer is of the version that was begun with, as far as both say. */
export function isSameVersion(a: HttpVersion, b: HttpVersion): boolean {
  if (a.bytes !== undefined && b.bytes !== undefined && a.bytes !== b.bytes) return false;
  if (a.etag !== undefined && b.etag !== undefined) return a.etag === b.etag;
  return a.lastModified === undefined || b.lastModified === undefined || a.lastModified === b.lastModified;
}

/**
 * The same for what was listed and what is opened later. Machines behind one name may give different ETags to one file:
 * the same time and length are then enough.
 */
export function isAsListed(listed: HttpVersion, opened: HttpVersion): boolean {
  const sameTime = listed.lastModified !== undefined && listed.lastModified === opened.lastModified;
  return isSameVersion(listed, opened) || (sameTime && listed.bytes === opened.bytes);
}

/** Which bytes of how many an answer holds (`Content-Range`); undefined where that cannot be read. */
export function contentRangeOf(
  headers: IncomingHttpHeaders,
): { readonly start?: number; readonly end?: number; readonly total?: number } | undefined {
  const [, start, end, total] =
    /^bytes (?:(\d+)-(\d+)|\*)\/(\d+|\*)$/.exec(one(headers['content-range']) ?? '') ?? [];
  if (total === undefined) return undefined;
  return {
    ...(start !== undefined && { start: Number(start), end: Number(end) }),
    ...(total !== '*' && { total: Number(total) }),
  };
}

/** The value of a header that is to come once. */
export function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

function wholeNumberIn(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}
