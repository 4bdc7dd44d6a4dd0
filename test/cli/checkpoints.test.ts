import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { nativeUnavailable } from '../../src/native/addon.js';
import { BINARY, notBuilt, temporaryFolder } from './helpers.js';

const FLAGS =
  'train a.txt --min-count 1 --threads 1 --dimensions 32 --epochs 700 --checkpoint-interval 0.05 --word2vec';

describe('a training that is ended', { skip: notBuilt || (nativeUnavailable() ?? false) }, () => {
  let folder: string;
  let remove: () => Promise<void>;
  let expected: Buffer;
  before(async () => {
    ({ folder, remove } = await temporaryFolder());
    const lines = Array.from(
      { length: 1_500 },
      (_, line) => `line ${line % 97} has ${line % 31} and ${line % 7} words`,
    );
    await writeFile(join(folder, 'a.txt'), lines.join('\n'));
    const { code, stderr } = await start('whole.bin').ended;
    assert.equal(code, 0, stderr);
    expected = await readFile(join(folder, 'whole.bin'));
  });
  after(() => remove());

  function start(output: string, ...more: string[]) {
    const args = [BINARY, ...FLAGS.split(' '), output, '--runs', join(folder, `runs-${output}`), ...more];
    const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, stderr }));
    return { child, ended };
  }

  /** Waits for a checkpoint of a run to appear. */
  async function checkpoint(output: string): Promise<void> {
    for (;;) {
      const found = await readdir(join(folder, `runs-${output}`), { recursive: true }).catch(() => []);
      if (found.some((name) => /checkpoint-\d+\.safetensors$/.test(name))) return;
      await wait(5);
    }
  }

  async function assertResumes(output: string): Promise<void> {
    const { code, stderr } = await start(output, '--resume').ended;
    assert.equal(code, 0, stderr);
    assert.match(stderr, /going on from a checkpoint in epoch \d+ of 700/);
    assert.deepEqual(await readFile(join(folder, output)), expected);
  }

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    test(`by ${signal} writes a checkpoint, says how to go on, and exits with 75; then it ends as it would have`, async () => {
      const output = `${signal}.bin`;
      const { child, ended } = start(output);
      await checkpoint(output);
      child.kill(signal);
      const { code, stderr } = await ended;
      assert.equal(code, 75, stderr);
      assert.match(
        stderr,
        /interrupted; kept: a checkpoint in epoch \d+ of 700\n {2}Run the same command with --resume to go on from there\./,
      );
      await assert.rejects(readFile(join(folder, output)));
      await assertResumes(output);
    });
  }

  test('by SIGINT twice ends at once with 130 or with its checkpoint, and goes on from one that is whole', async () => {
    const { child, ended } = start('twice.bin');
    await checkpoint('twice.bin');
    child.kill('SIGINT');
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    assert.ok(code === 130 || code === 75, `${code}: ${stderr}`);
    await assertResumes('twice.bin');
  });

  test('by kill -9 goes on from the last checkpoint', async () => {
    const { child, ended } = start('killed.bin');
    await checkpoint('killed.bin');
    child.kill('SIGKILL');
    assert.equal((await ended).signal, 'SIGKILL');
    await assertResumes('killed.bin');
  });
});
