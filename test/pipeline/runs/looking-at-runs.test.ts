import assert from 'node:assert/strict';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { thisProcess } from '../../../src/core/process-owner.js';
import { runDefinition } from '../../../src/pipeline/run-definition.js';
import { cleanRuns } from '../../../src/pipeline/runs/clean-runs.js';
import { diffRuns } from '../../../src/pipeline/runs/diff-runs.js';
import { explainRun } from '../../../src/pipeline/runs/explain-run.js';
import { type ListedRun, listRuns } from '../../../src/pipeline/runs/list-runs.js';
import type { Manifest } from '../../../src/pipeline/runs/manifest.js';
import type { Definition } from '../../../src/pipeline/schema.js';

let folder: string;
let runs: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wordmill-test-'));
  runs = join(folder, 'runs');
  await writeFile(join(folder, 'corpus.txt'), 'some words of a text\n'.repeat(20));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Runs a job, and gives what is kept of it. */
async function kept(train: Definition['train'] = {}, output = 'v.txt'): Promise<ListedRun> {
  await runDefinition(
    {
      source: { files: join(folder, 'corpus.txt') },
      train: { engine: 'reference', dimensions: 3, epochs: 1, threads: 1, ...train },
      sinks: [{ glove: join(folder, output) }],
    },
    { runs },
  );
  return (await listRuns(runs)).runs[0]!;
}

/** Gives a run a state as if it had not come to its end, with a spool of a kilobyte. */
async function unfinished({ folder: run, manifest }: ListedRun, changes: Partial<Manifest> = {}) {
  await run.writeManifest({ ...manifest, status: 'interrupted', ...changes });
  await mkdir(join(run.path, 'spool'));
  await writeFile(join(run.path, 'spool', 'tokens'), Buffer.alloc(1024));
}

describe('listing runs', () => {
  test('gives the newest first; one whose process is gone was interrupted; what cannot be read is told apart', async () => {
    const first = await kept();
    const second = await kept();
    const attempt = first.manifest.attempts[0]!;
    const gone = { ...attempt, process: { ...thisProcess(), began: 'earlier' } };
    await first.folder.writeManifest({ ...first.manifest, status: 'running', attempts: [gone] });
    await second.folder.writeManifest({ ...second.manifest, status: 'running' });
    await mkdir(join(runs, '20200101T000000-old-0000'));
    await mkdir(join(runs, 'something-else'));
    const listed = await listRuns(runs);
    assert.deepEqual(
      listed.runs.map(({ folder, status }) => [folder.id, status]),
      [
        [second.folder.id, 'running'],
        [first.folder.id, 'interrupted'],
      ],
    );
    assert.deepEqual(
      listed.unreadable.map(({ folder }) => folder.id),
      ['20200101T000000-old-0000'],
    );
    assert.deepEqual(await listRuns(join(folder, 'none')), { runs: [], unreadable: [] });
  });
});

describe('explaining a run', () => {
  test('says in what its definition is not as by default', async () => {
    const { changes, resumable } = await explainRun(await kept());
    const text = Object.fromEntries(changes!.map(({ key, from, to }) => [key, [from, to]]));
    assert.deepEqual(text['train.dimensions'], [100, 3]);
    assert.deepEqual(text['train.epochs'], [5, 1]);
    assert.deepEqual(text['source.files'], [undefined, join(folder, 'corpus.txt')]);
    assert.deepEqual(text['sinks[0].glove'], [undefined, join(folder, 'v.txt')]);
    assert.equal(text['vocabulary.minCount'], undefined);
    assert.equal(resumable, false);
  });

  test('looks whether outputs are as it wrote them: by size and time, or by their bytes', async () => {
    const run = await kept();
    const path = join(folder, 'v.txt');
    const stateOf = async (verify: boolean) =>
      (await explainRun(run, { verify })).written.find((output) => output.path === path)!;
    assert.equal((await stateOf(false)).state, 'unchanged');
    await utimes(path, new Date(0), new Date(0));
    assert.deepEqual(await stateOf(false), { path, state: 'changed', because: 'it was written later' });
    assert.equal((await stateOf(true)).state, 'unchanged');
    const bytes = await readFile(path);
    await writeFile(path, bytes.fill(48, 0, 1));
    assert.deepEqual(await stateOf(true), { path, state: 'changed', because: 'its content is another' });
    await appendFile(path, 'x');
    assert.deepEqual(await stateOf(false), {
      ...{ path, state: 'changed', because: `it has ${bytes.length + 1} bytes` },
    });
    await rm(path);
    assert.equal((await stateOf(false)).state, 'missing');
  });

  test('says what there is to go on from', async () => {
    const run = await kept();
    await unfinished(run);
    const [listed] = (await listRuns(runs)).runs;
    const { work, resumable } = await explainRun(listed!);
    assert.deepEqual([work, resumable], [['spool'], true]);
  });
});

describe('comparing runs', () => {
  test('finds none between two of one job, whatever time they took and wherever they wrote', async () => {
    const [a, b] = [await kept(), await kept()];
    const found = await diffRuns(a, b);
    assert.equal(found.differ, false);
    assert.deepEqual(
      found.phases.map(({ phase }) => phase),
      ['read', 'train', 'write'],
    );
    const elsewhere = await diffRuns(a, await kept({}, 'w.txt'));
    assert.deepEqual(elsewhere.outputs, []);
    assert.deepEqual(elsewhere.definition, [
      { key: 'sinks[0].glove', from: join(folder, 'v.txt'), to: join(folder, 'w.txt') },
    ]);
  });

  test('names the keys that differ, and what comes of them', async () => {
    const a = await kept();
    await appendFile(join(folder, 'corpus.txt'), 'more text\n');
    const found = await diffRuns(a, await kept({ seed: 2 }));
    assert.deepEqual(found.definition, [{ key: 'train.seed', from: 1, to: 2 }]);
    assert.deepEqual(
      found.inputs.map(({ key }) => key),
      [join(folder, 'corpus.txt')],
    );
    assert.deepEqual(
      found.counts.find(({ key }) => key === 'tokenize.tokens'),
      { key: 'tokenize.tokens', from: 100, to: 102 },
    );
    assert.deepEqual(
      found.outputs.map(({ key }) => key),
      [join(folder, 'v.txt')],
    );
    assert.equal(found.differ, true);
  });

  test('takes a file whose time alone has changed for the same', async () => {
    const a = await kept();
    await utimes(join(folder, 'corpus.txt'), new Date(0), new Date(0));
    assert.deepEqual((await diffRuns(a, await kept())).inputs, []);
  });
});

describe('cleaning up', () => {
  test('takes the spool of a run whose place another took, and leaves one that --resume would go on with', async () => {
    const old = await kept();
    const other = await kept({}, 'other.txt');
    await kept();
    await unfinished(old);
    await unfinished(other);
    const { runs: listed } = await listRuns(runs);
    const removed = [{ id: old.folder.id, what: 'spool', path: join(old.folder.path, 'spool'), bytes: 1024 }];
    assert.deepEqual(await cleanRuns(listed, { dryRun: true }), removed);
    assert.ok((await readdir(old.folder.path)).includes('spool'));
    assert.deepEqual(await cleanRuns(listed), removed);
    assert.deepEqual(await cleanRuns(listed), []);
    assert.ok((await readdir(other.folder.path)).includes('spool'));
    assert.equal((await readdir(runs)).length, 3);
  });

  test('comes by itself for the spool of a run that another overtakes', async () => {
    const old = await kept();
    await unfinished(old);
    await kept();
    assert.ok(!(await readdir(old.folder.path)).includes('spool'));
  });

  test('takes whole runs that are old or too many, but none that is under way or spared', async () => {
    const [a, b, c, d] = [await kept(), await kept(), await kept(), await kept()];
    await b.folder.writeManifest({ ...b.manifest, status: 'running' });
    const { runs: listed } = await listRuns(runs);
    const before = new Date(Date.parse(a.manifest.started) + 1);
    const ids = async (...[options]: [Parameters<typeof cleanRuns>[1]]) =>
      (await cleanRuns(listed, options)).map(({ id, what }) => [id, what]);
    assert.deepEqual(await ids({ before, dryRun: true }), [[a.folder.id, 'run']]);
    assert.deepEqual(await ids({ keep: 0, spare: new Set([d.folder.id]) }), [
      [c.folder.id, 'run'],
      [a.folder.id, 'run'],
    ]);
    assert.deepEqual((await readdir(runs)).sort(), [b.folder.id, d.folder.id].sort());
  });
});
