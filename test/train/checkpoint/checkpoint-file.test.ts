import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Report } from '../../../src/core/report.js';
import { readSafetensors, type Tensor } from '../../../src/formats/safetensors.js';
import { CheckpointFile, writeCheckpoint } from '../../../src/train/checkpoint/checkpoint-file.js';
import { CheckpointFolder } from '../../../src/train/checkpoint/checkpoint-folder.js';
import { withRunFolder } from './support.js';

const MIB = 1 << 20;

function contentOf(value = 1) {
  const tensors = new Map<string, Tensor>([
    ['weights.input', { shape: [2, 3], data: Float32Array.from({ length: 6 }, (_, i) => value + i) }],
    ['position.open', { shape: [4], data: Float64Array.of(0, 7, 33, 0.025) }],
  ]);
  return { tensors, texts: { training: '{"a":1}' } };
}

describe('a checkpoint file', () => {
  test('is a safetensors file whose last tensor has SHA-256 of the header and of each MiB of the others', () =>
    withRunFolder(async (folder) => {
      const path = join(folder, 'c');
      // Two pieces and a bit.
      const large = Float32Array.from({ length: (2 * MIB + 400) / 4 }, (_, i) => i);
      const tensors = new Map<string, Tensor>([['large', { shape: [large.length], data: large }]]);
      const size = await writeCheckpoint(path, { tensors, texts: { note: 'é' } });
      const bytes = await readFile(path);
      assert.equal(bytes.length, size);
      const read = await readSafetensors(path);
      assert.deepEqual(read.metadata, { format: 'wordmill checkpoint', version: '1', note: 'é' });
      assert.deepEqual([...read.tensors.keys()], ['large', '~checksums']);
      assert.deepEqual(read.tensors.get('large')!.data, large);
      const head = 8 + Number(bytes.readBigUInt64LE());
      const pieces = [
        bytes.subarray(0, head),
        bytes.subarray(head, head + MIB),
        bytes.subarray(head + MIB, head + 2 * MIB),
        bytes.subarray(head + 2 * MIB, head + 2 * MIB + 400),
      ];
      const sums = pieces.map((piece) => createHash('sha256').update(piece).digest());
      assert.deepEqual(read.tensors.get('~checksums'), {
        shape: [4, 32],
        data: Uint8Array.from(Buffer.concat(sums)),
      });
    }));

  test('gives back what was written', () =>
    withRunFolder(async (folder) => {
      const path = join(folder, 'c');
      const content = contentOf();
      await writeCheckpoint(path, content);
      const file = await CheckpointFile.open(path);
      assert.equal(file.texts.training, '{"a":1}');
      assert.deepEqual(file.names.sort(), ['position.open', 'weights.input']);
      assert.equal(file.lengthOf('weights.input'), 6);
      assert.equal(file.lengthOf('nothing'), undefined);
      const input = new Float32Array(6);
      await file.load('weights.input', input);
      assert.deepEqual(input, content.tensors.get('weights.input')!.data);
      await assert.rejects(file.load('weights.input', new Float32Array(7)), { kind: 'data' });
      await assert.rejects(file.load('weights.output', input), {
        kind: 'data',
        message: /has no 'weights\.output'/,
      });
    }));

  test('of which any bit is another, or that ends early, is refused', () =>
    withRunFolder(async (folder) => {
      const path = join(folder, 'c');
      await writeCheckpoint(path, contentOf());
      const whole = await readFile(path);
      for (let byte = 0; byte < whole.length; byte++) {
        const damaged = Buffer.from(whole);
        damaged[byte]! ^= 1 << (byte % 8);
        await writeFile(path, damaged);
        await assert.rejects(CheckpointFile.open(path), { name: 'WordmillError' }, `bit in byte ${byte}`);
      }
      for (let length = 0; length < whole.length; length += 7) {
        await writeFile(path, whole.subarray(0, length));
        await assert.rejects(CheckpointFile.open(path), { kind: 'data' }, `${length} bytes`);
      }
    }));

  test('that cannot be written leaves nothing behind', () =>
    withRunFolder(async (folder) => {
      const broken = {
        get data(): Float32Array {
          throw new Error('gone');
        },
        shape: [1],
      };
      const tensors = new Map<string, Tensor>([['weights', broken]]);
      await assert.rejects(writeCheckpoint(join(folder, 'c'), { tensors, texts: {} }));
      await assert.rejects(writeCheckpoint(join(folder, 'none', 'c'), contentOf()), { code: 'ENOENT' });
      assert.deepEqual(await readdir(folder), []);
    }));
});

describe('a folder of checkpoints', () => {
  async function written(folder: CheckpointFolder, value: number): Promise<void> {
    await writeCheckpoint(await folder.next(), contentOf(value));
  }

  async function newestValue(folder: CheckpointFolder, report = new Report()): Promise<number | undefined> {
    const file = await folder.newest(report);
    if (!file) return undefined;
    const input = new Float32Array(6);
    await file.load('weights.input', input);
    return input[0];
  }

  test('counts them up, and keeps the newest', () =>
    withRunFolder(async (run) => {
      const folder = new CheckpointFolder(run);
      await folder.prepare();
      assert.equal(await newestValue(folder), undefined);
      for (const value of [1, 2, 3]) await written(folder, value);
      await folder.prune(2);
      assert.deepEqual((await readdir(folder.path)).sort(), [
        'checkpoint-000002.safetensors',
        'checkpoint-000003.safetensors',
      ]);
      assert.equal(await newestValue(folder), 3);
      await folder.clear();
      assert.deepEqual(await readdir(folder.path), []);
    }));

  test('takes the one before where the newest is damaged, and warns; none where all are', () =>
    withRunFolder(async (run) => {
      const folder = new CheckpointFolder(run);
      await folder.prepare();
      for (const value of [1, 2]) await written(folder, value);
      const report = new Report();
      for (const [name, expected] of [
        ['checkpoint-000002.safetensors', 1],
        ['checkpoint-000001.safetensors', undefined],
      ] as const) {
        const path = join(folder.path, name);
        const bytes = await readFile(path);
        bytes[bytes.length - 100]! ^= 4;
        await writeFile(path, bytes);
        assert.equal(await newestValue(folder, report), expected);
      }
      assert.match(
        report.warnings[0]!,
        /^a damaged checkpoint is left out.*000002.*not those that were written/,
      );
      assert.equal(report.warnings.length, 2);
    }));

  test('refuses one of another version rather than go on from an older one', () =>
    withRunFolder(async (run) => {
      const folder = new CheckpointFolder(run);
      await folder.prepare();
      await written(folder, 1);
      const content = contentOf(2);
      await writeCheckpoint(await folder.next(), { ...content, texts: { ...content.texts, version: '7' } });
      await assert.rejects(newestValue(folder), {
        kind: 'usage',
        message: /of version 7; this program reads version 1\n {2}Go on with the program that wrote it/,
      });
    }));

  test('is made, and rid of what a writer that was killed left; other files stay', () =>
    withRunFolder(async (run) => {
      const folder = new CheckpointFolder(run);
      await folder.prepare();
      await writeFile(join(folder.path, 'notes.txt'), '');
      await mkdir(join(folder.path, 'checkpoint-1.safetensors'));
      assert.equal(await newestValue(folder), undefined);
      await folder.clear();
      assert.deepEqual((await readdir(folder.path)).sort(), ['checkpoint-1.safetensors', 'notes.txt']);
      await chmod(folder.path, 0o700);
    }));
});
