import { rmSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { diffText } from '../../../src/cli/runs/diff-text.js';
import { cells, rowOfRun } from '../../../src/cli/runs/run-row.js';
import { showText } from '../../../src/cli/runs/show-text.js';
import { acquireLock } from '../../../src/core/lock/lock.js';
import { findLock, isLockOf, lockText, newRecord } from '../../../src/core/lock/lock-record.js';
import { runDefinition } from '../../../src/pipeline/run-definition.js';
import { cleanRuns } from '../../../src/pipeline/runs/clean-runs.js';
import { diffRuns } from '../../../src/pipeline/runs/diff-runs.js';
import { explainRun } from '../../../src/pipeline/runs/explain-run.js';
import { openRun } from '../../../src/pipeline/runs/list-runs.js';
import type { Manifest } from '../../../src/pipeline/runs/manifest.js';
import { RunFolder } from '../../../src/pipeline/runs/run-folder.js';
import type { Definition } from '../../../src/pipeline/schema.js';
import type { FuzzTarget } from '../target.js';

/** What is kept of runs, and what says that one is under way. */
export const runs: readonly FuzzTarget[] = [
  {
    name: 'run-manifest',
    async seeds() {
      const { manifest } = await openRun(await wholeRun());
      return [manifest, failedLike(manifest)].map((one) => Buffer.from(JSON.stringify(one)));
    },
    json: true,
    dictionary: ['"status":"running"', '"attempts":[]', '"pid":1', 'null', '2026-11-24T21:40:00.000Z'],
    async read(_bytes, file) {
      const whole = await wholeRun();
      const folder = new RunFolder(join(dirname(file), whole.id));
      await mkdir(folder.path);
      await copyFile(whole.definitionPath, folder.definitionPath);
      await rename(file, folder.manifestPath);
      const found = await openRun(folder);
      // All that is said of a run, as the commands say it.
      cells(rowOfRun(found), (paths) => paths.join(' '));
      showText(await explainRun(found, { verify: true }));
      const right = await openRun(whole);
      diffText(found, right, await diffRuns(found, right));
      await cleanRuns([found], { keep: 0, dryRun: true });
    },
  },
  {
    name: 'lock',
    seeds: async () => [newRecord(undefined), elsewhere()].map((record) => Buffer.from(lockText(record))),
    json: true,
    dictionary: ['"wordmillLock":1', '"pid":', '"space":""', '"began":""', '"host":'],
    async read(_bytes, file) {
      const found = await findLock(file);
      // One that says nothing, or is of a machine that gives no sign of life, lapses at once here.
      const lock = await acquireLock(file, 'vectors.txt', { beat: 1, staleAfter: 0 });
      const held = await findLock(file);
      if (!held?.record || held.token === found?.token || !isLockOf(file, held.token))
        throw new Error('the lock was not taken over');
      lock.release();
      const left = await readdir(dirname(file));
      if (left.length > 0) throw new Error(`these are left over: ${left}`);
    },
  },
];

/** A lock of another machine. */
function elsewhere(): ReturnType<typeof newRecord> {
  return {
    ...newRecord('20261124T214000-vectors-9e63'),
    owner: { host: 'elsewhere', pid: 7, began: '123', space: 'another' },
  };
}

/** The same run as if it had failed, after having been gone on with, with all that a manifest may hold. */
function failedLike(manifest: Manifest): Manifest {
  const [attempt] = manifest.attempts;
  return {
    ...manifest,
    status: 'failed',
    command: ['train', 'corpus.txt'],
    memory: { anonymous: 1e9, mapped: 0 },
    evaluation: [{ epoch: 1, scores: { pairs: 0.5, analogies: null } }, { scores: { pairs: 0.6 } }],
    warnings: ['a line that people are told'],
    error: { kind: 'inputOutput', message: 'no space left on device\nmake room', exitCode: 74 },
    attempts: [
      { ...attempt!, status: 'interrupted', saved: 'the spool' },
      { ...attempt!, status: 'failed', resumed: true },
    ],
  };
}

let made: Promise<RunFolder> | undefined;

/** The folder of a run as it is kept, made once. */
function wholeRun(): Promise<RunFolder> {
  made ??= makeRun();
  return made;
}

async function makeRun(): Promise<RunFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'wordmill-fuzz-run-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const text = join(folder, 'corpus.txt');
  await writeFile(text, 'the cat and the dog sat on the mat\n'.repeat(6));
  const kept = join(folder, 'runs');
  const definition: Definition = {
    source: { files: text },
    vocabulary: { minCount: 1 },
    train: { engine: 'reference', dimensions: 2, epochs: 2 },
    sinks: [{ glove: join(folder, 'vectors.txt') }],
  };
  await runDefinition(definition, { runs: kept });
  const [id] = await readdir(kept);
  return new RunFolder(join(kept, id!));
}
