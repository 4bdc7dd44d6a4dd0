import type { IncomingHttpHeaders } from 'undici/types/header.js';
import { type ErrorKind, systemCode, WordmillError } from '../../core/errors.js';
import { CREDENTIALS_VARIABLE } from './credentials.js';
import { RESET } from './paused-sockets.js';
import { one } from './version.js';

/** A failure that may pass: the request is made again. */
export class PassingFailure extends Error {
  /**
   * @param problem what went wrong
   * @param retryAfter how long the server asks to wait, in seconds
   */
  constructor(
    readonly problem: string,
    readonly retryAfter?: number,
    cause?: unknown,
  ) {
    super(problem, { cause });
  }
}

/** What the codes of Node and undici mean, where the same request may succeed a little later. */
const PASSING: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was reset',
  [RESET]: 'the connection was reset',
  EPIPE: 'the connection was closed',
  ETIMEDOUT: 'the connection timed out',
  EHOSTUNREACH: 'the host cannot be reached',
  EHOSTDOWN: 'the host is down',
  ENETUNREACH: 'the network cannot be reached',
  ENETDOWN: 'the network is down',
  EAI_AGAIN: 'the name could not be looked up',
  UND_ERR_CONNECT_TIMEOUT: 'connecting took too long (connectTimeout)',
  UND_ERR_HEADERS_TIMEOUT: 'no answer came in time (headersTimeout)',
  UND_ERR_BODY_TIMEOUT: 'the download stalled (stallTimeout)',
  UND_ERR_SOCKET: 'the connection was closed before the end',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the answer was not as long as it said',
};

/** A request or a body that failed, as an error to throw or, where it may pass, to try again after. */
export function networkFailure(error: unknown, name: string): WordmillError | PassingFailure {
  if (error instanceof WordmillError || error instanceof PassingFailure) return error;
  const code = codeOf(error) ?? '';
  const problem = PASSING[code];
  if (problem !== undefined) return new PassingFailure(problem, undefined, error);
  if ((error as Error).name === 'HTTPParserError') {
    return new PassingFailure('the answer breaks off or is not valid HTTP', undefined, error);
  }
  const details = { place: { file: name }, cause: error };
  const { message } = error as Error;
  if (code === 'ENOTFOUND') {
    return new WordmillError('noInput', 'there is no host of this name', {
      ...details,
      hint: 'Check the URL.',
    });
  }
  if (/certificate|CERT|SSL|TLS/i.test(`${code} ${message}`)) {
    return new WordmillError('unavailable', `the connection is not secure: ${message}`, {
      ...details,
      hint: 'A certificate authority of your own can be named by NODE_EXTRA_CA_CERTS.',
    });
  }
  if (/HTTP Tunneling|Proxy Authentication/.test(message)) {
    const status = Number(/\((\d+)\)/.exec(message)?.[1]);
    return isPassing(status)
      ? new PassingFailure(`the proxy answered ${status}`, undefined, error)
      : proxyFailure(details);
  }
  return new WordmillError('inputOutput', `cannot be read: ${message}`, details);
}

function proxyFailure(details: { place: { file: string }; cause?: unknown }): WordmillError {
  return new WordmillError('unavailable', 'the proxy does not pass this request on', {
    ...details,
    hint: 'Check http_proxy and https_proxy, and whether the proxy wants a user name and a password.',
  });
}

/** The code of an error; of several (one for each address that was tried), the first one's. */
function codeOf(error: unknown): string | undefined {
  const code = systemCode(error);
  return code ?? (error instanceof AggregateError ? systemCode(error.errors[0]) : undefined);
}

/** Statuses that say "not now" (RFC 9110, 15.5 and 15.6; 425 is RFC 8470's, 429 RFC 6585's). */
const PASSING_STATUSES: ReadonlySet<number> = new Set([408, 425, 429]);
const LASTING_STATUSES: ReadonlySet<number> = new Set([501, 505, 511]);
const PROXY_AUTHENTICATION = 407;

function isPassing(status: number): boolean {
  return PASSING_STATUSES.has(status) || (status >= 500 && !LASTING_STATUSES.has(status));
}

/** What a status that brings no file means: an error to throw or, where it may pass, to try again after. */
export function statusFailure(
  status: number,
  headers: IncomingHttpHeaders,
  name: string,
): WordmillError | PassingFailure {
  const problem = `the server answered ${status}`;
  if (isPassing(status)) return new PassingFailure(problem, retryAfterOf(one(headers['retry-after'])));
  if (status === PROXY_AUTHENTICATION) return proxyFailure({ place: { file: name } });
  const hints: Record<number, string> = {
    401: `It wants credentials: set ${CREDENTIALS_VARIABLE}="HOST=Bearer …" in the environment.`,
    403: `Without permission; credentials are taken from ${CREDENTIALS_VARIABLE}, and signatures in URLs expire.`,
    404: 'There is no such file; check the URL.',
    410: 'The file has been removed.',
  };
  const kind: ErrorKind = status >= 500 ? 'unavailable' : 'noInput';
  const hint = hints[status];
  return new WordmillError(kind, problem, { place: { file: name }, ...(hint !== undefined && { hint }) });
}

/** Seconds from a `Retry-After`, which gives seconds or a date (RFC 9110, 10.2.3). */
export function retryAfterOf(value: string | undefined, now = Date.now()): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now) / 1000);
}
