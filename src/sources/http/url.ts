import { WordmillError } from '../../core/errors.js';
import { nameOfEntry, redactedUrl } from '../../core/shown-url.js';

/** A URL as a user gives it. */
export interface GivenUrl {
  /** Without a fragment. */
  readonly url: URL;
  /** What messages, logs and manifests call it: without its query, which may hold a signature or a key. */
  readonly name: string;
  /** The SHA-256 that the transferred bytes must have, in lower-case hexadecimal. */
  readonly sha256?: string;
}

/**
 * Reads a URL, with the checksum that its fragment may give: `https://example.org/corpus.txt.gz#sha256=HEX`.
 *
 * @throws WordmillError `usage` for other schemes than http and https, a user name or password in the URL, and any
 * other fragment
 */
export function parseUrl(text: string): GivenUrl {
  if (!URL.canParse(text)) throw wrong(nameOfEntry(text), 'this is no URL');
  const url = new URL(text);
  const name = redactedUrl(url);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw wrong(name, `${url.protocol}// is not read here`, 'Give a file, or a URL of http or https.');
  }
  if (url.username !== '' || url.password !== '') {
    throw wrong(
      name,
      'a URL must not hold a user name or a password: it would end up in logs and process lists',
      `Set WORDMILL_HTTP_AUTHORIZATION="${url.host}=Basic …" in the environment instead.`,
    );
  }
  const fragment = url.hash;
  url.hash = '';
  if (fragment === '') return { url, name };
  const sha256 = /^#sha256=([0-9a-f]{64})$/i.exec(fragment)?.[1];
  if (sha256 === undefined) {
    throw wrong(
      name,
      'after # only sha256= and 64 hexadecimal digits can follow',
      'Take it out, or correct it.',
    );
  }
  return { url, name, sha256: sha256.toLowerCase() };
}

function wrong(name: string, problem: string, hint?: string): WordmillError {
  return new WordmillError('usage', problem, { place: { file: name }, ...(hint !== undefined && { hint }) });
}
