import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { BINARY, notBuilt, smallCorpus, temporaryFolder, wordmill } from './helpers.js';

describe('two runs with one output', { skip: notBuilt }, () => {
  let folder: string;
  let remove: () => Promise<void>;
  before(async () => {
    ({ folder, remove } = await temporaryFolder());
    await writeFile(join(folder, 'corpus.txt'), smallCorpus());
    await symlink('out.txt', join(folder, 'link.txt'));
  });
  after(() => remove());

  const env = () => ({ ...process.env, WORDMILL_RUNS: join(folder, 'runs') });
  const second = (output = 'out.txt') =>
    wordmill(['train', 'corpus.txt', '--glove', output, '--quiet'], { cwd: folder, env: env() as never });

  /** A run that waits for its text, its output locked. */
  async function first() {
    const child = spawn(process.execPath, [BINARY, 'train', '-', '--glove', 'out.txt', '--quiet'], {
      cwd: folder,
      env: env(),
    });
    const ended = once(child, 'close');
    while (!existsSync(join(folder, '.out.txt.lock'))) await wait(20);
    return { child, ended };
  }

  const locks = async () => (await readdir(folder)).filter((name) => name.endsWith('.lock'));

  test('the second ends at once with 75 and names the first; the lock goes with the first', async () => {
    const { child, ended } = await first();
    for (const output of ['out.txt', 'link.txt', join(folder, 'out.txt')]) {
      const { code, stderr } = await second(output);
      assert.equal(code, 75);
      assert.match(
        stderr,
        new RegExp(`${output}: another run writes this: process ${child.pid} on ${hostname()}.*, since 20`),
      );
      assert.match(stderr, new RegExp(`kill ${child.pid}`));
    }
    assert.deepEqual(await locks(), ['.out.txt.lock', '.out.txt.report.html.lock']);
    child.stdin.end(smallCorpus());
    await ended;
    assert.deepEqual(await locks(), []);
    assert.match(await readFile(join(folder, 'out.txt'), 'utf8'), /^the /);
  });

  test('of a run that is ended by SIGTERM, or by a second signal, no lock is left', async () => {
    for (const signals of [['SIGTERM'], ['SIGINT', 'SIGINT']] as const) {
      const { child, ended } = await first();
      for (const signal of signals) child.kill(signal);
      await ended;
      assert.deepEqual(await locks(), []);
    }
  });

  test('of a run that was killed the next takes over the lock', async () => {
    const { child, ended } = await first();
    child.kill('SIGKILL');
    await ended;
    assert.notDeepEqual(await locks(), []);
    assert.equal((await second()).code, 0);
    assert.deepEqual(await locks(), []);
  });

  test('nothing is locked for standard output', async () => {
    const { child, ended } = await first();
    const { code, stdout } = await second('-');
    assert.equal(code, 0);
    assert.match(stdout, /^the /);
    child.kill('SIGTERM');
    await ended;
  });
});
