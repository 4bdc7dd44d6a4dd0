/** Whether an entry of `source.files` is a URL of any kind rather than a path. */
export function isUrl(entry: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(entry);
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
