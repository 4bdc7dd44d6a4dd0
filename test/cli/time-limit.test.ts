import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { BINARY, failingCall, notBuilt, smallCorpus, temporaryFolder, wordmill } from './helpers.js';

describe('--timeout', { skip: notBuilt }, () => {
  let folder: string;
  let remove: () => Promise<void>;
  before(async () => {
    const job =
      'source: { files: corpus.txt }\ntimeout: 10m\ntrain: { epochs: 1000000 }\nsinks: [{ glove: out.txt }]\n';
    ({ folder, remove } = await temporaryFolder({ 'corpus.txt': smallCorpus(), 'job.yaml': job }));
  });
  after(() => remove());

  const written = async () => (await readdir(folder)).filter((name) => /out|lock/.test(name));

  test('ends a run that trains for longer with 75, says so, and leaves nothing', async () => {
    const { code, stderr } = await wordmill(['run', 'job.yaml', '--timeout', '0.3s', '--quiet'], {
      cwd: folder,
    });
    assert.equal(code, 75);
    assert.match(stderr, /^wordmill: timed out after 0.3s/);
    assert.deepEqual(await written(), []);
  });

  test('ends a run that waits for a pipe that says nothing', async () => {
    const child = spawn(
      process.execPath,
      [BINARY, 'train', '-', '--glove', 'out.txt', '--timeout', '0.3s', '--quiet'],
      { cwd: folder },
    );
    child.stdin.write('some words, and then no more\n');
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const [code] = await once(child, 'close');
    assert.equal(code, 75);
    assert.equal(
      stderr,
      'wordmill: timed out after 0.3s; nothing was written\n  Give it more time (timeout, --timeout), or less to do.\n',
    );
    assert.deepEqual(await written(), []);
  });

  test('does not change a run that is faster, and is over with it', async () => {
    const { code } = await wordmill(['train', 'corpus.txt', '--glove', 'out.txt', '--timeout', '1h'], {
      cwd: folder,
    });
    assert.equal(code, 0);
  });

  test('is refused where it is no length of time', async () => {
    const job = join(folder, 'job.yaml');
    const { code, stderr } = await failingCall(['run', job, '--timeout', 'soon']);
    assert.equal(code, 2);
    assert.match(
      stderr,
      /^wordmill: --timeout: must be a length of time such as 90s, 30m or 1h30m.*, not 'soon'\n$/,
    );
    assert.match(
      (await failingCall(['train', 'x', '--glove', '-', '--timeout', '0'])).stderr,
      /^wordmill: --timeout: must be/,
    );
    assert.match(
      (await failingCall(['run', job, '--set', 'timeout=yes'])).stderr,
      /^wordmill: --set timeout=yes: must be/,
    );
  });
});
