import { request as send } from 'undici';
import type { IncomingHttpHeaders } from 'undici/types/header.js';
import { abortError, WordmillError } from '../../core/errors.js';
import { redactedUrl } from '../../core/shown-url.js';
import { type Connections, PrivateAddress } from './connections.js';
import { type Credentials, credentialHeaders } from './credentials.js';
import { networkFailure } from './failures.js';
import type { HttpOptions } from './options.js';
import type { GivenUrl } from './url.js';
import { one } from './version.js';

/** The body of an answer. */
export interface HttpBody extends AsyncIterable<Uint8Array> {
  /** Reads what is left, if it is little, so that the connection can be used again. */
  dump(): Promise<unknown>;
  destroy(): void;
}

/** An answer that is no redirect. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: HttpBody;
}

/** What requests are made with. */
export interface RequestSettings {
  readonly connections: Connections;
  readonly credentials: Credentials;
  readonly options: HttpOptions;
  readonly signal: AbortSignal;
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Makes a request and follows redirects. Bytes are asked for as they are stored (no content encoding).
 *
 * @throws PassingFailure where the same request may succeed later
 * @throws WordmillError `unavailable` for redirects that are not followed, and what `networkFailure` says
 */
export async function request(
  given: GivenUrl,
  method: 'GET' | 'HEAD',
  headers: Readonly<Record<string, string>>,
  { connections, credentials, options, signal }: RequestSettings,
): Promise<HttpResponse> {
  const seen = new Set<string>();
  /** Once an answer came from a public address, redirects must stay among such. */
  let guarded = false;
  for (let url = given.url; ; ) {
    seen.add(url.href);
    let response: Awaited<ReturnType<typeof send>>;
    try {
      if (guarded) await connections.refusePrivate(url);
      response = await send(url, {
        method,
        headers: {
          'user-agent': 'wordmill',
          accept: '*/*',
          'accept-encoding': 'identity',
          ...credentialHeaders(credentials, given.url, url),
          ...headers,
        },
        dispatcher: connections.dispatcher(method, guarded),
        signal,
        headersTimeout: options.headersTimeout * 1000,
        bodyTimeout: options.stallTimeout * 1000,
      });
    } catch (error) {
      if (signal.aborted) throw abortError(signal);
      if (error instanceof PrivateAddress) throw privateRedirect(given.name, url, error);
      throw networkFailure(error, given.name);
    }
    const { statusCode: status, headers: answer, body } = response;
    // An error of a body that nobody reads any more, such as the abort at the end of a run, is nobody's error.
    body.on('error', () => {});
    const location = one(answer.location);
    if (!REDIRECTS.has(status) || location === undefined) return { status, headers: answer, body };
    await body.dump();
    const next = nextUrl(given.name, url, location, options);
    if (seen.has(next.href)) throw notFollowed(given.name, 'its redirects lead in a circle');
    if (seen.size > options.redirects) {
      throw notFollowed(
        given.name,
        `more than ${options.redirects} redirects`,
        '--http-redirects allows more.',
      );
    }
    if (!options.allowPrivateRedirects && !connections.isPrivate(url)) guarded = true;
    url = next;
  }
}

/** Where a redirect leads; without a fragment. */
function nextUrl(name: string, from: URL, location: string, options: HttpOptions): URL {
  if (!URL.canParse(location, from.href)) throw notFollowed(name, 'a redirect leads to what is no URL');
  const next = new URL(location, from.href);
  next.hash = '';
  if (next.protocol !== 'http:' && next.protocol !== 'https:') {
    throw notFollowed(name, `a redirect leads to ${next.protocol}//, which is not read here`);
  }
  if (next.username !== '' || next.password !== '') {
    throw notFollowed(name, 'a redirect leads to a URL with a user name or a password');
  }
  if (from.protocol === 'https:' && next.protocol === 'http:' && !options.allowInsecureRedirects) {
    throw notFollowed(
      name,
      `a redirect leads from https to http: ${redactedUrl(next)}`,
      'Give that URL itself, or --http-allow-insecure-redirects.',
    );
  }
  return next;
}

function privateRedirect(name: string, url: URL, { address }: PrivateAddress): WordmillError {
  return notFollowed(
    name,
    `a redirect leads from a public address to a private one: ${redactedUrl(url)} (${address})`,
    'If that is meant, give that URL itself, or --http-allow-private-redirects.',
  );
}

function notFollowed(name: string, problem: string, hint?: string): WordmillError {
  return new WordmillError('unavailable', problem, {
    place: { file: name },
    ...(hint !== undefined && { hint }),
  });
}
