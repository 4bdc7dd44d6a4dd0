import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { run } from '../../src/core/run.js';
import { compose } from '../../src/core/stage.js';
import { gloveText, word2vecBinary, word2vecText } from '../../src/sinks/vector-files.js';
import { temporaryFolder } from '../formats/support.js';
import { trained, training } from './support.js';

const parent = temporaryFolder();
const vectors = trained(['a'], [[1, 2]]);
const neverTrained = training(vectors, () => assert.fail('training began'));

/** A folder with earlier outputs `old.txt` and `old.bin`. */
function folderWithOutputs(): { text: string; binary: string; check(): void } {
  const folder = mkdtempSync(join(parent, 'outputs-'));
  const text = join(folder, 'old.txt');
  const binary = join(folder, 'old.bin');
  writeFileSync(text, 'earlier text');
  writeFileSync(binary, 'earlier binary');
  return {
    text,
    binary,
    check() {
      assert.deepEqual(readdirSync(folder).sort(), ['old.bin', 'old.txt']);
      assert.equal(readFileSync(text, 'utf8'), 'earlier text');
      assert.equal(readFileSync(binary, 'utf8'), 'earlier binary');
    },
  };
}

/** Calls back with a folder on a disk of 1 MB; false where this system lets us mount none. */
async function withSmallDisk(use: (folder: string) => Promise<void>): Promise<boolean> {
  const disk = mkdtempSync(join(parent, 'disk-'));
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]).status !== 0) return false;
  try {
    await use(disk);
  } finally {
    spawnSync('umount', [disk]);
  }
  return true;
}

describe('outputs are whole or not there', () => {
  test('a missing folder of the second sink ends the run before training', async () => {
    const { text, check } = folderWithOutputs();
    const missing = join(parent, 'no', 'such', 'folder.bin');
    await assert.rejects(run(compose(neverTrained, gloveText(text), word2vecBinary(missing))), {
      kind: 'cannotCreate',
      message: /the folder of this output does not exist/,
    });
    check();
  });

  test('so does a folder where a file should be', async () => {
    const { text, check } = folderWithOutputs();
    const path = join(parent, 'a-folder');
    mkdirSync(path);
    await assert.rejects(run(compose(neverTrained, gloveText(text), word2vecBinary(path))), {
      kind: 'cannotCreate',
    });
    check();
  });

  test('and two sinks with one path', async () => {
    const { text, check } = folderWithOutputs();
    await assert.rejects(run(compose(neverTrained, gloveText(text), word2vecText(text))), {
      kind: 'cannotCreate',
      message: /two outputs would be written to this one file/,
    });
    check();
  });

  test('a failure while training leaves earlier outputs alone', async () => {
    const { text, binary, check } = folderWithOutputs();
    const failing = training(vectors, () => {
      throw new Error('power cut');
    });
    await assert.rejects(run(compose(failing, gloveText(text), word2vecBinary(binary))), /power cut/);
    check();
  });

  test('an interruption while writing leaves earlier outputs alone', async () => {
    const { text, binary, check } = folderWithOutputs();
    const controller = new AbortController();
    const rows = Array.from({ length: 30_000 }, (_, row) => [row, row / 3, row / 7, row / 9]);
    const large = trained(
      rows.map((_, row) => `word${row}`),
      rows,
    );
    const listener = { progress: () => controller.abort() };
    const pipeline = compose(training(large), gloveText(text), word2vecBinary(binary));
    await assert.rejects(run(pipeline, { signal: controller.signal, listener }), { kind: 'aborted' });
    check();
  });

  test('a sink to which nothing came fails the run', async () => {
    const { text, check } = folderWithOutputs();
    const empty = async function* () {};
    await assert.rejects(run(compose(empty, gloveText(text))), {
      kind: 'data',
      message: /nothing came to this output/,
    });
    check();
  });

  test('a full disk under the second sink leaves both outputs as they were', async (context) => {
    const { text, check } = folderWithOutputs();
    const rows = Array.from({ length: 400_000 }, () => [0.25]);
    const large = trained(
      rows.map((_, row) => `word${row}`),
      rows,
    );
    const mounted = await withSmallDisk(async (disk) => {
      const full = join(disk, 'vectors.bin');
      for (const pipeline of [
        compose(training(large), gloveText(text), word2vecBinary(full)),
        compose(training(large), word2vecBinary(full), gloveText(text)),
      ]) {
        const problem = {
          kind: 'inputOutput',
          message: /vectors\.bin: no space left on the disk of this output; /,
        };
        await assert.rejects(run(pipeline, { freeBytes: async () => undefined }), problem);
        assert.deepEqual(readdirSync(disk), []);
        const refusal = {
          kind: 'inputOutput',
          message: /vectors\.bin: not enough space for this output: it needs 1\.6 MB/,
        };
        await assert.rejects(run(pipeline), refusal);
        assert.deepEqual(readdirSync(disk), []);
      }
    });
    if (!mounted) context.skip('a tmpfs cannot be mounted here');
    check();
  });
});
