import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { BINARY, notBuilt, smallCorpus, temporaryFolder } from '../cli/helpers.js';

const example = (name: string) => fileURLToPath(new URL(`../../examples/slurm/${name}`, import.meta.url));

/** Does the job at once in place of Slurm: once, or for each number of its array. */
const SBATCH = `#!/bin/bash
set -euo pipefail
echo "$*" >> "$SUBMITTED"
number=$(wc -l < "$SUBMITTED")
array=
while [ "\${1#--}" != "$1" ]; do
  case $1 in --array=0-*) array=$(seq 0 "\${1#--array=0-}") ;; esac
  shift
done
if [ -z "$array" ]; then "$@" >&2; fi
for task in $array; do SLURM_ARRAY_TASK_ID=$task "$@" >&2; done
echo "$number;cluster"
`;

describe('the example for Slurm', { skip: notBuilt }, () => {
  let folder: string;
  let remove: () => Promise<void>;
  let env: NodeJS.ProcessEnv;
  before(async () => {
    ({ folder, remove } = await temporaryFolder());
    const bin = join(folder, 'bin');
    await mkdir(bin);
    await symlink(process.execPath, join(bin, 'node'));
    await symlink(BINARY, join(bin, 'wordmill'));
    await writeFile(join(bin, 'sbatch'), SBATCH);
    await chmod(join(bin, 'sbatch'), 0o755);
    await writeFile(join(folder, 'corpus.txt'), smallCorpus());
    await writeFile(
      join(folder, 'job.yaml'),
      'source: {files: corpus.txt}\nvocabulary: {minCount: 1}\ntrain: {epochs: 1, dimensions: 5}\ndistributed: {shards: 3, roundsPerEpoch: 2}\nsinks: [{glove: vectors.txt}]\n',
    );
    env = {
      ...process.env,
      PATH: `${bin}:${process.env.PATH}`,
      SUBMITTED: join(folder, 'submitted'),
      WORDMILL_STORAGE: join(folder, 'store'),
      WORDMILL_CACHE: join(folder, 'cache'),
    };
  });
  after(() => remove());

  const bash = (path: string, args: readonly string[], more: NodeJS.ProcessEnv = {}) =>
    spawnSync('bash', [path, ...args], { cwd: folder, env: { ...env, ...more }, encoding: 'utf8' });

  test('submits each step after the one before, and its jobs do the run', async () => {
    const { status, stdout, stderr } = bash(example('submit.sh'), ['job.yaml', 'june']);
    assert.equal(status, 0, stderr);
    const vectors = (await readFile(join(folder, 'vectors.txt'), 'utf8')).trimEnd().split('\n');
    assert.ok(vectors.length > 10 && vectors.every((line) => line.split(' ').length === 6));
    const submitted = (await readFile(join(folder, 'submitted'), 'utf8')).trimEnd().split('\n');
    assert.equal(stdout, `${submitted.length}\n`);
    for (const [index, line] of submitted.entries()) {
      assert.match(line, /^--parsable --kill-on-invalid-dep=yes .*step\.sh june /);
      assert.equal(/--dependency=afterok:(\d+) /.exec(line)?.[1], index === 0 ? undefined : `${index}`);
    }
    const records = await readdir(join(folder, 'store', 'runs', 'june'));
    for (const name of [
      'plan',
      'vocabulary',
      ...[0, 1, 2].flatMap((shard) => [`ingest-${shard}`, `encode-${shard}`]),
    ])
      assert.ok(records.includes(`${name}.json`), name);
  });

  test('counts co-occurrences by shards for GloVe', async () => {
    const job = await readFile(join(folder, 'job.yaml'), 'utf8');
    const glove = job.replace('epochs: 1,', 'epochs: 1, model: glove,').replace('vectors.txt', 'glove.txt');
    await writeFile(join(folder, 'glove.yaml'), glove);
    await writeFile(join(folder, 'submitted'), '');
    const { status, stderr } = bash(example('submit.sh'), ['glove.yaml', 'of-glove']);
    assert.equal(status, 0, stderr);
    assert.ok((await readFile(join(folder, 'glove.txt'), 'utf8')).split('\n').length > 10);
    const records = await readdir(join(folder, 'store', 'runs', 'of-glove'));
    for (const name of ['cells-0', 'cells-2', 'cells']) assert.ok(records.includes(`${name}.json`), name);
  });

  test('runs a step of one shard by the number that Slurm gives, and ends with its exit code', () => {
    const again = bash(example('step.sh'), ['june', 'ingest'], { SLURM_ARRAY_TASK_ID: '2' });
    assert.equal(again.status, 0, again.stderr);
    assert.match(again.stderr, /^shard 2: .* tokens of .* words$/m);
    const absent = bash(example('step.sh'), ['june', 'ingest'], { SLURM_ARRAY_TASK_ID: '3' });
    assert.equal(absent.status, 2);
    assert.match(absent.stderr, /there is no shard 3: this run has 3/);
    assert.equal(bash(example('step.sh'), ['july', 'merge']).status, 66);
  });
});
