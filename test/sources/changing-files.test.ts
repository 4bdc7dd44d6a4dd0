import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { WordmillError } from '../../src/core/errors.js';
import { openContext } from '../../src/core/run.js';
import { nothing } from '../../src/core/stage.js';
import { files, listFiles } from '../../src/sources/files.js';
import { type Input, OpenFile } from '../../src/sources/input.js';
import { reportInputs } from '../../src/sources/list-files.js';
import { openAhead } from '../../src/sources/open-ahead.js';

describe('a file that is changed while it is read', () => {
  // Of several chunks, so that there is a time between two of them.
  const content = Buffer.alloc(2_000_000, 'a line of text\n');
  let folder: string;
  let path: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wordmill-test-'));
    path = join(folder, 'corpus.txt');
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** What is read of the file when something is done to it after the first chunk. */
  async function readDuring(change: () => Promise<void>): Promise<Buffer> {
    await writeFile(path, content);
    const file = await OpenFile.open(path);
    const chunks: Uint8Array[] = [];
    try {
      for await (const chunk of file.chunks) {
        chunks.push(chunk);
        if (chunks.length === 1) await change();
      }
    } finally {
      await file.close();
    }
    return Buffer.concat(chunks);
  }

  const problem = (pattern: RegExp) => (error: unknown) =>
    error instanceof WordmillError && error.kind === 'inputOutput' && pattern.test(error.message);

  test('is refused when it got shorter, to nothing too', async () => {
    await assert.rejects(
      readDuring(() => truncate(path, 1_100_000)),
      problem(/corpus\.txt: this file got shorter/),
    );
    await assert.rejects(
      readDuring(() => truncate(path, 0)),
      problem(/got shorter/),
    );
  });

  test('is refused when it got shorter after its last byte was read', async () => {
    await writeFile(path, 'short\n');
    const file = await OpenFile.open(path);
    const read = (async () => {
      for await (const _ of file.chunks) await truncate(path, 2);
    })();
    await assert.rejects(read, problem(/got shorter/));
    await file.close();
  });

  test('is refused when it was written over with as many bytes', async () => {
    await assert.rejects(
      readDuring(async () => {
        await writeFile(path, Buffer.alloc(content.length, 'other lines\n'), { flag: 'r+' });
        await utimes(path, 1, 1);
      }),
      problem(/was written over/),
    );
  });

  test('is read as it was when it was opened, where it grows or is replaced', async () => {
    assert((await readDuring(() => appendFile(path, 'and more'))).equals(content));
    const replaced = await readDuring(async () => {
      await writeFile(`${path}.new`, 'another text');
      await rename(`${path}.new`, path);
    });
    assert(replaced.equals(content));
  });

  test('is refused where it changes between being reported and being opened, or listed again', async () => {
    await writeFile(path, content);
    const { context, close } = openContext();
    try {
      const again = (error: unknown) =>
        error instanceof WordmillError &&
        error.kind === 'tryAgain' &&
        /corpus\.txt: this file was changed after the run had begun: it had 2000000 bytes and has 2000008 now/.test(
          error.message,
        );
      const list = await listFiles(path);
      reportInputs(list, context.report);
      const opened = openAhead(list, undefined, context.signal, true).next();
      await ((await opened).value as OpenFile).close();

      await appendFile(path, 'and more');
      await assert.rejects(openAhead(list, undefined, context.signal, true).next(), again);
      await assert.rejects(files(path)(nothing(), context)[Symbol.asyncIterator]().next(), again);
    } finally {
      await close();
    }
  });

  test('is read as it is by now where nothing was reported of it, as in a filter', async () => {
    await writeFile(path, content);
    const { context, close } = openContext();
    try {
      const list = await listFiles(path);
      await appendFile(path, 'and more');
      const { value: input } = await openAhead(list, undefined, context.signal).next();
      assert.equal((input as Input).stored!.size, content.length + 8);
      await (input as OpenFile).close();
    } finally {
      await close();
    }
  });

  test('is read to its end where its size is not known: files of the system', {
    skip: process.platform !== 'linux' && 'only Linux has /proc',
  }, async () => {
    const file = await OpenFile.open('/proc/self/status');
    const chunks: Uint8Array[] = [];
    for await (const chunk of file.chunks) chunks.push(chunk);
    await file.close();
    assert.match(Buffer.concat(chunks).toString(), /^VmRSS:/m);
  });
});
