import { WordmillError } from '../../core/errors.js';

/** A URL as a user gives it. */
export interface GivenUrl {
  /** Without a fragment. */
  readonly url: URL;
  /** What messages, logs and manifests call it: without its query, which may hold a signature or a key. */
  readonly name: string;
  /** The SHA-256 that the transferred bytes must have, in lower-case hexadecimal. */
  readonly sha256?: string;
}

/** Whether an entry of `source.files` is a URL of any kind rather than a path. */
export function isUrl(entry: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(entry);
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

/** What messages, logs and manifests call an entry of `source.files`: a path as it is, a URL redacted. */
export function nameOfEntry(entry: string): string {
  if (!isUrl(entry)) return entry;
  return URL.canParse(entry) ? redactedUrl(new URL(entry)) : withoutSecretParts(entry);
}

/** What is no URL but was meant as one: all of it that surely is no secret. */
function withoutSecretParts(text: string): string {
  return text.includes('@') ? text.replace(/:\/\/.*$/s, '://…') : text.replace(/[?#].*$/s, '?…');
}

/**
 * Plain data, such as a definition or a command line, as it may be shown and stored: every URL in its texts without query,
 * user name and password.
 */
export function withoutUrlSecrets<Data>(data: Data): Data {
  if (typeof data === 'string') {
    const shown = isUrl(data) ? shownUrl(data) : data.replace(/\b[a-z][a-z0-9+.-]+:\/\/\S+/gi, shownUrl);
    return shown as Data;
  }
  if (Array.isArray(data)) return data.map(withoutUrlSecrets) as Data;
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, withoutUrlSecrets(value)]),
  ) as Data;
}

/** A checksum is no secret. */
function shownUrl(url: string): string {
  return nameOfEntry(url) + (/#sha256=[0-9a-f]{64}$/i.exec(url)?.[0] ?? '');
}

/** A URL without query, fragment, user name and password: what may be shown and stored. */
export function redactedUrl(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}${url.search === '' ? '' : '?…'}`;
}

function wrong(name: string, problem: string, hint?: string): WordmillError {
  return new WordmillError('usage', problem, { place: { file: name }, ...(hint !== undefined && { hint }) });
}
