import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { isRunId, RunFolder } from '../../../src/pipeline/runs/run-folder.js';
import { runName } from '../../../src/pipeline/runs/run-name.js';
import { runsRoot } from '../../../src/pipeline/runs/runs-root.js';

describe('the folder of a run', () => {
  let root: string;
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'wordmill-test-'));
  });
  after(() => rm(root, { recursive: true, force: true }));

  test('has a name that sorts by time and says what job it was', async () => {
    const began = new Date('2026-11-24T21:40:00.123Z');
    for (const [name, expected] of [
      ['enwiki', 'enwiki'],
      ['Café au lait / №1', 'cafe-au-lait-no1'],
      ['../..', 'run'],
      ['日本語', 'run'],
      ['a'.repeat(100), 'a'.repeat(40)],
    ] as const) {
      const { id } = await RunFolder.create(root, name, began);
      assert.match(id, new RegExp(`^20261124T214000-${expected}-[0-9a-f]{4}$`));
      assert.ok(isRunId(id), id);
    }
  });

  test('is no other run’s, and for its owner only', async () => {
    const began = new Date();
    const made = await Promise.all(Array.from({ length: 20 }, () => RunFolder.create(root, 'same', began)));
    assert.equal(new Set(made.map(({ path }) => path)).size, 20);
    assert.equal((await stat(made[0]!.path)).mode & 0o777, 0o700);
  });

  test('that cannot be made is an error which names it', async () => {
    await writeFile(join(root, 'file'), '');
    await assert.rejects(RunFolder.create(join(root, 'file'), 'x'), {
      kind: 'cannotCreate',
      message: /file: this is a file; runs need the name of a folder/,
    });
    await assert.rejects(RunFolder.create(join(root, 'file', 'runs'), 'x'), { kind: 'cannotCreate' });
  });

  test('gives up its spool and its checkpoints, and nothing else', async () => {
    const folder = await RunFolder.create(root, 'done');
    for (const name of ['spool', 'checkpoints']) {
      await mkdir(join(folder.path, name));
      await writeFile(join(folder.path, name, 'x'), 'x');
    }
    await writeFile(folder.reportPath, 'page');
    await folder.removeWork();
    assert.deepEqual(await readdir(folder.path), ['report.html']);
  });

  test('says what is wrong with a manifest that is missing, damaged or of another version', async () => {
    const folder = await RunFolder.create(root, 'damaged');
    await assert.rejects(folder.readManifest(), {
      kind: 'noInput',
      message: /manifest\.json: cannot be read/,
    });
    for (const text of ['', '{"format": "wordmill run"', '{"format":"wordmill run","version":2}', 'null']) {
      await writeFile(folder.manifestPath, text);
      await assert.rejects(folder.readManifest(), { kind: 'data', message: /another version of wordmill/ });
    }
  });
});

describe('the folder of all runs', () => {
  test('is the one given, else $WORDMILL_RUNS, else where XDG has state', () => {
    const environment = { WORDMILL_RUNS: '/var/runs', XDG_STATE_HOME: '/state' };
    assert.deepEqual(runsRoot('/given', environment), { path: '/given', asked: true });
    assert.deepEqual(runsRoot(undefined, environment), { path: '/var/runs', asked: true });
    assert.deepEqual(runsRoot(undefined, { XDG_STATE_HOME: '/state' }), {
      path: '/state/wordmill/runs',
      asked: false,
    });
    assert.match(
      runsRoot(undefined, { XDG_STATE_HOME: 'relative' })!.path,
      /\/\.local\/state\/wordmill\/runs$/,
    );
    assert.equal(runsRoot(false, environment), undefined);
  });
});

test('a run is called as its definition is, else as its first file', () => {
  assert.equal(runName({ name: 'enwiki', sinks: [{ glove: 'v.txt' }] }), 'enwiki');
  assert.equal(runName({ sinks: [{ glove: '-' }, { word2vec: 'out/de.wiki.bin' }] }), 'de.wiki');
  assert.equal(runName({ sinks: [{ glove: '-' }] }), 'run');
});
