import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FolderStore } from '../../src/storage/folder-store.js';
import { storeContract, type TestStore } from './store-contract.js';

async function inNewFolder(linkTo?: ConstructorParameters<typeof FolderStore>[1]): Promise<TestStore> {
  const folder = await mkdtemp(join(tmpdir(), 'folder-store-'));
  const store = new FolderStore(join(folder, 'shared'), linkTo);
  return { store, close: () => rm(folder, { recursive: true, force: true }) };
}

storeContract('folder', false, () => inNewFolder());

storeContract('folder without hard links', false, () =>
  inNewFolder(async () => {
    throw Object.assign(new Error('operation not supported'), { code: 'ENOTSUP' });
  }),
);
