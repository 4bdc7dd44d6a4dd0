// Puts one file after another under the names of their content until it is killed, and prints each name that is done.
//   node --import tsx test/storage/put-endlessly.ts ADDRESS BYTES
import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOf } from '../../src/core/file-digest.js';
import { blobKey } from '../../src/storage/blob.js';
import { openStore } from '../../src/storage/open-store.js';

const [address, bytes] = process.argv.slice(2);
const { signal } = new AbortController();
const store = await openStore(address!);
const path = join(mkdtempSync(join(tmpdir(), 'put-endlessly-')), 'file');
process.stdout.write(`${path}\n`);
for (;;) {
  await writeFile(path, randomBytes(Number(bytes)));
  const key = blobKey(await digestOf(path, signal));
  process.stdout.write(`begin ${key}\n`);
  await store.putFile(key, path);
  process.stdout.write(`done ${key}\n`);
}
