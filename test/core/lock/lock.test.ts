import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { claim, prepareCandidate } from '../../../src/core/lock/claim.js';
import { acquireLock } from '../../../src/core/lock/lock.js';
import { type LockRecord, newRecord } from '../../../src/core/lock/lock-record.js';
import { thisProcess } from '../../../src/core/process-owner.js';
import { temporaryFolder } from '../../cli/helpers.js';

const HOLDER = fileURLToPath(new URL('./holder.ts', import.meta.url));

/** So short that a test of another machine's lock ends at once. */
const QUICK = { beat: 20, staleAfter: 10_000 };

const ELSEWHERE = { host: 'elsewhere', pid: 1, began: '5', space: 'another start pid:[1]' };

describe('a lock', () => {
  let folder: string;
  let remove: () => Promise<void>;
  let path: string;
  let number = 0;
  before(async () => {
    ({ folder, remove } = await temporaryFolder());
  });
  after(() => remove());
  beforeEach(() => {
    path = join(folder, `.${number++}.lock`);
  });

  /** A lock that somebody else left, some seconds ago. */
  async function leave(owner: LockRecord['owner'], secondsAgo = 0): Promise<void> {
    await writeFile(path, JSON.stringify({ ...newRecord('run-0'), owner }));
    const time = Date.now() / 1000 - secondsAgo;
    await utimes(path, time, time);
  }

  const take = (options = {}) => acquireLock(path, 'out.txt', { ...QUICK, ...options });
  const refused = async (pattern: RegExp, options = {}) => {
    await assert.rejects(take(options), (error: Error & { kind: string }) => {
      assert.equal(error.kind, 'tryAgain');
      assert.match(error.message, pattern);
      return true;
    });
  };

  test('is a file that says who holds it, and is gone when it is released', async () => {
    const lock = await take({ run: 'run-1' });
    const record = JSON.parse(await readFile(path, 'utf8')) as LockRecord;
    assert.equal(record.owner.pid, process.pid);
    assert.equal(record.owner.host, hostname());
    assert.equal(record.run, 'run-1');
    lock.name('run-2');
    assert.equal((JSON.parse(await readFile(path, 'utf8')) as LockRecord).run, 'run-2');
    assert.ok(lock.isHeld());
    lock.release();
    lock.release();
    assert.ok(!lock.isHeld());
    assert.deepEqual(await readdir(folder), []);
  });

  test('is had by one, and the next is told by whom and what to do', async () => {
    const lock = await take({ run: 'run-1' });
    const pattern = new RegExp(
      `^out.txt: another run writes this: process ${process.pid} on ${hostname()} \\(run run-1\\), since 20.*Z\\n` +
        `  Wait until it has ended, or end it \\(kill ${process.pid}\\); then run this again.$`,
    );
    await refused(pattern);
    lock.release();
    (await take()).release();
    assert.deepEqual(await readdir(folder), []);
  });

  test('of a process that was killed is taken over at once', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', HOLDER, path], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await once(child.stdout!, 'data');
    child.stdin!.write('go\n');
    await once(child.stdout!, 'data');
    await refused(new RegExp(`process ${child.pid} on`));
    child.kill('SIGKILL');
    await once(child, 'close');
    const notes: string[] = [];
    const lock = await take({ note: (message: string) => notes.push(message) });
    assert.deepEqual(notes, [
      `took over the lock of process ${child.pid} on ${hostname()} (run run-1), which is gone: out.txt`,
    ]);
    lock.release();
    assert.deepEqual(await readdir(folder), []);
  });

  test('of a process whose number another process has by now is taken over at once', async () => {
    await leave({ ...thisProcess(), began: '1' });
    (await take()).release();
  });

  test('of a process that has ended, and whose parent does not ask for it, is taken over at once', {
    skip: process.platform === 'linux' ? false : 'needs /proc',
  }, async () => {
    const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60']);
    const [line] = await once(parent.stdout, 'data');
    const ended = Number(line);
    while (!/\) Z /.test(await readFile(`/proc/${ended}/stat`, 'utf8'))) await promisify(setTimeout)(10);
    await leave({ ...thisProcess(), pid: ended });
    (await take()).release();
    parent.kill();
  });

  test('of another machine is respected while it gives signs of life', async () => {
    await leave(ELSEWHERE, 8);
    await refused(
      /process 1 on elsewhere \(run run-0\).*\n {2}Wait until it has ended; if its machine is gone/,
    );
    assert.equal((JSON.parse(await readFile(path, 'utf8')) as LockRecord).owner.host, 'elsewhere');
  });

  test('of another machine lapses when there has been no sign of life', async () => {
    await leave(ELSEWHERE, 60);
    (await take()).release();
    assert.deepEqual((await readdir(folder)).includes(path), false);
  });

  test('whose time is long ago is respected if a sign of life comes now: the clock had been set', async () => {
    await leave(ELSEWHERE, 60);
    const beating = setInterval(() => utimes(path, 1, Date.now() / 1000 - 60), 5);
    await refused(/on elsewhere/);
    clearInterval(beating);
  });

  test('whose time is to come is respected: the clock had been set', async () => {
    await leave(ELSEWHERE, -3_600);
    await refused(/on elsewhere/);
  });

  test('of a container of this host is judged by signs of life, as its process numbers are others', async () => {
    const container = { ...thisProcess(), pid: 4_194_304, space: 'another start pid:[7]' };
    await leave(container);
    await refused(/process 4194304 on/);
    await leave(container, 60);
    (await take()).release();
  });

  test('that says nothing is respected for a while, then taken over', async () => {
    await writeFile(path, '');
    await refused(/another run has just begun to write this/);
    await utimes(path, 1, 1);
    (await take()).release();
  });

  test('gives signs of life that the file system dates, not the clock of the process', async () => {
    const lock = await take({ beat: 10 });
    await utimes(path, 1, 1);
    while (statSync(path).mtimeMs < 2_000) await promisify(setTimeout)(5);
    assert.ok(lock.isHeld());
    lock.release();
  });

  test('that was taken over is no longer held, and is not removed by its former owner', async () => {
    const lock = await take();
    await leave(ELSEWHERE);
    assert.ok(!lock.isHeld());
    lock.release();
    await refused(/on elsewhere/);
  });

  test('that is stale goes to one of many that want it at once', async () => {
    for (let round = 0; round < 10; round++) {
      await leave({ ...thisProcess(), began: '1' });
      const tries = await Promise.allSettled(Array.from({ length: 12 }, () => take()));
      const held = tries.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      assert.equal(held.length, 1, `round ${round}`);
      assert.ok(held[0]!.isHeld());
      held[0]!.release();
    }
  });

  test('that is stale goes to one of several processes that want it at once', async () => {
    await leave({ ...thisProcess(), began: '1' });
    const children = Array.from({ length: 4 }, () =>
      spawn(process.execPath, ['--import', 'tsx', HOLDER, path], { stdio: ['pipe', 'pipe', 'inherit'] }),
    );
    await Promise.all(children.map((child) => once(child.stdout!, 'data')));
    const said = children.map(async (child) => String((await once(child.stdout!, 'data'))[0]));
    for (const child of children) child.stdin!.write('go\n');
    const answers = await Promise.all(said);
    for (const child of children) child.stdin!.end();
    await Promise.all(children.map((child) => once(child, 'close')));
    assert.equal(answers.filter((answer) => answer === 'held\n').length, 1, answers.join(''));
    assert.equal(answers.filter((answer) => /another run writes this/.test(answer)).length, 3);
  });

  test('works on file systems that have no hard links', async () => {
    const refuse = () => Promise.reject(Object.assign(new Error('no links'), { code: 'EPERM' }));
    const first = await prepareCandidate(path, 'first');
    assert.ok(await claim(first, path, refuse));
    assert.ok(!(await claim(await prepareCandidate(path, 'second'), path, refuse)));
    assert.equal(await readFile(path, 'utf8'), 'first');
  });

  test('in a place that cannot be written is refused with the reason', {
    skip: existsSync('/sys/kernel') ? false : 'there is no /sys, where nobody can make a file',
  }, async () => {
    await assert.rejects(acquireLock('/sys/kernel/.out.lock', '/sys/kernel/out', QUICK), {
      kind: 'cannotCreate',
      message: '/sys/kernel/out: no permission to write this output',
    });
    await writeFile(path, '');
    await assert.rejects(acquireLock(join(path, '.out.lock'), 'out', QUICK), { kind: 'cannotCreate' });
  });

  test('in another container of this machine is told apart by the namespace of process numbers', async (context) => {
    const args = ['--pid', '--fork', '--kill-child', process.execPath, '--import', 'tsx', HOLDER, path];
    if (
      await promisify(execFile)('unshare', ['--pid', '--fork', 'true']).then(
        () => false,
        () => true,
      )
    ) {
      return context.skip('unshare --pid is not allowed here');
    }
    const child = spawn('unshare', args, { stdio: ['pipe', 'pipe', 'inherit'] });
    await once(child.stdout!, 'data');
    child.stdin!.write('go\n');
    await once(child.stdout!, 'data');
    // Its process is number 1 there; ours of that number lives, and has nothing to do with it.
    await refused(/process 1 on .*\n {2}Wait until it has ended; if its machine is gone/);
    child.stdin!.end();
    await once(child, 'close');
    (await take()).release();
  });
});
