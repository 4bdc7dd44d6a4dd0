import { WordmillError } from '../core/errors.js';
import { unknownName } from '../core/options.js';

/** Where a Redis (or Valkey) server is, and how one signs in there. */
export interface RedisAddress {
  /** What messages call it: the address without user name and password. */
  readonly shown: string;
  readonly host?: string;
  readonly port?: number;
  /** The path of a unix socket, in place of host and port. */
  readonly path?: string;
  /** The number of the database. */
  readonly db: number;
  readonly username?: string;
  readonly password?: string;
  readonly tls: boolean;
}

const SCHEMES = ['redis:', 'rediss:', 'unix:'];

const HINT = 'It is written as redis://HOST:PORT, rediss://HOST:PORT (TLS) or unix:///PATH.';

/**
 * The address that a URL gives: `redis://USER:PASSWORD@HOST:PORT/DATABASE`, `rediss://…` for TLS, or
 * `unix:///PATH?db=DATABASE`; everything but the host may be left out.
 *
 * @param key the flag, variable or key that it was given by, for messages; these never repeat the URL, which may have a
 * password in it.
 * @throws WordmillError `usage`
 */
export function redisAddress(text: string, key: string): RedisAddress {
  const wrong = (problem: string) => new WordmillError('usage', problem, { place: { key }, hint: HINT });
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw wrong('must be the address of a Redis server');
  }
  if (!SCHEMES.includes(url.protocol)) {
    const known = SCHEMES.map((scheme) => scheme.slice(0, -1));
    throw wrong(
      `${unknownName('scheme', url.protocol.slice(0, -1), known).problem} of a Redis server's address`,
    );
  }
  const unix = url.protocol === 'unix:';
  const database = unix ? (url.searchParams.get('db') ?? '') : url.pathname.replace(/^\//, '');
  if (!/^\d*$/.test(database)) throw wrong('the database of a Redis server must be a whole number');
  const strange = [...url.searchParams.keys()].find((name) => !unix || name !== 'db');
  if (strange !== undefined) throw wrong(`an address has no '${strange}'`);
  const db = Number(database);
  const tls = url.protocol === 'rediss:';
  if (unix) {
    const path = decodeURIComponent(url.pathname);
    if (url.host !== '' || path === '') throw wrong('must have the path of a socket after unix://');
    return { shown: `unix://${path}${db > 0 ? `?db=${db}` : ''}`, path, db, tls };
  }
  // An address of IP version 6 stands in brackets.
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (host === '') throw wrong('must have a host');
  const port = Number(url.port || 6379);
  return {
    shown: `${url.protocol}//${url.hostname}:${port}${db > 0 ? `/${db}` : ''}`,
    ...{ host, port, db, tls },
    ...(url.username !== '' && { username: decodeURIComponent(url.username) }),
    ...(url.password !== '' && { password: decodeURIComponent(url.password) }),
  };
}
