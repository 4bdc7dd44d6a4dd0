import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isAlive, lock } from '../../../../scripts/tensorflow/lock.mjs';
import * as place from '../../../../scripts/tensorflow/place.mjs';
import { checkSpace } from '../../../../scripts/tensorflow/room.mjs';
import { setupFolder } from '../../../../src/train/tensorflow/backend/place.js';

const script = fileURLToPath(new URL('../../../../scripts/setup-tensorflow.mjs', import.meta.url));
const noWheel = 'missing' in place.wheelHere() && 'there is no wheel for this machine';

test('the set-up installs where the engine looks', () => {
  assert.equal(place.setupFolder, setupFolder());
});

test('too little room on the disk is said before anything is fetched', { skip: noWheel }, () => {
  assert.throws(() => checkSpace(5e8), /disk space: (1,\d\d\d|9\d\d) MB are needed in .*, 500 MB are free/);
  checkSpace(2e9);
});

/** With stand-ins for the programs that it calls, the only ones on the PATH: nothing is fetched or compiled. */
describe('npm run setup:tensorflow', { skip: process.platform === 'win32' }, () => {
  let folder: string;
  let cache: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'wordmill-setup-'));
    cache = join(folder, 'cache', 'wordmill', 'tensorflow');
    mkdirSync(join(folder, 'bin'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function program(name: string, body: string) {
    const path = join(folder, 'bin', name);
    writeFileSync(path, `#!${process.execPath}\nconst fs = require('node:fs');\n${body}\n`);
    chmodSync(path, 0o755);
  }

  /** Brings a tfjs-node whose own installer is this program. */
  const npm = (installer: string) =>
    program(
      'npm',
      `if (process.argv[2] !== 'install') process.exit(1);
      fs.mkdirSync('node_modules/@tensorflow/tfjs-node/scripts', { recursive: true });
      fs.writeFileSync('node_modules/@tensorflow/tfjs-node/package.json', '{}');
      fs.writeFileSync('node_modules/@tensorflow/tfjs-node/scripts/install.js', ${JSON.stringify(installer)});`,
    );
  const FAILS = `console.error('Error: 403 from the bucket'); process.exit(1);`;

  const options = (environment: Record<string, string> = {}) => ({
    env: { PATH: join(folder, 'bin'), HOME: folder, XDG_CACHE_HOME: join(folder, 'cache'), ...environment },
  });
  const setup = (...flags: string[]) =>
    spawnSync(process.execPath, [script, ...flags], { ...options(), encoding: 'utf8' });

  /** What is in the cache folder, but for the empty folder of downloads. */
  const left = () =>
    readdirSync(cache).filter((name) => name !== 'downloads' || readdirSync(join(cache, name)).length > 0);

  /** Starts a set-up whose own installer never ends; resolves once that has written its child's process id and its own. */
  async function hanging(...flags: string[]) {
    const pidFile = join(folder, 'pid');
    npm(`const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)']);
      require('node:fs').writeFileSync(${JSON.stringify(pidFile)}, child.pid + ' ' + process.pid + '.');
      setInterval(() => {}, 1e6);`);
    const child = spawn(process.execPath, [script, ...flags], options());
    let stderr = '';
    child.stderr!.on('data', (text) => {
      stderr += text;
    });
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    while (!existsSync(pidFile) || !readFileSync(pidFile, 'utf8').endsWith('.')) await pause();
    const [pid, installer] = readFileSync(pidFile, 'utf8').split(' ').map(Number.parseFloat);
    return {
      child: child as ChildProcess,
      ended,
      pid: pid!,
      /** The own installer, which leads the group of all that it started. */
      installer: installer!,
      said: () => stderr,
    };
  }
  const pause = () => new Promise((resolve) => setTimeout(resolve, 20));

  /** Until a process has ended, whether or not its end was asked for by a parent; fails by the test's time limit. */
  async function gone(pid: number) {
    while (isAlive(pid) && !isZombie(pid)) await pause();
  }
  const isZombie = (pid: number) =>
    existsSync(`/proc/${pid}/stat`) && readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');

  test('names each program that it lacks, and why the own installer failed', { skip: noWheel }, () => {
    npm(FAILS);
    const { status, stderr } = setup();
    assert.equal(status, 1);
    assert.match(
      stderr,
      /could not be set up:\n {2}missing: python3 \(.*\), pip \(.*\), a C\+\+ compiler, .*, make \(/,
    );
    assert.match(stderr, /own installer: Error: 403 from the bucket\)/);
    assert.deepEqual(left(), [`${basename(place.setupFolder)}.failure.txt`]);
  });

  test('--optional ends well all the same, and the next time does not try again for a day', {
    skip: noWheel,
  }, () => {
    npm(FAILS);
    const first = setup('--optional');
    assert.equal(first.status, 0);
    assert.match(first.stderr, /missing: python3.*\n.*\n.*going on without it/);
    const second = setup('--optional');
    assert.equal(second.status, 0);
    assert.match(
      second.stderr,
      /^wordmill: TensorFlow is not set up: missing: python3 .* \(tried at .*\)\n$/,
    );
    assert.match(setup().stderr, /installing @tensorflow\/tfjs-node/);
  });

  test('says what npm said where it cannot install', () => {
    program('npm', `console.error('npm error network ECONNREFUSED'); process.exit(1);`);
    const { status, stderr } = setup();
    assert.equal(status, 1);
    assert.match(
      stderr,
      /npm could not install @tensorflow\/tfjs-node@4\.22\.0:\n +npm error network ECONNREFUSED/,
    );
  });

  test('refuses a wheel that is not the one it knows, and keeps nothing of it', { skip: noWheel }, () => {
    npm(FAILS);
    program('g++', '');
    program('c++', '');
    program('make', '');
    program(
      'python3',
      `const at = process.argv.indexOf('-d');
      if (at > 0) fs.writeFileSync(process.argv[at + 1] + '/tensorflow.whl', 'another file');`,
    );
    const { status, stderr } = setup();
    assert.equal(status, 1);
    // sha256sum of "another file"
    assert.match(
      stderr,
      /is not the file expected: sha256 100ef6a71bac925f709fe9c114c60460bf6e472cfdb9d44bd8adf1698135260f, not [0-9a-f]{64}/,
    );
    assert.deepEqual(left(), [`${basename(place.setupFolder)}.failure.txt`]);
  });

  test('ends the own installer, with all that it started, when its time is up', {
    skip: noWheel,
  }, async () => {
    const { ended, pid, said } = await hanging('--own-seconds', '1');
    assert.equal(await ended, 1);
    assert.match(said(), /own installer: it was not done after 1 seconds/);
    await gone(pid);
  });

  test('interrupted, it ends what it started and leaves nothing', async () => {
    const { child, ended, pid } = await hanging();
    child.kill('SIGTERM');
    assert.equal(await ended, 143);
    await gone(pid);
    assert.deepEqual(left(), []);
  });

  test('waits for another set-up that is at work', async () => {
    const first = await hanging();
    const second = spawn(process.execPath, [script, '--optional'], options());
    let said = '';
    for await (const text of second.stderr!.setEncoding('utf8')) {
      said += text;
      if (said.includes('waiting')) break;
    }
    assert.match(said, new RegExp(`another set-up is at work \\(process ${first.child.pid}\\)`));
    const ended = once(second, 'close');
    second.kill('SIGTERM');
    first.child.kill('SIGTERM');
    await Promise.all([ended, first.ended]);
    assert.deepEqual(left(), []);
  });

  for (const [what, text, age] of [
    ['that has no number in it', '', 0],
    ['whose number is that of another process by now', String(process.pid), 120],
  ] as const) {
    test(`takes a lock over ${what}`, { skip: noWheel }, () => {
      npm(FAILS);
      const path = join(cache, `${basename(place.setupFolder)}.lock`);
      mkdirSync(cache, { recursive: true });
      writeFileSync(path, text);
      const touched = Date.now() / 1000 - age;
      utimesSync(path, touched, touched);
      assert.match(setup().stderr, /missing: python3/);
      assert.ok(!existsSync(path));
    });
  }

  test('a lock is touched while it is held, and one of its own number is none', async () => {
    const path = join(folder, 'lock');
    writeFileSync(path, String(process.pid));
    const release = await lock(path, 10);
    utimesSync(path, 1, 1);
    while (statSync(path).mtimeMs < 2000) await pause();
    release();
    assert.ok(!existsSync(path));
  });

  test('a wheel that is kept needs no pip; one that is damaged does', { skip: noWheel }, () => {
    npm(FAILS);
    mkdirSync(dirname(keptWheel()), { recursive: true });
    writeFileSync(keptWheel(), 'damaged');
    assert.match(setup().stderr, /missing: python3 \([^)]*\), a C\+\+ compiler/);
    for (const name of ['g++', 'c++', 'make']) program(name, '');
    program('python3', `if (process.argv[2] === '-m') process.exit(1);`);
    const { status, stderr } = setup();
    assert.equal(status, 1);
    assert.match(stderr, /could not be set up:\n {2}missing: pip \(Debian/);
  });
  const keptWheel = () => {
    const found = place.wheelHere() as { wheel: { sha256: string } };
    return join(cache, 'downloads', `${found.wheel.sha256}.whl`);
  };

  for (const flags of [['--own-seconds', 'abc'], ['--own-seconds', '-1'], ['--fast']]) {
    test(`${flags.join(' ')}: exit code 2, in one line`, () => {
      const { status, stderr } = setup(...flags);
      assert.equal(status, 2);
      assert.match(stderr, /^wordmill: .*own-seconds|^wordmill: .*--fast/);
      assert.doesNotMatch(stderr, /^ +at /m);
    });
  }

  test('takes over from a set-up that was killed', { skip: noWheel }, async () => {
    const killed = await hanging();
    killed.child.kill('SIGKILL');
    await killed.ended;
    process.kill(-killed.installer, 'SIGKILL');
    npm(FAILS);
    assert.match(setup().stderr, /missing: python3/);
  });
});
