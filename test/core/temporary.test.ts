import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { OutputSet } from '../../src/core/outputs.js';
import { removeAbandoned, temporaryName } from '../../src/core/temporary.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'temporary-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A temporary name of a process that has ended. */
function abandoned(name: string): string {
  const { pid } = spawnSync(process.execPath, ['--version']);
  return temporaryName(name).replace(`-${process.pid}-`, `-${pid}-`);
}

test('a temporary name is hidden, says what it is for, and is never given twice', () => {
  const [one, other] = [temporaryName('v.bin'), temporaryName('v.bin')];
  assert.match(one, new RegExp(`^\\.v\\.bin\\.[0-9a-f]{8}-${process.pid}-[0-9a-f]{8}\\.tmp$`));
  assert.notEqual(one, other);
});

test('files and folders of ended processes are removed; all else stays', async () => {
  await writeFile(join(folder, abandoned('a')), '');
  await mkdir(join(folder, abandoned('b'), 'inside'), { recursive: true });
  await mkdir(join(folder, `${abandoned('b')}.old`));
  const living = temporaryName('a');
  const elsewhere = abandoned('a').replace(/\.[0-9a-f]{8}-/, '.00000000-');
  const others = [living, elsewhere, '.a.tmp', 'a', '.a.123-0123abcd.tmp'];
  for (const name of others) await writeFile(join(folder, name), '');
  await removeAbandoned(folder);
  assert.deepEqual((await readdir(folder)).sort(), others.sort());
});

test('only those of one final name are removed where one is given', async () => {
  const other = abandoned('b');
  await writeFile(join(folder, abandoned('a')), '');
  await writeFile(join(folder, other), '');
  await removeAbandoned(folder, 'a');
  assert.deepEqual(await readdir(folder), [other]);
});

test('a folder that is not there has nothing to remove', async () => {
  await assert.doesNotReject(removeAbandoned(join(folder, 'missing')));
});

test('an output removes what a run that was killed left of it', async () => {
  await writeFile(join(folder, abandoned('v.bin')), 'half');
  const outputs = new OutputSet();
  await (await outputs.create(join(folder, 'v.bin'))).finish();
  await outputs.commit();
  assert.deepEqual(await readdir(folder), ['v.bin']);
});
