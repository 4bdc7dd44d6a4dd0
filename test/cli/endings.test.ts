import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { BINARY, notBuilt, smallCorpus, temporaryFolder, wordmill } from './helpers.js';

describe('a run that is ended from outside', { skip: notBuilt }, () => {
  let folder: string;
  let remove: () => Promise<void>;
  before(async () => {
    ({ folder, remove } = await temporaryFolder());
    await writeFile(join(folder, 'corpus.txt'), smallCorpus(20_000));
    await mkdir(join(folder, 'scratch'));
  });
  after(() => remove());

  function start(line: string, stdout: 'pipe' | number = 'pipe') {
    const child = spawn(process.execPath, [BINARY, ...line.split(' ')], {
      cwd: folder,
      stdio: ['pipe', stdout, 'pipe'],
      env: { ...process.env, TMPDIR: join(folder, 'scratch') },
    });
    child.stdin!.on('error', () => {});
    let stderr = '';
    child.stderr!.on('data', (chunk) => {
      stderr += chunk;
    });
    const ended = once(child, 'close').then(([code]) => ({ code: code as number, stderr }));
    return { child, ended };
  }

  async function leftovers(): Promise<string[]> {
    return [...(await readdir(folder)), ...(await readdir(join(folder, 'scratch')))].filter((name) =>
      /tmp|wordmill|interrupted/.test(name),
    );
  }

  test('by SIGINT or SIGTERM, at any moment, writes nothing and ends with 130 or 143, or with 75 where something is kept', async () => {
    const moments = [150, 400, 700, 1_000, 1_400];
    for (const [index, delay] of moments.entries()) {
      const [signal, expected] = index % 2 === 0 ? (['SIGINT', 130] as const) : (['SIGTERM', 143] as const);
      const { child, ended } = start('train corpus.txt --epochs 100000 --glove interrupted.txt --quiet');
      await wait(delay);
      child.kill(signal);
      const { code, stderr } = await ended;
      // Before the program has set up its handlers, the system ends it: without a code, and with nothing begun.
      if (code !== null) {
        assert.ok(code === expected || code === 75, `exit code ${code} after ${delay} ms`);
        const said =
          code === 75
            ? /^wordmill: interrupted; kept: .*\n.*--resume/
            : /^wordmill: interrupted; nothing was written\n$/;
        assert.match(stderr, said);
      }
      assert.deepEqual(await leftovers(), [], `after ${delay} ms`);
    }
  });

  test('while it waits for standard input, ends at once', async () => {
    const { child, ended } = start('train - --glove interrupted.txt');
    child.stdin!.write('some text\n');
    await wait(800);
    child.kill('SIGTERM');
    assert.equal((await ended).code, 143);
    assert.deepEqual(await leftovers(), []);
  });

  test('while its reader is slow, ends at once', async () => {
    const { child, ended } = start('tokenize corpus.txt');
    await once(child.stdout!, 'readable');
    child.kill('SIGINT');
    assert.equal((await ended).code, 130);
  });

  test('by a reader that has had enough, ends quietly with 0', async () => {
    for (const line of ['tokenize corpus.txt', 'pairs corpus.txt', 'vocab corpus.txt', '--help']) {
      const { child, ended } = start(line);
      child.stdout!.once('data', () => child.stdout!.destroy());
      assert.deepEqual(await ended, { code: 0, stderr: '' }, line);
    }
  });

  test('after the first answer of nearest, ends quietly with 0', async () => {
    const rows = Array.from({ length: 5_000 }, (_, row) => `word${row} ${row % 7} ${row % 11} 1\n`);
    await writeFile(join(folder, 'many.txt'), rows.join(''));
    const { child, ended } = start('nearest many.txt word1 -n 5000');
    child.stdout!.once('data', () => child.stdout!.destroy());
    assert.deepEqual(await ended, { code: 0, stderr: '' });
  });

  test('of pairs and windows of a text without end, which come all the same', async () => {
    for (const line of ['pairs', 'windows']) {
      const { child, ended } = start(line);
      child.stdin!.write(smallCorpus(20_000));
      await once(child.stdout!, 'data');
      child.stdout!.destroy();
      assert.deepEqual(await ended, { code: 0, stderr: '' }, line);
    }
  });

  test('by a wait for what cannot happen, says so rather than stop without a word', async () => {
    const preload = `import fs from 'node:fs/promises';
      import { syncBuiltinESMExports } from 'node:module';
      fs.open = () => new Promise(() => {});
      syncBuiltinESMExports();`;
    const { code, stderr } = await wordmill(['tokenize', 'corpus.txt'], {
      cwd: folder,
      env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(preload)}` },
    });
    assert.match(stderr, /^wordmill: internal error: stopped in the midst/);
    assert.equal(code, 70);
  });

  test('by a full disk under standard output, says so and ends with 74', {
    skip: existsSync('/dev/full') ? false : 'this system has no /dev/full',
  }, async () => {
    const full = openSync('/dev/full', 'w');
    try {
      const { code, stderr } = await start('tokenize corpus.txt', full).ended;
      assert.equal(code, 74);
      assert.match(stderr, /^wordmill: cannot write to standard output: ENOSPC/);
    } finally {
      closeSync(full);
    }
  });
});
