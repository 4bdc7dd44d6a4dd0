import type { ConnectionOptions } from 'bullmq';
import { Redis, type RedisOptions } from 'ioredis';
import { WordmillError } from '../../core/errors.js';
import type { RedisSettings } from '../settings.js';

/** How long a server has to answer when a command begins, in milliseconds. */
const CONNECT_TIMEOUT = 10_000;

/** The most that is waited before a lost connection is tried again, in milliseconds. */
const LONGEST_WAIT = 2_000;

/**
 * What ioredis and BullMQ connect with: the one place that knows how. A connection that is lost is tried again for ever,
 * and commands wait for it.
 *
 * @param retries how often a command is sent again on a new connection before it fails; for ever if null.
 */
export function connectionOptions(redis: RedisSettings, retries: number | null = null): RedisOptions {
  const { host, port, path, db, username, password, tls, ca } = redis;
  return {
    ...(path === undefined ? { host: host!, port: port! } : { path }),
    db,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(tls && { tls: { ...(ca !== undefined && { ca }), ...serverName(host!) } }),
    connectTimeout: CONNECT_TIMEOUT,
    keepAlive: 30_000,
    maxRetriesPerRequest: retries,
    retryStrategy: (times) => Math.min(100 * 2 ** Math.min(times, 10), LONGEST_WAIT),
  };
}

/** The same for what BullMQ makes its own connections with. */
export function queueConnection(redis: RedisSettings, retries: number | null = null): ConnectionOptions {
  return connectionOptions(redis, retries) as ConnectionOptions;
}

/** Names a host for TLS; addresses have no names there (RFC 6066). */
function serverName(host: string): { servername?: string } {
  return /^[\d.]+$|:/.test(host) ? {} : { servername: host };
}

/**
 * A connection for commands of our own, once the server has answered.
 *
 * @throws WordmillError `unavailable` where it does not within seconds, or lets nobody in; with the address, without
 * user name and password.
 */
export async function connectRedis(redis: RedisSettings, retries: number | null = null): Promise<Redis> {
  const options = connectionOptions(redis, retries);
  let connected = false;
  let refused: Error | undefined;
  const client = new Redis({
    ...options,
    lazyConnect: true,
    retryStrategy: (times) => (connected ? options.retryStrategy!(times) : null),
  });
  // Without a listener ioredis writes errors to the console.
  client.on('error', (error) => {
    refused = error;
  });
  try {
    await client.connect();
    await client.ping();
    connected = true;
    return client;
  } catch (error) {
    client.disconnect();
    throw redisUnavailable(redis, refused ?? (error as Error));
  }
}

/** The error of a server that does not answer, or answers with a refusal. */
export function redisUnavailable({ shown, tls, ca, password }: RedisSettings, cause: Error): WordmillError {
  const { message, code } = cause as Error & { code?: string };
  // A host with several addresses has an error for each, and no message.
  const reason = message || code || 'it does not answer';
  const hint = /NOAUTH|WRONGPASS|NOPERM|invalid (username-)?password/i.test(message)
    ? `${password === undefined ? 'It wants a password' : 'Its password or its user is another'}: set WORDMILL_REDIS_PASSWORD, or redisPassword in a connection file.`
    : /self.signed|unable to (verify|get)|certificate|altname/i.test(message)
      ? `Its certificate is not trusted${ca === undefined ? ': name the file of its authority by WORDMILL_REDIS_CA, or redisCa in a connection file' : ' by the certificates that are given'}.`
      : tls
        ? 'Is it running, is it reached from here, and does it speak TLS?'
        : 'Is it running, and is it reached from here? Where it speaks TLS the address begins with rediss://.';
  return new WordmillError('unavailable', `the Redis server ${shown} cannot be used: ${reason}`, {
    hint,
    cause,
  });
}
