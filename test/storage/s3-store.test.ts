import { after, before } from 'node:test';
import { S3Store } from '../../src/storage/s3-store.js';
import { MotoServer, skipWithoutMoto } from '../support/moto.js';
import { storeContract } from './store-contract.js';

let moto: MotoServer;

before(async () => {
  if (skipWithoutMoto) return;
  moto = await MotoServer.start();
  Object.assign(process.env, moto.environment());
});

after(() => moto?.stop());

let count = 0;

/** A store under a prefix that no other test has. */
function newStore(settings: ConstructorParameters<typeof S3Store>[1] = {}): S3Store {
  return new S3Store({ bucket: moto.bucket, prefix: `test-${count++}/` }, settings);
}

storeContract('S3', skipWithoutMoto, async () => {
  const store = newStore({ partBytes: 8 << 20 });
  return { store, close: () => store.close() };
});
