import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { openStore } from '../../src/storage/open-store.js';

test('a path, a file: address and an s3: address open stores by their names', async () => {
  const nameOf = async (address: string) => (await openStore(address)).name;
  assert.equal(await nameOf('shared/runs'), resolve('shared/runs'));
  assert.equal(await nameOf(pathToFileURL('/shared/a b').href), '/shared/a b');
  assert.equal(await nameOf('s3://bucket'), 's3://bucket');
  assert.equal(await nameOf('s3://bucket/'), 's3://bucket');
  assert.equal(await nameOf('S3://bucket/one/two/'), 's3://bucket/one/two');
});

test('addresses that are none are refused with what to write', async () => {
  const wrong: [string, RegExp][] = [
    ['', /is empty\n {2}Give a folder/],
    ['s3://', /names no bucket\n {2}Write s3:/],
    ['s3:bucket/x', /two slashes are missing/],
    ['s3://b', /no bucket is called 'b'/],
    [
      's3://localhost:9000/bucket',
      /no bucket is called 'localhost:9000'\n.*AWS_ENDPOINT_URL=http:\/\/HOST:PORT/,
    ],
    ['s3://bucket/a//b', /under the prefix 'a\/\/b'/],
    ['s3://bucket/../b', /under the prefix/],
    ['s3://bucket/a?region=x', /has a \? or #.*\n.*AWS_REGION/],
    ['http://host:9000/bucket', /no http address\n.*AWS_ENDPOINT_URL/],
    ['s3a://bucket/x', /s3:\/\/BUCKET\/PREFIX here, not s3a/],
    ['gs://bucket', /cannot be at gs: addresses\n {2}Give a folder/],
    ['file://host/path', /no address of a folder/],
  ];
  for (const [address, message] of wrong) {
    await assert.rejects(openStore(address), { name: 'WordmillError', kind: 'usage', message }, address);
  }
});

test('a user name or password in an address is refused and not repeated', async () => {
  for (const address of [
    's3://name:secret@bucket/x',
    's3://secret@bucket',
    'https://name:secret@host/bucket',
  ]) {
    await assert.rejects(openStore(address), (error: Error) => {
      assert.match(error.message, /AWS_/);
      assert.doesNotMatch(error.message, /secret|name:/);
      return true;
    });
  }
});

test('a file in the place of the folder is refused', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'addresses-'));
  try {
    await writeFile(join(folder, 'file'), '');
    await assert.rejects(openStore(join(folder, 'file')), {
      kind: 'cannotCreate',
      message: /this is a file/,
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a folder in one that is not there is not made: its disk may not be mounted', async () => {
  const store = await openStore('/no/such/folder');
  assert.equal(await store.getBytes('key'), undefined);
  await assert.rejects(store.putBytes('key', new Uint8Array()), {
    kind: 'cannotCreate',
    message: /\/no\/such\/folder: the folder that storage is to be in does not exist\n.*mounted/,
  });
});
