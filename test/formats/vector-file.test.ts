import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { VectorFile } from '../../src/formats/vector-file.js';
import { failsWith, folder } from '../sources/helpers.js';

test('a compressed file that unpacks to too much stops, with a way out', async (t) => {
  const path = join(folder(t), 'bomb.gz');
  const member = gzipSync(Buffer.alloc(28 * 1024 * 1024));
  const members = (count: number): Buffer => Buffer.concat(Array.from({ length: count }, () => member));
  const lengthOf = async (): Promise<number> => {
    const file = await VectorFile.open(path);
    const bytes = file.bytes({});
    try {
      return await bytes.skip(Number.POSITIVE_INFINITY);
    } finally {
      await bytes.close();
      await file.close();
    }
  };
  await writeFile(path, members(10));
  await assert.rejects(
    lengthOf(),
    failsWith('data', /bomb\.gz: [\d,]+ bytes unpack to [\d,]+ and more, over 500 times/, /unpack the file/),
  );
  // What is no larger than 256 MB may have been compressed as well as can be.
  await writeFile(path, members(9));
  assert.equal(await lengthOf(), 9 * 28 * 1024 * 1024);
});

test('a URL is refused with what to do, and its query shown to nobody', async () => {
  await assert.rejects(
    VectorFile.open('https://example.org/v.txt?key=secret'),
    failsWith('noInput', /^https:\/\/example\.org\/v\.txt\?…: there is no such file\n.*download the file/),
  );
});
