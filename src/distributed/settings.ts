import { readFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { WordmillError } from '../core/errors.js';
import { optionProblems } from '../core/options.js';
import { type RedisAddress, redisAddress } from './redis-address.js';

/** What a connection file may say. */
export const connectionFile = z.strictObject({
  redis: z.string().min(1).optional().describe('The Redis server: redis://HOST:PORT, rediss:// for TLS'),
  redisPassword: z.string().min(1).optional().describe('Its password, where the address has none'),
  redisCa: z
    .string()
    .min(1)
    .optional()
    .describe('A file of the certificates that its own is checked by (PEM)'),
  storage: z
    .string()
    .min(1)
    .optional()
    .describe('Where machines exchange what they make: a shared folder, or s3://BUCKET/PREFIX'),
});

/** What flags say; each that is not given is absent. */
export interface ConnectionFlags {
  readonly redis?: string | undefined;
  readonly storage?: string | undefined;
  /** A connection file. */
  readonly connection?: string | undefined;
}

/** The Redis server, and the certificates that its own is checked by. */
export interface RedisSettings extends RedisAddress {
  /** In PEM. */
  readonly ca?: string;
}

/**
 * Where a distributed run finds Redis: `--redis`, or the connection file of `--connection`, or `WORDMILL_REDIS`, or the
 * connection file that `WORDMILL_CONNECTION` names. A password that the address lacks comes from
 * `WORDMILL_REDIS_PASSWORD` or the file, the certificates from `WORDMILL_REDIS_CA` (a path) or the file.
 *
 * @throws WordmillError `usage` where none is given or one is wrong; `noInput` for a file that cannot be read. No message
 * has a user name or password in it.
 */
export async function redisSettings(
  flags: ConnectionFlags,
  env: NodeJS.ProcessEnv = process.env,
): Promise<RedisSettings> {
  const file = await connectionOf(flags, env);
  const found = firstOf([
    ['--redis', flags.redis],
    ...(flags.connection === undefined ? [] : [[`${file.path}: redis`, file.redis] as const]),
    ['WORDMILL_REDIS', env.WORDMILL_REDIS],
    [`${file.path}: redis`, file.redis],
  ]);
  if (!found) {
    throw new WordmillError('usage', 'no Redis server is given', {
      hint: 'Give --redis redis://HOST:PORT, or set WORDMILL_REDIS, or name a connection file by --connection FILE.',
    });
  }
  const address = redisAddress(found.value, found.key);
  const password = address.password ?? (env.WORDMILL_REDIS_PASSWORD || file.redisPassword);
  const caPath = env.WORDMILL_REDIS_CA || file.redisCa;
  return {
    ...address,
    ...(password !== undefined && { password }),
    ...(address.tls && caPath !== undefined && { ca: await readText(caPath, 'the certificates for Redis') }),
  };
}

/**
 * The address of the storage that the machines of a run share: `--storage`, or the connection file of `--connection`, or
 * `WORDMILL_STORAGE`, or the connection file that `WORDMILL_CONNECTION` names.
 *
 * @throws WordmillError `usage` where none is given; as `redisSettings` for the file.
 */
export async function storageAddress(
  flags: ConnectionFlags,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const file = await connectionOf(flags, env);
  const found = firstOf([
    ['--storage', flags.storage],
    ...(flags.connection === undefined ? [] : [['storage', file.storage] as const]),
    ['WORDMILL_STORAGE', env.WORDMILL_STORAGE],
    ['storage', file.storage],
  ]);
  if (found) return found.value;
  throw new WordmillError('usage', 'no storage is given for what machines exchange', {
    hint: 'Give --storage FOLDER or --storage s3://BUCKET/PREFIX, or set WORDMILL_STORAGE, or name a connection file by --connection FILE.',
  });
}

function firstOf(
  candidates: readonly (readonly [key: string, value: string | undefined])[],
): { key: string; value: string } | undefined {
  // A variable that is set to nothing is not set.
  const found = candidates.find(([, value]) => value !== undefined && value !== '');
  return found && { key: found[0], value: found[1]! };
}

async function connectionOf(
  { connection }: ConnectionFlags,
  env: NodeJS.ProcessEnv,
): Promise<z.output<typeof connectionFile> & { readonly path: string }> {
  const path = connection ?? (env.WORDMILL_CONNECTION || undefined);
  if (path === undefined) return { path: '' };
  const document = parseDocument(await readText(path, 'the connection file'));
  // What is wrong is told without the text around it, which may be a password.
  const [error] = document.errors;
  if (error) {
    const line = error.linePos?.[0].line;
    throw new WordmillError('usage', 'this is not YAML', {
      place: { file: path, ...(line !== undefined && { line }) },
    });
  }
  const given: unknown = document.toJS() ?? {};
  const parsed = connectionFile.safeParse(given);
  if (parsed.success) return { ...parsed.data, path };
  const { path: keys, hint, wrongKey } = optionProblems(connectionFile, given, parsed.error)[0]!;
  const key = keys.join('.');
  throw new WordmillError(
    'usage',
    wrongKey
      ? 'unknown key'
      : key === ''
        ? 'must be an object of keys and values'
        : 'must be a text that is not empty',
    { place: { file: path, ...(key !== '' && { key }) }, ...(hint !== undefined && { hint }) },
  );
}

async function readText(path: string, what: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new WordmillError('noInput', `${what} cannot be read: ${(error as Error).message}`, {
      place: { file: path },
      cause: error,
    });
  }
}
