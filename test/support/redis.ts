import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { connectionOptions } from '../../src/distributed/bullmq/redis.js';
import { redisAddress } from '../../src/distributed/redis-address.js';
import type { RedisSettings } from '../../src/distributed/settings.js';

const missing = spawnSync('redis-server', ['--version']).error !== undefined;

/** For a test's `skip`: why there is no Redis server, or false. */
export const skipWithoutRedis: string | false =
  missing && 'there is no redis-server: node scripts/peers.mjs redis';

/** For a test's `skip`: why no certificates can be made, or false. */
export const skipWithoutOpenssl: string | false =
  spawnSync('openssl', ['version']).error !== undefined && 'there is no openssl: apt-get install openssl';

export interface RedisServerOptions {
  readonly password?: string;
  /** Speaks TLS only, on a port, with a certificate that its own authority has signed. */
  readonly tls?: boolean;
  /** Whether it writes down what it holds (AOF), as servers of queues do. */
  readonly persistent?: boolean;
  /** More of its own options, such as `['--maxmemory', '1mb']`. */
  readonly arguments?: readonly string[];
}

/** A Redis server of a test's own, in a temporary folder. */
export class RedisServer {
  readonly folder = mkdtempSync(join(tmpdir(), 'wordmill-redis-'));
  readonly #options: RedisServerOptions;
  readonly #port: number;
  #process: ChildProcess | undefined;

  private constructor(options: RedisServerOptions, port: number) {
    this.#options = options;
    this.#port = port;
  }

  /** Starts one, and waits until it answers. It listens on a unix socket; with TLS on a port of the loopback. */
  static async start(options: RedisServerOptions = {}): Promise<RedisServer> {
    const server = new RedisServer(options, options.tls ? await freePort() : 0);
    if (options.tls) makeCertificates(server.folder);
    await server.begin();
    return server;
  }

  /** Its address, without a password. */
  get url(): string {
    return this.#options.tls
      ? `rediss://localhost:${this.#port}`
      : `unix://${join(this.folder, 'redis.sock')}`;
  }

  /** The certificate of the authority that has signed the server's. */
  get caPath(): string {
    return join(this.folder, 'ca.crt');
  }

  /** What a command's environment needs in order to use it. */
  get environment(): Record<string, string> {
    const { password, tls } = this.#options;
    return {
      WORDMILL_REDIS: this.url,
      ...(password !== undefined && { WORDMILL_REDIS_PASSWORD: password }),
      ...(tls && { WORDMILL_REDIS_CA: this.caPath }),
    };
  }

  get settings(): RedisSettings {
    const { password, tls } = this.#options;
    return {
      ...redisAddress(this.url, 'test'),
      ...(password !== undefined && { password }),
      ...(tls && { ca: readFileSync(this.caPath, 'utf8') }),
    };
  }

  /** A connection of its own for a test; to be disconnected by it. */
  client(): Redis {
    return new Redis(connectionOptions(this.settings));
  }

  /** Starts it again, after `kill`, with what it had written down. */
  async begin(): Promise<void> {
    const { password, tls, persistent } = this.#options;
    const files = tls && {
      'tls-port': String(this.#port),
      'tls-cert-file': join(this.folder, 'server.crt'),
      'tls-key-file': join(this.folder, 'server.key'),
      'tls-ca-cert-file': this.caPath,
      'tls-auth-clients': 'no',
    };
    const options = {
      port: '0',
      ...(files || { unixsocket: join(this.folder, 'redis.sock') }),
      dir: this.folder,
      save: '',
      appendonly: persistent ? 'yes' : 'no',
      ...(persistent && { appendfsync: 'always' }),
      // Elsewhere its warning is written to the standard error of every test.
      'maxmemory-policy': 'noeviction',
      ...(password !== undefined && { requirepass: password }),
    };
    const given = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value as string]);
    this.#process = spawn('redis-server', [...given, ...(this.#options.arguments ?? [])], {
      stdio: 'ignore',
    });
    const client = new Redis({ ...connectionOptions(this.settings), retryStrategy: () => 50 });
    client.on('error', () => {});
    const ended = once(this.#process, 'exit').then(([code]) => {
      throw new Error(`redis-server ended with ${code} at its start`);
    });
    try {
      await Promise.race([client.ping(), ended]);
    } finally {
      // It ends some day.
      ended.catch(() => {});
      client.disconnect();
    }
  }

  /** Ends it at once, as a machine that fails. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Ends it and starts it again: what it had written down is there. */
  async restart(): Promise<void> {
    await this.#end('SIGTERM');
    await this.begin();
  }

  /** Ends it and removes its folder. */
  async stop(): Promise<void> {
    await this.#end('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** All that it holds: by key, as text. */
  async dump(): Promise<Map<string, string>> {
    const client = this.client();
    try {
      const all = new Map<string, string>();
      for (const key of await client.keys('*')) all.set(key, await textAt(client, key));
      return all;
    } finally {
      client.disconnect();
    }
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  }
}

async function textAt(client: Redis, key: string): Promise<string> {
  switch (await client.type(key)) {
    case 'string':
      return (await client.get(key)) ?? '';
    case 'hash':
      return JSON.stringify(await client.hgetall(key));
    case 'list':
      return JSON.stringify(await client.lrange(key, 0, -1));
    case 'set':
      return JSON.stringify(await client.smembers(key));
    case 'zset':
      return JSON.stringify(await client.zrange(key, '0', '-1', 'WITHSCORES'));
    case 'stream':
      return JSON.stringify(await client.xrange(key, '-', '+'));
    default:
      return '';
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** An authority, and a certificate for `localhost` that it has signed. */
function makeCertificates(folder: string): void {
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc'];
  openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    'ca.key',
    '-out',
    'ca.crt',
    '-days',
    '2',
    '-subj',
    '/CN=test authority',
  );
  openssl(
    ...['req', '-x509', ...key, '-keyout', 'server.key', '-out', 'server.crt', '-days', '2'],
    ...[
      '-subj',
      '/CN=localhost',
      '-addext',
      'subjectAltName=DNS:localhost',
      '-CA',
      'ca.crt',
      '-CAkey',
      'ca.key',
    ],
  );
}
