import type { DownloadSettings } from './download.js';
import { statusFailure } from './failures.js';
import { type HttpResponse, request } from './request.js';
import { Retries } from './retries.js';
import type { GivenUrl } from './url.js';
import { type HttpVersion, versionOf } from './version.js';

/** Servers, and signatures that are good for GET alone, answer HEAD by these though the file can be had. */
const HEAD_REFUSED: ReadonlySet<number> = new Set([400, 403, 405, 501]);

/**
 * What a server says of a file without sending it: by HEAD, or by asking for its first byte where HEAD is refused.
 *
 * @throws WordmillError as `statusFailure` and `networkFailure` say
 */
export function inspect(given: GivenUrl, settings: DownloadSettings): Promise<HttpVersion> {
  return new Retries(given.name, settings).until(() => ask(given, settings), 0);
}

async function ask(given: GivenUrl, settings: DownloadSettings): Promise<HttpVersion> {
  const head = await request(given, 'HEAD', {}, settings);
  await head.body.dump();
  if (!HEAD_REFUSED.has(head.status)) {
    const { bytes, ...version } = versionIn(head, given);
    // Some servers say 0 of whatever they do not send.
    return bytes ? { ...version, bytes } : version;
  }
  const first = await request(given, 'GET', { range: 'bytes=0-0' }, settings);
  // A server without ranges sends all of it.
  if (first.status === 200) first.body.destroy();
  else await first.body.dump();
  return versionIn(first, given);
}

function versionIn({ status, headers }: HttpResponse, { name }: GivenUrl): HttpVersion {
  if (status === 200 || status === 206) return versionOf(headers, status);
  // Of an empty file there is no first byte.
  if (status === 416) return { ...versionOf(headers, 206), bytes: 0 };
  throw statusFailure(status, headers, name);
}
