import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { openContext } from '../../src/core/run.js';
import { nothing } from '../../src/core/stage.js';
import { files, listFiles } from '../../src/sources/files.js';
import { failsWith, folder, read } from './helpers.js';

/** Writes files, given by their paths in a folder; returns the folder. */
function write(root: string, contents: Record<string, string | Uint8Array>): string {
  for (const [path, content] of Object.entries(contents)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

const namesOf = async (root: string, patterns: string | string[]): Promise<string[]> =>
  (await listFiles(patterns)).map(({ path }) => path.slice(root.length + 1));

test('a folder is read with all that is in it, hidden files left out, in the order of the paths bytes', async (t) => {
  const root = write(folder(t), {
    'b.txt': '',
    'a/z.txt': '',
    'a/b/c.txt': '',
    'B.txt': '',
    'a.txt': '',
    '\u00e9.txt': '',
    'z.txt': '',
    '.hidden': '',
    '.git/config': '',
    'a/.b/c': '',
  });
  const expected = ['B.txt', 'a.txt', 'a/b/c.txt', 'a/z.txt', 'b.txt', 'z.txt', '\u00e9.txt'];
  assert.deepEqual(await namesOf(root, root), expected);
  assert.deepEqual(await namesOf(root, `${root}/`), expected);
});

test('patterns keep the order given, each with its files in order, and no file comes twice', async (t) => {
  const root = write(folder(t), { 'a.txt': '', 'b.txt': '', 'c.csv': '', 'd/a.txt': '' });
  assert.deepEqual(
    await namesOf(root, [`${root}/c.csv`, `${root}/*.txt`, `${root}/**/*.txt`, `${root}/d/../b.txt`]),
    ['c.csv', 'a.txt', 'b.txt', 'd/a.txt'],
  );
  assert.deepEqual(await namesOf(root, `${root}/{d/a,b}.txt`), ['b.txt', 'd/a.txt']);
});

test('a file whose name looks like a pattern is that file', async (t) => {
  const root = write(folder(t), { 'a[1].txt': '', 'a1.txt': '' });
  assert.deepEqual(await namesOf(root, `${root}/a[1].txt`), ['a[1].txt']);
});

test('hidden files are read when they are named', async (t) => {
  const root = write(folder(t), { '.hidden/a': '', '.b': '' });
  assert.deepEqual(await namesOf(root, [`${root}/.b`, `${root}/.hidden/*`]), ['.b', '.hidden/a']);
});

test('links are followed; a file that they give several names, even in a circle, is read once', async (t) => {
  const root = write(folder(t), { 'a.txt': '', 'sub/b.txt': '' });
  symlinkSync('a.txt', join(root, 'link.txt'));
  symlinkSync('..', join(root, 'sub/up'));
  assert.deepEqual(await namesOf(root, root), ['a.txt', 'sub/b.txt']);
});

test('size and time of change are listed', async (t) => {
  const root = write(folder(t), { 'a.txt': 'four' });
  utimesSync(join(root, 'a.txt'), 1000, 2000.5);
  assert.deepEqual(await listFiles(root), [
    { path: join(root, 'a.txt'), size: 4, modified: 2_000_500, pipe: false },
  ]);
});

test('a path that does not exist is refused, with the nearest name', async (t) => {
  const root = write(folder(t), { 'enwiki.txt': '', 'other.csv': '' });
  await assert.rejects(
    listFiles([root, `${root}/enwkii.txt`]),
    failsWith('noInput', /enwkii\.txt: no such file or folder\n/, /Did you mean .*\/enwiki\.txt\?$/),
  );
  await assert.rejects(listFiles(`${root}/zzz`), failsWith('noInput', /Check the path\.$/));
  await assert.rejects(
    listFiles(`${root}/nowhere/a.txt`),
    failsWith('noInput', /The folder .*\/nowhere does not exist/),
  );
  await assert.rejects(listFiles(`${root}/other.csv/a`), failsWith('noInput', /not a folder/));
});

test('a pattern without a match and a folder without files are refused', async (t) => {
  const root = write(folder(t), { '.hidden': '', 'sub/.x': '' });
  await assert.rejects(
    listFiles(`${root}/*.txt`),
    failsWith('noInput', /\*\.txt: no file matches this pattern/),
  );
  await assert.rejects(listFiles(`${root}/none/*.txt`), failsWith('noInput', /no file matches/));
  await assert.rejects(listFiles([]), failsWith('noInput', /no file, folder or pattern is given/));
  await assert.rejects(listFiles(root), failsWith('noInput', /this folder has no files\n.*Hidden/));
});

test('a link that leads nowhere is an error where a pattern matches it, and only there', async (t) => {
  const root = write(folder(t), { 'a.txt': '' });
  symlinkSync('gone', join(root, 'b.txt'));
  for (const pattern of [root, `${root}/*.txt`]) {
    await assert.rejects(listFiles(pattern), failsWith('noInput', /b\.txt: no such file.*\n.*leads nowhere/));
  }
  assert.deepEqual(await namesOf(root, `${root}/a*`), ['a.txt']);
});

test('a file or a folder that may not be read is an error that names it', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('needs root, to run as another user');
  const root = write(folder(t), { 'a.txt': 'text', 'secret.txt': 'text', 'closed/b.txt': 'text' });
  execFileSync('chmod', ['755', root]);
  const listAsNobody = (pattern: string): string => {
    const module = new URL('../../src/sources/files.ts', import.meta.url).href;
    const code = `import(${JSON.stringify(module)}).then(async ({ listFiles }) => {
      process.setgroups([]); process.setgid(65534); process.setuid(65534);
      await listFiles(${JSON.stringify(pattern)}).then(() => console.log('listed'), (e) => console.log(e.kind, e.message));
    })`;
    return execFileSync(process.execPath, ['--import', 'tsx', '-e', code], { encoding: 'utf8' });
  };
  execFileSync('chmod', ['700', join(root, 'closed')]);
  assert.match(listAsNobody(root), /^noInput .*\/closed\/?: not readable: permission denied/);
  execFileSync('chmod', ['755', join(root, 'closed')]);
  execFileSync('chmod', ['600', join(root, 'secret.txt')]);
  assert.match(listAsNobody(`${root}/*.txt`), /^noInput .*\/secret\.txt: not readable: permission denied/);
});

test('files are read one after the other, plain and compressed, and counted as they lie on disk', async (t) => {
  const packed = gzipSync('two\n');
  const root = write(folder(t), { '1.txt': 'one', '2.gz': packed, '3': 'three\r\n' });
  const { text, counts, progress } = await read(files([`${root}/*`]));
  assert.equal(text, 'one\ntwo\nthree\n');
  const bytes = 3 + packed.length + 7;
  assert.deepEqual(counts, { files: 3, bytes, textBytes: 14 });
  assert.deepEqual(progress.at(-1), { phase: 'read', done: bytes, total: bytes, unit: 'bytes' });
});

test('many files come in order and leave nothing open', async (t) => {
  const root = folder(t);
  const names = Array.from({ length: 50 }, (_, index) => String(index).padStart(2, '0'));
  write(root, Object.fromEntries(names.map((name) => [name, name])));
  const before = openFiles(root);
  assert.equal((await read(files(root))).text, names.map((name) => `${name}\n`).join(''));
  assert.deepEqual(openFiles(root), before);
});

test('a file that is removed before its turn is an error, after the text before it, and all is closed', async (t) => {
  const root = write(
    folder(t),
    Object.fromEntries([...'abcdefgh'].map((name) => [name, 'x'.repeat(300_000)])),
  );
  const { context, close } = openContext();
  let seen = 0;
  await assert.rejects(
    async () => {
      for await (const block of files(root)(nothing(), context)) {
        if (seen === 0) await rm(join(root, 'h'));
        seen += block.bytes.length;
      }
    },
    failsWith('noInput', /\/h: no such file/),
  );
  await close();
  assert.equal(seen, 7 * 300_001);
  assert.deepEqual(openFiles(root), []);
});

test('damage in the middle is an error that names the file, and all is closed', async (t) => {
  const root = write(folder(t), {
    a: 'text',
    'b.gz': gzipSync('text'.repeat(100)).subarray(0, -9),
    c: 'x',
    d: 'y',
  });
  await assert.rejects(read(files(root)), failsWith('data', /\/b\.gz \(byte \d+\): the gzip data ends/));
  assert.deepEqual(openFiles(root), []);
});

test('a consumer that stops early closes all', async (t) => {
  const root = write(folder(t), { a: 'x\n'.repeat(600_000), b: 'b', c: gzipSync('c') });
  const { context, close } = openContext();
  for await (const _block of files(root)(nothing(), context)) break;
  await close();
  assert.deepEqual(openFiles(root), []);
});

test('an abort between blocks stops the run and closes all', async (t) => {
  const root = write(folder(t), { a: 'x\n'.repeat(600_000), b: 'b' });
  const controller = new AbortController();
  const { context, close } = openContext({ signal: controller.signal });
  await assert.rejects(async () => {
    for await (const _block of files(root)(nothing(), context)) controller.abort();
  }, failsWith('aborted'));
  await close();
  assert.deepEqual(openFiles(root), []);
});

test('a read error of the system is an I/O error', async (t) => {
  if (!existsSync('/proc/self/mem')) return t.skip('needs /proc');
  // Nothing is mapped at address 0.
  await assert.rejects(
    read(files('/proc/self/mem')),
    failsWith('inputOutput', /^\/proc\/self\/mem: cannot be read: EIO/),
  );
});

test('a named pipe is read as a stream of unknown length', async (t) => {
  const root = write(folder(t), { 'a.txt': 'before\n' });
  const pipe = join(root, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const outcome = read(files([join(root, 'a.txt'), pipe]));
  createWriteStream(pipe).end(gzipSync('through the pipe\n'));
  const { text, progress } = await outcome;
  assert.equal(text, 'before\nthrough the pipe\n');
  assert.equal(progress.at(-1)!.total, undefined);
});

for (const writes of [false, true]) {
  test(`an abort ends the wait at a named pipe ${writes ? 'for more text' : 'for somebody to write'}`, async (t) => {
    const pipe = join(folder(t), 'pipe');
    execFileSync('mkfifo', [pipe]);
    const controller = new AbortController();
    const outcome = assert.rejects(read(files(pipe), controller.signal), failsWith('aborted'));
    // Opened for both ends, so that opening it never waits.
    const writer = writes ? createWriteStream(pipe, { flags: 'r+' }) : undefined;
    writer?.write('some text, and then nothing');
    setTimeout(() => controller.abort(), 50);
    await outcome;
    writer?.destroy();
  });
}

test('what the shell substitutes for a process, and /dev/stdin, are read as streams', async (t) => {
  if (!existsSync('/bin/bash') || !existsSync('/dev/fd')) return t.skip('needs bash and /dev/fd');
  const code = `
    import { files } from ${JSON.stringify(new URL('../../src/sources/files.ts', import.meta.url).href)};
    import { run } from ${JSON.stringify(new URL('../../src/core/run.ts', import.meta.url).href)};
    await run(async function* (input, context) {
      for await (const block of files(process.argv.slice(2))(input, context)) process.stdout.write(block.bytes);
      yield 1;
    });`;
  const root = write(folder(t), { 'read.mts': code });
  const script = `node --import tsx ${join(root, 'read.mts')} <(echo one) /dev/stdin <(echo three)`;
  const child = spawn('bash', ['-c', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end('two');
  let output = '';
  for await (const chunk of child.stdout) output += chunk;
  assert.equal(output, 'one\ntwo\nthree\n');
});

test('a chunk of a file that is still growing, and a file of no size, are read to their end', async (t) => {
  if (!existsSync('/proc/version')) return t.skip('needs /proc');
  assert.equal((await read(files('/proc/version'))).text, readFileSync('/proc/version', 'utf8'));
});

/** Files under a folder that this process has open. */
function openFiles(root: string): string[] {
  if (!existsSync('/proc/self/fd')) return [];
  return readdirSync('/proc/self/fd')
    .map((descriptor) => {
      try {
        return readlinkSync(`/proc/self/fd/${descriptor}`);
      } catch {
        return '';
      }
    })
    .filter((path) => path.startsWith(`${root}/`));
}
