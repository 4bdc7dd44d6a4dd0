import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { Random } from '../../src/core/random.js';
import { BINARY, failingCall, notBuilt, smallCorpus, temporaryFolder, wordmill } from './helpers.js';

/** A full set of outputs: 15 words and <unk>. */
const ROWS = 16;

describe('--output-folder', { skip: notBuilt }, () => {
  let folder: string;
  let remove: () => Promise<void>;
  before(async () => {
    const job =
      'name: nightly\nsource: { files: corpus.txt }\nsinks: [{ glove: vectors.txt }, { vocabulary: words.txt }]\n';
    ({ folder, remove } = await temporaryFolder({ 'corpus.txt': smallCorpus(), 'job.yaml': job }));
  });
  after(() => remove());

  const args = ['run', 'job.yaml', '--output-folder', 'out', '--keep', '1'];

  test('of run and train writes a set of outputs, and says where it is read', async () => {
    const { code, stderr } = await wordmill(args, { cwd: folder });
    assert.equal(code, 0);
    assert.match(stderr, /wrote: out\/current\/vectors.txt, out\/current\/words.txt\n/);
    const trained = await wordmill(
      ['train', 'corpus.txt', '--glove', 'v.txt', '--output-folder', 'trained', '--quiet'],
      { cwd: folder },
    );
    assert.equal(trained.code, 0);
    assert.match(await readFile(join(folder, 'trained/current/v.txt'), 'utf8'), /^the /);
  });

  test('leads to a whole set after kill -9 at any moment, and the next run goes through', async () => {
    const seed = Date.now() % 2 ** 32;
    const random = new Random(seed);
    await wordmill(args, { cwd: folder });
    for (let round = 0; round < 4; round++) {
      const child = spawn(process.execPath, [BINARY, ...args], { cwd: folder, stdio: 'ignore' });
      const ended = once(child, 'close');
      await Promise.race([wait(300 + random.below(700)), ended]);
      child.kill('SIGKILL');
      await ended;
      const [vectors, words, manifest] = await Promise.all(
        ['vectors.txt', 'words.txt', 'manifest.json'].map((name) =>
          readFile(join(folder, 'out/current', name), 'utf8'),
        ),
      );
      const where = `round ${round} of seed ${seed}`;
      assert.equal(vectors!.split('\n').length - 1, ROWS, where);
      assert.equal(words!.split('\n').length - 1, ROWS - 1, where);
      assert.equal(JSON.parse(manifest!).status, 'done', where);
    }
    assert.equal((await wordmill(args, { cwd: folder })).code, 0);
    assert.deepEqual((await readdir(join(folder, 'out'))).sort(), ['current', 'runs']);
  });

  test('is refused for an output with a path of its own', async () => {
    const job = join(folder, 'job.yaml');
    const { code, stderr } = await failingCall([
      ...['run', job, '--output-folder', 'out'],
      ...['--set', 'sinks.0.glove=/tmp/vectors.txt'],
    ]);
    assert.equal(code, 2);
    assert.match(
      stderr,
      /sinks.0.glove=\/tmp\/vectors.txt: with output.folder this is a name in that folder/,
    );
    assert.match(
      (await failingCall(['run', job, '--keep', '2'])).stderr,
      /output.folder: is missing; it must be a text that is not empty/,
    );
  });
});
