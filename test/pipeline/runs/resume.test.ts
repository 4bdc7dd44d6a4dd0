import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { thisProcess } from '../../../src/core/process-owner.js';
import { runDefinition } from '../../../src/pipeline/run-definition.js';
import { findRun } from '../../../src/pipeline/runs/find-run.js';
import { listRuns } from '../../../src/pipeline/runs/list-runs.js';
import type { Manifest } from '../../../src/pipeline/runs/manifest.js';
import type { Definition } from '../../../src/pipeline/schema.js';

let folder: string;
let runs: string;
let definition: Definition;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wordmill-test-'));
  runs = join(folder, 'runs');
  await writeFile(join(folder, 'corpus.txt'), 'some words of a text\n'.repeat(20));
  definition = {
    source: { files: join(folder, 'corpus.txt') },
    train: { engine: 'reference', dimensions: 3, epochs: 2 },
    sinks: [{ glove: join(folder, 'v.txt') }],
  };
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Leaves a run that did not come to its end. */
async function interrupted(changes: Partial<Manifest['attempts'][number]> = {}): Promise<string> {
  const controller = new AbortController();
  const onEpoch = () => controller.abort();
  await assert.rejects(runDefinition(definition, { runs, onEpoch, signal: controller.signal }));
  const [run] = (await listRuns(runs)).runs;
  const { status = 'interrupted' } = changes;
  const attempts = run!.manifest.attempts.map((attempt) => ({ ...attempt, ...changes }));
  await run!.folder.writeManifest({ ...run!.manifest, status, attempts });
  return run!.folder.id;
}

/** What a run that is to be resumed says, and the IDs of runs then. */
async function resume(resume: true | string, changes: Partial<Definition> = {}) {
  const notes: string[] = [];
  const listener = { note: (message: string) => notes.push(message) };
  await runDefinition({ ...definition, ...changes }, { runs, resume, listener });
  return { notes, ids: await readdir(runs) };
}

describe('--resume', () => {
  test('goes on with the newest run that writes the same files, under its ID, as a second attempt', async () => {
    const id = await interrupted();
    const { notes, ids } = await resume(true);
    assert.deepEqual(ids, [id]);
    assert.ok(notes[0]!.startsWith(`going on with run ${id}, from a checkpoint`), notes[0]);
    const { manifest, status } = await findRun(runs, id);
    assert.equal(status, 'done');
    assert.equal(manifest.error, undefined);
    assert.equal(manifest.started, manifest.attempts[0]!.started);
    assert.deepEqual(
      manifest.attempts.map(({ status, resumed }) => [status, resumed]),
      [
        ['interrupted', false],
        ['done', true],
      ],
    );
  });

  test('that is interrupted before it has found what there is leaves it, and ends as one that can be gone on with', async () => {
    const id = await interrupted();
    await rm(join(runs, id, 'spool'), { recursive: true });
    const stopped = AbortSignal.abort();
    await assert.rejects(runDefinition(definition, { runs, resume: true, signal: stopped }), {
      kind: 'tryAgain',
      exitCode: 75,
      message: /kept: a checkpoint .*\n.*--resume/,
    });
    const { manifest } = await findRun(runs, id);
    const { attempts } = manifest;
    assert.equal(attempts.length, 2);
    assert.equal(attempts[1]!.saved, attempts[0]!.saved);
    assert.ok((await resume(true)).notes[0]!.startsWith(`going on with run ${id}, from a checkpoint`));
  });

  test('takes a run that failed, and one that was killed, for unfinished', async () => {
    const gone = { ...thisProcess(), began: 'earlier' };
    for (const changes of [{ status: 'failed' }, { status: 'running', process: gone }] as const) {
      const id = await interrupted(changes);
      assert.ok((await resume(true)).notes[0]!.startsWith(`going on with run ${id}`));
    }
  });

  test('starts anew, and says so, where no run writes these files or the newest that does is finished', async () => {
    const id = await interrupted();
    const other = await resume(true, { sinks: [{ glove: join(folder, 'other.txt') }] });
    assert.equal(other.notes[0], 'no unfinished run writes these files: starting anew');
    await runDefinition(definition, { runs });
    const { notes, ids } = await resume(true);
    assert.equal(notes[0], 'no unfinished run writes these files: starting anew');
    assert.equal(ids.length, 4);
    assert.deepEqual((await resume(id)).ids.length, 4, 'one that is named is resumed all the same');
  });

  test('refuses another definition, and names its keys; how it is scheduled makes no difference', async () => {
    const id = await interrupted();
    const train = { ...definition.train, epochs: 3, seed: 5 };
    await assert.rejects(resume(true, { train }), {
      kind: 'usage',
      message: `run ${id} ran by another definition:\n  train.epochs: 3, was 2\n  train.seed: 5, was 1\n  Run it as it was, or leave --resume out to start anew.`,
    });
    const { ids } = await resume(true, { name: 'named', report: false, checkpoint: { interval: 1 } });
    assert.deepEqual(ids, [id]);
  });

  test('refuses a run that is finished, one that is under way, and one that there is not', async () => {
    const id = await interrupted({ status: 'running' });
    await assert.rejects(resume(true), {
      kind: 'tryAgain',
      message: /is still under way, as process \d+ on /,
    });
    await runDefinition(definition, { runs });
    const done = (await listRuns(runs)).runs.find(({ status }) => status === 'done')!.folder.id;
    await assert.rejects(resume(done), {
      kind: 'usage',
      message: /is finished; there is nothing to go on with/,
    });
    const typo = id.replace('-v-', '-w-');
    await assert.rejects(resume(typo), { kind: 'noInput', message: new RegExp(`Did you mean ${id}\\?`) });
    await assert.rejects(runDefinition(definition, { resume: true }), { kind: 'usage' });
  });
});

describe('a run that is asked for', () => {
  test('is known by its ID, a part of it, latest, or a path', async () => {
    const id = await interrupted();
    await runDefinition({ ...definition, name: 'newer' }, { runs });
    const newer = (await readdir(runs)).find((name) => name.includes('newer'))!;
    const found = async (reference: string) => (await findRun(runs, reference)).folder.id;
    assert.equal(await found(id), id);
    assert.equal(await found('-v-'), id);
    assert.equal(await found(join(runs, id)), id);
    assert.equal(await found(join(runs, id, 'manifest.json')), id);
    assert.equal(await found('newer'), newer);
    assert.equal(await found('latest'), newer);
    await assert.rejects(found(id.slice(0, 4)), {
      kind: 'usage',
      message: /^20\d\d: 2 runs have this in their ID/,
    });
    await assert.rejects(findRun(join(folder, 'none'), 'latest'), {
      kind: 'noInput',
      message: /there are no runs in/,
    });
  });
});
