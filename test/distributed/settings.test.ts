import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { WordmillError } from '../../src/core/errors.js';
import { redisAddress } from '../../src/distributed/redis-address.js';
import { redisSettings, storageAddress } from '../../src/distributed/settings.js';
import { temporaryFolder } from '../cli/helpers.js';

const usage = (expected: RegExp) => (error: WordmillError) => {
  assert.equal(error.kind, 'usage');
  assert.match(error.message, expected);
  assert.doesNotMatch(error.message + error.hint, /hunter2/);
  return true;
};

describe('the address of a Redis server', () => {
  test('has host, port, database, user and password, and is shown without the last two', () => {
    assert.deepEqual(redisAddress('rediss://me:hunter2%2F@redis.example:6380/3', '--redis'), {
      shown: 'rediss://redis.example:6380/3',
      ...{ host: 'redis.example', port: 6380, db: 3, tls: true },
      ...{ username: 'me', password: 'hunter2/' },
    });
    assert.deepEqual(redisAddress('redis://localhost', '--redis'), {
      shown: 'redis://localhost:6379',
      ...{ host: 'localhost', port: 6379, db: 0, tls: false },
    });
    assert.equal(redisAddress('redis://[::1]:7000', '--redis').host, '::1');
  });

  test('may be a unix socket', () => {
    const address = redisAddress('unix:///run/my%20redis.sock?db=2', '--redis');
    assert.deepEqual(address, {
      shown: 'unix:///run/my redis.sock?db=2',
      ...{ path: '/run/my redis.sock', db: 2, tls: false },
    });
  });

  test('is refused without repeating it, since it may hold a password', () => {
    for (const [text, problem] of [
      ['localhost:hunter2', /--redis: .*scheme 'localhost'/],
      ['http://me:hunter2@host', /--redis: unknown scheme 'http'/],
      ['redis://me:hunter2@', /--redis: must be the address|--redis: must have a host/],
      ['redis://:hunter2@host/first', /database .* whole number/],
      ['redis://:hunter2@host?tls=1', /no 'tls'/],
      ['hunter2', /must be the address/],
      ['unix://', /path of a socket/],
    ] as const) {
      assert.throws(() => redisAddress(text, '--redis'), usage(problem));
    }
  });
});

describe('the settings of a distributed run', () => {
  let folder: string;
  let remove: () => Promise<void>;
  let file: string;
  before(async () => {
    ({ folder, remove } = await temporaryFolder({
      'connection.yaml': 'redis: rediss://file\nredisPassword: hunter2\nredisCa: CA\nstorage: /from/file\n',
      'wrong-key.yaml': 'redis: redis://file\nredisPasword: hunter2\n',
      'wrong-value.yaml': 'redisPassword: [hunter2]\n',
      'no-yaml.yaml': 'redis: redis://file\nredisPassword: "hunter2\n',
      'ca.pem': 'CERTIFICATE',
    }));
    file = join(folder, 'connection.yaml');
  });
  after(() => remove());

  test('come from flags, else a file that a flag names, else the environment, else the file that it names', async () => {
    const env = {
      WORDMILL_REDIS: 'redis://env',
      WORDMILL_STORAGE: '/from/env',
      WORDMILL_REDIS_CA: join(folder, 'ca.pem'),
    };
    const hosts = async (flags: object, variables: NodeJS.ProcessEnv) => [
      (await redisSettings(flags, variables)).host,
      await storageAddress(flags, variables),
    ];
    const all = { redis: 'redis://flag', storage: '/from/flag', connection: file };
    assert.deepEqual(await hosts(all, env), ['flag', '/from/flag']);
    assert.deepEqual(await hosts({ connection: file }, env), ['file', '/from/file']);
    assert.deepEqual(await hosts({}, { ...env, WORDMILL_CONNECTION: file }), ['env', '/from/env']);
    const { WORDMILL_REDIS_CA } = env;
    assert.deepEqual(await hosts({}, { WORDMILL_REDIS: '', WORDMILL_REDIS_CA, WORDMILL_CONNECTION: file }), [
      'file',
      '/from/file',
    ]);
  });

  test('have the password of the address, of the environment or of the file, and the certificates in a file', async () => {
    const ca = join(folder, 'ca.pem');
    const of = async (redis: string | undefined, env: NodeJS.ProcessEnv) =>
      redisSettings({ redis, connection: file }, { WORDMILL_REDIS_CA: ca, ...env });
    assert.equal((await of('redis://:own@host', { WORDMILL_REDIS_PASSWORD: 'env' })).password, 'own');
    assert.equal((await of('redis://host', { WORDMILL_REDIS_PASSWORD: 'env' })).password, 'env');
    const { password, ca: pem } = await of(undefined, {});
    assert.deepEqual([password, pem], ['hunter2', 'CERTIFICATE']);
    assert.equal((await of('redis://host', {})).ca, undefined);
    await assert.rejects(redisSettings({ connection: file }, {}), { kind: 'noInput' });
  });

  test('are refused with file and key, and never with a password', async () => {
    const refused = (name: string) => redisSettings({ connection: join(folder, name) }, {});
    await assert.rejects(
      refused('wrong-key.yaml'),
      usage(/wrong-key.yaml: redisPasword: unknown key\n.*redisPassword/),
    );
    await assert.rejects(refused('wrong-value.yaml'), usage(/redisPassword: must be a text/));
    await assert.rejects(refused('no-yaml.yaml'), usage(/no-yaml.yaml:\d+: this is not YAML/));
    await assert.rejects(refused('missing.yaml'), { kind: 'noInput' });
    await assert.rejects(redisSettings({}, {}), usage(/no Redis server is given\n.*--redis/));
    await assert.rejects(storageAddress({}, {}), usage(/no storage is given/));
  });
});
