import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { BINARY, notBuilt, temporaryFolder } from './helpers.js';

/** Splits slowly, so that there is time to end the run while it reads. */
const SLOW = `const pause = new Int32Array(new SharedArrayBuffer(4))
export default (text) => { Atomics.wait(pause, 0, 0, 1); return text.split(' ') }
`;

const FLAGS = '--module slow.mjs --epochs 2 --threads 1 --dimensions 8 --min-count 1 --checkpoint-interval 1';

describe('a run that is ended while it reads', { skip: notBuilt }, () => {
  let folder: string;
  let remove: () => Promise<void>;
  let expected: Buffer;
  before(async () => {
    ({ folder, remove } = await temporaryFolder());
    await writeFile(join(folder, 'slow.mjs'), SLOW);
    for (const name of ['a', 'b', 'c']) {
      const lines = Array.from(
        { length: 700 },
        (_, line) => `${name} has line ${line} ${'word '.repeat(40)}`,
      );
      // Several blocks a file: what is read is saved between blocks.
      await writeFile(
        join(folder, `${name}.txt`),
        lines.map((line) => line.padEnd(1_600, `${name}xyz `)).join('\n'),
      );
    }
    const { child, ended } = start(`train a.txt b.txt c.txt ${FLAGS} --word2vec whole.bin`, 'whole');
    child.stdin.end();
    assert.equal((await ended).code, 0);
    expected = await readFile(join(folder, 'whole.bin'));
  });
  after(() => remove());

  function start(line: string, runs: string) {
    const child = spawn(process.execPath, [BINARY, ...line.split(' '), '--runs', join(folder, runs)], {
      cwd: folder,
    });
    child.stdin.on('error', () => {});
    child.stdout.resume();
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stderr }));
    return { child, ended };
  }

  /** Waits until a file whose path matches is in the run's folder. */
  async function appears(runs: string, path: RegExp): Promise<void> {
    for (;;) {
      const found = await readdir(join(folder, runs), { recursive: true }).catch(() => []);
      if (found.some((name) => path.test(name))) return;
      await wait(20);
    }
  }

  async function resumed(line: string, runs: string, input?: string) {
    const { child, ended } = start(`${line} --resume`, runs);
    child.stdin.end(input);
    return ended;
  }

  test('by kill -9, again and again, ends with the vectors of one that was not', async () => {
    const line = `train a.txt b.txt c.txt ${FLAGS} --word2vec killed.bin`;
    for (const [index, delay] of [0, 350, 900].entries()) {
      const { child, ended } = start(index === 0 ? line : `${line} --resume`, 'killed');
      child.stdin.end();
      await Promise.race([appears('killed', /partial\.json$/), ended]);
      await wait(delay);
      child.kill('SIGKILL');
      assert.equal((await ended).code, null, (await ended).stderr);
    }
    const { code, stderr } = await resumed(line, 'killed');
    assert.equal(code, 0, stderr);
    assert.match(stderr, /resuming: \d of 3 files are in the spool/);
    assert.deepEqual(await readFile(join(folder, 'killed.bin')), expected);
    const [run] = await readdir(join(folder, 'killed'));
    assert.ok(!(await readdir(join(folder, 'killed', run!))).includes('spool'));
  });

  test('by SIGTERM, says what is kept and ends with 75; resumed, it ends with the same vectors', async () => {
    const line = `train a.txt b.txt c.txt ${FLAGS} --word2vec stopped.bin`;
    const { child, ended } = start(line, 'stopped');
    child.stdin.end();
    await appears('stopped', /tokens$/);
    await wait(700);
    child.kill('SIGTERM');
    const { code, stderr } = await ended;
    assert.equal(code, 75, stderr);
    assert.match(stderr, /kept: the text read so far\n.*--resume/);
    const again = await resumed(line, 'stopped');
    assert.equal(again.code, 0, again.stderr);
    assert.deepEqual(await readFile(join(folder, 'stopped.bin')), expected);
  });

  test('from a pipe, before its end, must be piped again; after it, it needs no pipe', async () => {
    const text = (
      await Promise.all(['a', 'b', 'c'].map((name) => readFile(join(folder, `${name}.txt`), 'utf8')))
    )
      .map((content) => `${content}\n`)
      .join('');
    const line = `train - ${FLAGS} --word2vec piped.bin`;
    const { child, ended } = start(line, 'piped');
    child.stdin.write(text.slice(0, 2_000_000));
    await appears('piped', /tokens$/);
    child.kill('SIGTERM');
    assert.equal((await ended).code, 143);
    const [run] = await readdir(join(folder, 'piped'));
    // To train for ever, so that it is ended when the spool is whole.
    const { child: second, ended: secondEnd } = start(`${line} --resume=${run}`, 'piped');
    second.stdin.end(text);
    await appears('piped', /manifest\.json$/);
    await appears('piped', /spool.*manifest\.json$/);
    second.kill('SIGKILL');
    assert.match((await secondEnd).stderr, /ended before all of its text had come; it is read again/);
    const { code, stderr } = await resumed(line, 'piped');
    assert.equal(code, 0, stderr);
    assert.deepEqual(await readFile(join(folder, 'piped.bin')), expected);
  });
});
