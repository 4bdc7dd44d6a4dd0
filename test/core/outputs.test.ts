import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { OutputSet } from '../../src/core/outputs.js';
import { run } from '../../src/core/run.js';
import type { Source } from '../../src/core/stage.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outputs-'));
});
afterEach(() => rm(folder, { recursive: true }));

const bytes = (text: string) => new TextEncoder().encode(text);

test('a file has its final name only after commit', async () => {
  const outputs = new OutputSet();
  const file = await outputs.create(join(folder, 'a.txt'));
  await file.write(bytes('0 '));
  await file.write(bytes('rows\n'));
  await file.writeAt(bytes('3'), 0);
  await file.finish();
  assert.equal(existsSync(join(folder, 'a.txt')), false);
  assert.deepEqual(await outputs.commit(), [join(folder, 'a.txt')]);
  assert.equal(await readFile(join(folder, 'a.txt'), 'utf8'), '3 rows\n');
  assert.deepEqual(await readdir(folder), ['a.txt']);
});

test('an output at a link replaces what the link leads to', async () => {
  await mkdir(join(folder, 'disk'));
  await writeFile(join(folder, 'disk', 'a.txt'), 'old');
  await symlink(join(folder, 'disk', 'a.txt'), join(folder, 'a.txt'));
  const outputs = new OutputSet();
  const file = await outputs.create(join(folder, 'a.txt'));
  await assert.rejects(outputs.create(join(folder, 'disk', 'a.txt')), /two outputs/);
  await file.write(bytes('new'));
  await file.finish();
  assert.deepEqual(await outputs.commit(), [join(folder, 'a.txt')]);
  assert.equal(await readlink(join(folder, 'a.txt')), join(folder, 'disk', 'a.txt'));
  assert.equal(await readFile(join(folder, 'disk', 'a.txt'), 'utf8'), 'new');
});

test('an output at a link that leads to nothing yet appears where it leads', async () => {
  await mkdir(join(folder, 'disk'));
  await symlink(join('disk', 'a.txt'), join(folder, 'a.txt'));
  const outputs = new OutputSet();
  const file = await outputs.create(join(folder, 'a.txt'));
  await assert.rejects(outputs.create(join(folder, 'disk', 'a.txt')), /two outputs/);
  await file.write(bytes('new'));
  await file.finish();
  await outputs.commit();
  assert.equal(await readlink(join(folder, 'a.txt')), join('disk', 'a.txt'));
  assert.equal(await readFile(join(folder, 'disk', 'a.txt'), 'utf8'), 'new');
});

test('discarding leaves what was there before, and no temporary file', async () => {
  await writeFile(join(folder, 'a.txt'), 'old');
  const outputs = new OutputSet();
  const file = await outputs.create(join(folder, 'a.txt'));
  await file.write(bytes('new'));
  await outputs.discard();
  await outputs.discard();
  assert.equal(await readFile(join(folder, 'a.txt'), 'utf8'), 'old');
  assert.deepEqual(await readdir(folder), ['a.txt']);
});

test('commit refuses while an output is not finished, and renames none', async () => {
  const outputs = new OutputSet();
  await (await outputs.create(join(folder, 'a.txt'))).finish();
  await outputs.create(join(folder, 'b.txt'));
  await assert.rejects(outputs.commit(), /b\.txt: this output was not finished/);
  assert.equal(existsSync(join(folder, 'a.txt')), false);
  await outputs.discard();
});

test('a missing folder, a folder or a device as the name, and one path used twice are refused at once', async () => {
  const outputs = new OutputSet();
  await assert.rejects(
    outputs.create(join(folder, 'missing', 'a.txt')),
    (error: Error & { kind?: string }) => {
      assert.equal(error.kind, 'cannotCreate');
      assert.match(error.message, /does not exist\n {2}Create it first: mkdir -p .*missing/);
      return true;
    },
  );
  await mkdir(join(folder, 'taken'));
  await assert.rejects(outputs.create(join(folder, 'taken')), /is a folder/);
  await assert.rejects(outputs.create('/dev/null'), /is a device or a pipe; an output would take its place/);
  await outputs.create(join(folder, 'a.txt'));
  await assert.rejects(outputs.create(join(folder, '.', 'a.txt')), /two outputs/);
  await outputs.discard();
});

test('when a run fails, none of its outputs appears and its scratch folders are gone', async () => {
  let scratch = '';
  const source: Source<never> = async function* (_input, context) {
    scratch = await context.scratchFolder();
    const file = await context.outputs.create(join(folder, 'a.txt'));
    await file.finish();
    throw new Error('later stage');
    // biome-ignore lint/correctness/noUnreachable: makes this a generator of the right type.
    yield undefined as never;
  };
  await assert.rejects(run(source), /later stage/);
  assert.deepEqual(await readdir(folder), []);
  assert.equal(existsSync(scratch), false);
});

test('an input that an output would replace is refused, by whatever name it is read', async () => {
  await writeFile(join(folder, 'corpus.txt'), 'text');
  await symlink('corpus.txt', join(folder, 'link.txt'));
  const outputs = new OutputSet();
  await outputs.create(join(folder, 'corpus.txt'));
  await outputs.create(join(folder, 'new.txt'));
  await outputs.refuseToReplace([folder, join(folder, 'new.txt')]);
  for (const name of ['corpus.txt', 'link.txt', '../' + basename(folder) + '/corpus.txt']) {
    await assert.rejects(
      outputs.refuseToReplace([join(folder, name)]),
      (error: Error & { kind?: string }) => {
        assert.equal(error.kind, 'usage');
        assert.match(error.message, /would be read and then replaced by an output/);
        return true;
      },
    );
  }
  await outputs.discard();
});
