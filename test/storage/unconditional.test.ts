import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { S3Store } from '../../src/storage/s3-store.js';
import { FailingProxy, type ProxySettings } from '../support/failing-proxy.js';
import { MotoServer, skipWithoutMoto } from '../support/moto.js';

let moto: MotoServer;
const proxies: FailingProxy[] = [];

/** Services that do not know conditional writes: the one writes over the object, the other refuses the request. */
const SERVICES: Record<string, NonNullable<ProxySettings['before']>> = {
  'ignores conditions': (request) => {
    delete request.headers['if-none-match'];
    return undefined;
  },
  'refuses conditions': (request) =>
    request.headers['if-none-match'] ? { status: 501, code: 'NotImplemented' } : undefined,
};

before(async () => {
  if (!skipWithoutMoto) moto = await MotoServer.start();
});

after(async () => {
  for (const proxy of proxies) await proxy.stop();
  await moto?.stop();
});

let count = 0;

async function storesOf(
  behaviour: NonNullable<ProxySettings['before']>,
  stores: number,
  settleSeconds: number,
  partBytes?: number,
): Promise<S3Store[]> {
  const proxy = await FailingProxy.start(moto.endpoint, { oneIn: 0, before: behaviour });
  proxies.push(proxy);
  Object.assign(process.env, moto.environment(proxy.endpoint));
  const place = { bucket: moto.bucket, prefix: `test-${count++}/` };
  const opened = Array.from(
    { length: stores },
    () => new S3Store(place, { settleSeconds, ...(partBytes && { partBytes }) }),
  );
  // The client takes the address from the environment as it is now.
  for (const store of opened) await store.size('nothing');
  return opened;
}

for (const [name, behaviour] of Object.entries(SERVICES)) {
  test(`S3 that ${name}: keeps the first of two objects`, { skip: skipWithoutMoto }, async () => {
    const [store] = await storesOf(behaviour, 1, 0.2);
    const path = fileURLToPath(import.meta.url);
    const text = readFileSync(path, 'utf8');
    assert.equal(await store!.putFile('file', path), true);
    assert.equal(await store!.putFile('file', path), false);
    assert.equal(new TextDecoder().decode(await store!.getBytes('file')), text);
    assert.equal(await store!.putBytes('record', new TextEncoder().encode('first')), true);
    assert.equal(await store!.putBytes('record', new TextEncoder().encode('second')), false);
    assert.equal(new TextDecoder().decode(await store!.getBytes('record')), 'first');
    const keys: string[] = [];
    for await (const key of store!.list('')) keys.push(key);
    assert.deepEqual(keys, ['file', 'record']);
    await store!.close();
  });

  test(`S3 that ${name}: all machines see the same one of many`, { skip: skipWithoutMoto }, async () => {
    const stores = await storesOf(behaviour, 4, 2);
    const texts = stores.map((_, index) => `${index}`.repeat(100));
    const readWhileWritten = async (store: S3Store): Promise<string> => {
      for (;;) {
        const bytes = await store.getBytes('record');
        if (bytes) return new TextDecoder().decode(bytes);
      }
    };
    const reading = stores.map(readWhileWritten);
    const written = await Promise.all(
      stores.map((store, index) => store.putBytes('record', new TextEncoder().encode(texts[index]))),
    );
    assert.equal(written.filter(Boolean).length, 1);
    const standing = texts[written.indexOf(true)];
    assert.deepEqual(
      await Promise.all(reading),
      stores.map(() => standing),
    );
    for (const store of stores) await store.close();
  });
}

test('S3 that knows conditions for puts in one piece only takes large files too', {
  skip: skipWithoutMoto,
}, async () => {
  const [store] = await storesOf(
    ({ method, headers }) =>
      method === 'POST' && headers['if-none-match'] ? { status: 501, code: 'NotImplemented' } : undefined,
    1,
    5,
    5 << 20,
  );
  const folder = await mkdtemp(join(tmpdir(), 'unconditional-'));
  try {
    const path = join(folder, 'file');
    await writeFile(path, Buffer.alloc(6 << 20, 'x'));
    assert.equal(await store!.putFile('file', path), true);
    assert.equal(await store!.size('file'), 6 << 20);
    assert.equal(await store!.putFile('file', path), false);
    assert.equal(await store!.putBytes('record', new Uint8Array(1)), true);
    assert.equal(await store!.putBytes('record', new Uint8Array(2)), false);
  } finally {
    await rm(folder, { recursive: true });
    await store!.close();
  }
});

test('S3 that knows no checksums is told as such', { skip: skipWithoutMoto }, async () => {
  const [store] = await storesOf(
    ({ method }) => (method === 'PUT' ? { status: 501, code: 'NotImplemented' } : undefined),
    1,
    0.1,
  );
  await assert.rejects(store!.putFile('file', fileURLToPath(import.meta.url)), {
    kind: 'inputOutput',
    message: /refused this \(501 NotImplemented\)\n.*AWS_REQUEST_CHECKSUM_CALCULATION=when_required/,
  });
  await store!.close();
});
