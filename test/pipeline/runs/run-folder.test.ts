import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { WordmillError } from '../../../src/core/errors.js';
import { isRunId, RunFolder } from '../../../src/pipeline/runs/run-folder.js';
import { runName } from '../../../src/pipeline/runs/run-name.js';
import { runsRoot } from '../../../src/pipeline/runs/runs-root.js';

/** Writes what a folder begins with. */
const write = (unnamed: RunFolder): Promise<void> => unnamed.writeDefinition('x');

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
      const { id } = await RunFolder.create(root, name, write, began);
      assert.match(id, new RegExp(`^20261124T214000-${expected}-[0-9a-f]{4}$`));
      assert.ok(isRunId(id), id);
    }
  });

  test('is no other run’s, and for its owner only', async () => {
    const began = new Date();
    const made = await Promise.all(
      Array.from({ length: 20 }, () => RunFolder.create(root, 'same', write, began)),
    );
    assert.equal(new Set(made.map(({ path }) => path)).size, 20);
    assert.equal((await stat(made[0]!.path)).mode & 0o777, 0o700);
  });

  test('that cannot be made is an error which names it', async () => {
    await writeFile(join(root, 'file'), '');
    await assert.rejects(RunFolder.create(join(root, 'file'), 'x', write), {
      kind: 'cannotCreate',
      message: /file: this is a file; runs need the name of a folder/,
    });
    await assert.rejects(RunFolder.create(join(root, 'file', 'runs'), 'x', write), { kind: 'cannotCreate' });
  });

  test('has its name only once it has what it begins with', async () => {
    const place = join(root, 'whole');
    const folder = await RunFolder.create(place, 'x', async (unnamed, id) => {
      assert.equal(isRunId(unnamed.id), false);
      assert.ok(isRunId(id), id);
      assert.deepEqual(await readdir(place), [unnamed.id]);
      await unnamed.writeDefinition('first');
    });
    assert.deepEqual(await readdir(place), [folder.id]);
    assert.deepEqual(await readdir(folder.path), ['definition.yaml']);
    const refused = RunFolder.create(place, 'x', () => Promise.reject(new WordmillError('data', 'no')));
    await assert.rejects(refused, { kind: 'data' });
    assert.deepEqual(await readdir(place), [folder.id], 'nothing is left of a run that did not begin');
  });

  test('takes another name where it meets that of another run', async (context) => {
    const place = join(root, 'taken');
    const began = new Date('2026-11-24T21:40:00Z');
    let digits = 0;
    // Two bytes of an ID are the same twice; those of temporary names are four.
    context.mock.method(crypto, 'randomBytes', (length: number) =>
      length === 2 ? Buffer.from([0, Math.floor(digits++ / 2)]) : Buffer.alloc(length, digits++),
    );
    syncBuiltinESMExports();
    context.after(() => {
      context.mock.restoreAll();
      syncBuiltinESMExports();
    });
    const first = await RunFolder.create(place, 'x', write, began);
    const second = await RunFolder.create(place, 'x', write, began);
    assert.notEqual(first.id, second.id);
  });

  test('gives up its spool and its checkpoints, and nothing else', async () => {
    const folder = await RunFolder.create(root, 'done', write);
    for (const name of ['spool', 'checkpoints']) {
      await mkdir(join(folder.path, name));
      await writeFile(join(folder.path, name, 'x'), 'x');
    }
    await writeFile(folder.reportPath, 'page');
    await folder.removeWork();
    assert.deepEqual((await readdir(folder.path)).sort(), ['definition.yaml', 'report.html']);
  });

  test('says what is wrong with a definition that is missing or damaged', async () => {
    const folder = await RunFolder.create(root, 'bits', write);
    await rm(folder.definitionPath, { force: true });
    await assert.rejects(folder.readDefinition(), {
      kind: 'noInput',
      place: { file: folder.definitionPath },
    });
    await writeFile(folder.definitionPath, 'train:\n  deterministic: true\n  instructionSet:0auto\n');
    await assert.rejects(folder.readDefinition('Start anew.'), { kind: 'data', hint: 'Start anew.' });
    await folder.writeDefinition('train: { epochs: 3 }\n');
    assert.deepEqual(await folder.readDefinition(), { train: { epochs: 3 } });
  });

  test('says what is wrong with a manifest that is missing, damaged or of another version', async () => {
    const folder = await RunFolder.create(root, 'damaged', write);
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
