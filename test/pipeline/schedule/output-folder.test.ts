import assert from 'node:assert/strict';
import { lstatSync, readlinkSync, statSync } from 'node:fs';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { resolveDefinition } from '../../../src/pipeline/definition.js';
import { plan } from '../../../src/pipeline/plan.js';
import { runDefinition } from '../../../src/pipeline/run-definition.js';
import { OutputFolder } from '../../../src/pipeline/schedule/output-folder.js';
import { pruneRuns } from '../../../src/pipeline/schedule/prune-runs.js';
import type { Definition } from '../../../src/pipeline/schema.js';
import { smallCorpus, temporaryFolder } from '../../cli/helpers.js';

describe('a folder of outputs that change as a set', () => {
  let folder: string;
  let remove: () => Promise<void>;
  let out: string;
  let number = 0;
  before(async () => {
    ({ folder, remove } = await temporaryFolder());
    await writeFile(join(folder, 'corpus.txt'), smallCorpus());
    await writeFile(join(folder, 'pairs.tsv'), 'quick\tbrown\t9\nlazy\tdog\t8\nglass\torange\t1\n');
  });
  after(() => remove());
  beforeEach(() => {
    out = join(folder, `out-${number++}`);
  });

  const definition = (more: Partial<Definition> = {}, keep = 2): Definition => ({
    name: 'nightly',
    source: { files: join(folder, 'corpus.txt') },
    vocabulary: { minCount: 1 },
    train: { engine: 'reference', dimensions: 4, epochs: 1 },
    sinks: [{ glove: 'vectors.txt' }, { vocabulary: 'words/vocabulary.txt' }],
    output: { folder: out, keep },
    ...more,
  });
  const belowMinimum = () => ({
    evaluate: { pairs: join(folder, 'pairs.tsv'), minimum: { pairs: 1.1 } },
  });

  const runs = async () => (await readdir(join(out, 'runs'))).sort();
  const current = () => readlinkSync(join(out, 'current'));
  const read = (name: string) => readFile(join(out, 'current', name), 'utf8');

  test('is made by the first run: the link leads to all that it wrote', async () => {
    await runDefinition(definition());
    const [id] = await runs();
    assert.match(id!, /^\d{8}T\d{6}-nightly-[0-9a-f]{4}$/);
    assert.equal(current(), `runs/${id}`);
    assert.match(await read('vectors.txt'), /^the /);
    assert.match(await read('words/vocabulary.txt'), /^the 200\n/);
    const manifest = JSON.parse(await read('manifest.json'));
    assert.equal(manifest.id, id);
    assert.equal(manifest.status, 'done');
    assert.deepEqual((await readdir(out)).sort(), ['current', 'runs']);
    // Readers of the outputs need not be who runs wordmill.
    for (const name of ['current', 'runs']) {
      assert.equal(statSync(join(out, name)).mode & 0o055, 0o055 & ~process.umask(), name);
    }
    assert.deepEqual(
      manifest.writes,
      ['vectors.txt', 'words/vocabulary.txt'].map((name) => join(out, 'current', name)),
    );
  });

  test('keeps the last N runs that succeeded', async () => {
    const seen: string[] = [];
    for (let round = 0; round < 4; round++) {
      await runDefinition(definition());
      seen.push(current());
      // Runs of one second are told apart by chance: their order is that of the IDs.
      await new Promise((resolve) => setTimeout(resolve, 1_000 - (Date.now() % 1_000)));
    }
    assert.equal(new Set(seen).size, 4);
    assert.deepEqual(
      (await runs()).map((id) => `runs/${id}`),
      seen.slice(-2),
    );
  });

  test('keeps the old set where a score is below its minimum, and the new files for looking', async () => {
    await runDefinition(definition());
    const good = current();
    await assert.rejects(runDefinition(definition(belowMinimum())), (error: Error & { kind: string }) => {
      assert.equal(error.kind, 'belowMinimum');
      assert.match(error.message, /The outputs are kept in .*runs; .*current is as it was\.$/);
      return true;
    });
    assert.equal(current(), good);
    const other = (await runs()).find((id) => `runs/${id}` !== good)!;
    assert.match(await readFile(join(out, 'runs', other, 'vectors.txt'), 'utf8'), /^the /);
    const manifest = JSON.parse(await readFile(join(out, 'runs', other, 'manifest.json'), 'utf8'));
    assert.equal(manifest.status, 'belowMinimum');
  });

  test('keeps the old set where a run fails', async () => {
    await runDefinition(definition());
    const good = current();
    const failing = definition({ source: { files: join(folder, 'nothing.txt') } });
    await assert.rejects(runDefinition(failing), { kind: 'noInput' });
    assert.equal(current(), good);
    assert.match(await read('vectors.txt'), /^the /);
  });

  test('never loses the current run, however old', async () => {
    await runDefinition(definition());
    const first = current().slice('runs/'.length);
    await runDefinition(definition());
    await new OutputFolder(out).switchTo(first);
    const second = (await runs()).find((id) => id !== first)!;
    const left = await pruneRuns(join(out, 'runs'), 1, first).then(runs);
    assert.deepEqual(left, first < second ? [first, second] : [first]);
    assert.match(await read('vectors.txt'), /^the /);
  });

  test('takes no notice of a link that a killed run left half made', async () => {
    await runDefinition(definition());
    const good = current();
    await symlink('runs/nowhere', join(out, '.current.00000000-4194304-00000000.tmp'));
    assert.equal(current(), good);
    await runDefinition(definition());
    assert.notEqual(current(), good);
  });

  test('is refused where current is a real folder or file', async () => {
    for (const [make, what] of [
      [() => mkdir(join(out, 'current')), 'a folder'],
      [() => writeFile(join(out, 'current'), ''), 'a file'],
    ] as const) {
      out = join(folder, `out-${number++}`);
      await mkdir(out);
      await make();
      await assert.rejects(runDefinition(definition()), (error: Error & { kind: string }) => {
        assert.equal(error.kind, 'cannotCreate');
        assert.match(error.message, new RegExp(`current: this is ${what}, where the link`));
        return true;
      });
      assert.ok(!lstatSync(join(out, 'current')).isSymbolicLink());
      assert.deepEqual(await readdir(out), ['current']);
    }
  });

  test('is locked as a whole, whatever the names in it', async () => {
    const both = [definition(), definition({ sinks: [{ glove: 'other.txt' }] })];
    const ended = await Promise.allSettled(both.map((one) => runDefinition(one)));
    const refused = ended.flatMap((end) => (end.status === 'rejected' ? [end.reason.kind] : []));
    assert.deepEqual(refused, ['tryAgain']);
  });

  test('takes names only: nothing that leads out of it, and no file of the run itself', () => {
    const refused: [Partial<Definition>, RegExp][] = [
      [{ sinks: [{ glove: '/tmp/v.txt' }] }, /^sinks\[0\].glove: .*\/tmp\/v.txt leads out of it/],
      [{ sinks: [{ glove: '../v.txt' }] }, /leads out of it/],
      [{ sinks: [{ glove: 'a/../../v.txt' }] }, /leads out of it/],
      [{ sinks: [{ glove: 'manifest.json' }] }, /manifest.json is a file of the run itself/],
      [{ sinks: [{ glove: 'spool/v.txt' }] }, /spool is a file of the run itself/],
      [{ report: '/tmp/report.html' }, /^report: .*leads out of it/],
      [{ phrases: { save: '../phrases.txt' } }, /^phrases.save: .*leads out of it/],
    ];
    for (const [more, message] of refused) {
      assert.throws(() => resolveDefinition(definition(more)), { kind: 'usage', message });
    }
    resolveDefinition(definition({ sinks: [{ glove: '-' }, { word2vec: './a/..b.bin' }] }));
  });

  test('is shown by a plan as it will be read', async () => {
    const { outputs, warnings } = await plan(resolveDefinition(definition()));
    assert.deepEqual(outputs, [
      join(out, 'current/vectors.txt'),
      join(out, 'current/words/vocabulary.txt'),
      join(out, 'current/report.html'),
    ]);
    assert.deepEqual(warnings, []);
  });
});
