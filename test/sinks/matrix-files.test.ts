import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { run } from '../../src/core/run.js';
import { compose } from '../../src/core/stage.js';
import { readVectors } from '../../src/formats/detect.js';
import { readSafetensors } from '../../src/formats/safetensors.js';
import { npyMatrix, projectorFolder, safetensorsVectors } from '../../src/sinks/matrix-files.js';
import { sinkFor } from '../../src/sinks/sink-for.js';
import { plain, temporaryFolder } from '../formats/support.js';
import { trained, training } from './support.js';

const folder = temporaryFolder();
const path = (name: string) => join(folder, name);
const two = trained(
  ['New York', 'b'],
  [
    [1, 2],
    [3, 5],
  ],
);

describe('safetensors as an output', () => {
  test('has words, counts and what the training was', async () => {
    const file = path('two.safetensors');
    const { outputs } = await run(compose(training(two), sinkFor({ safetensors: file })));
    assert.deepEqual(outputs, [file]);
    const read = await readVectors(file);
    assert.deepEqual(plain(read), { 'New York': [1, 2], b: [3, 5] });
    assert.deepEqual(read.counts, Float64Array.of(100, 99));
    const { metadata } = await readSafetensors(file);
    assert.deepEqual(
      [metadata.format, metadata.version, metadata.dimensions, metadata.model, metadata.seed],
      ['wordmill vectors', '1', '2', two.summary.model, String(two.summary.seed)],
    );
  });

  test('cannot be standard output', () => {
    assert.throws(() => safetensorsVectors('-'), { kind: 'usage' });
    assert.throws(() => npyMatrix('-'), { kind: 'usage' });
    assert.throws(() => projectorFolder('-'), { kind: 'usage' });
  });
});

describe('.npy as an output', () => {
  test('is a matrix and a list of words beside it', async () => {
    const { outputs } = await run(compose(training(two), sinkFor({ npy: path('two.npy') })));
    assert.deepEqual(new Set(outputs), new Set([path('two.npy'), path('two.words.txt')]));
    assert.equal(readFileSync(path('two.words.txt'), 'utf8'), 'New York\nb\n');
    assert.deepEqual(plain(await readVectors(path('two.npy'))), { 'New York': [1, 2], b: [3, 5] });
  });

  test('refuses a word with a line break before training, or escapes it', async () => {
    const broken = trained(['a\nb'], [[1]]);
    const source = training(broken, () => assert.fail('training began'));
    await assert.rejects(run(compose(source, npyMatrix(path('broken.npy')))), {
      kind: 'data',
      message: /a word list cannot carry the word "a\\nb" .*a line break/,
    });
    assert.deepEqual([existsSync(path('broken.npy')), existsSync(path('broken.words.txt'))], [false, false]);
    await run(compose(training(broken), npyMatrix(path('broken.npy'), { escapeWords: true })));
    assert.equal(readFileSync(path('broken.words.txt'), 'utf8'), 'a▁b\n');
  });
});

describe("a folder for TensorBoard's projector as an output", () => {
  test('has three files, in a folder that is made', async () => {
    const made = path('projector');
    await run(compose(training(two), sinkFor({ projector: made })));
    assert.deepEqual(readdirSync(made).sort(), ['metadata.tsv', 'projector_config.pbtxt', 'vectors.tsv']);
    assert.equal(readFileSync(join(made, 'vectors.tsv'), 'utf8'), '1\t2\n3\t5\n');
    assert.equal(readFileSync(join(made, 'metadata.tsv'), 'utf8'), 'Word\tCount\nNew York\t100\nb\t99\n');
    await run(compose(training(two), projectorFolder(made)));
  });

  test('a run that fails leaves no folder, but one that was there', async () => {
    const fails = training(two, () => {
      throw new Error('stopped');
    });
    mkdirSync(path('kept'));
    await assert.rejects(run(compose(fails, projectorFolder(path('gone')))), /stopped/);
    await assert.rejects(run(compose(fails, projectorFolder(path('kept')))), /stopped/);
    assert.deepEqual([existsSync(path('gone')), readdirSync(path('kept'))], [false, []]);
  });

  test('a file in its place is an error before training', async () => {
    writeFileSync(path('file'), '');
    const source = training(two, () => assert.fail('training began'));
    await assert.rejects(run(compose(source, projectorFolder(path('file')))), {
      kind: 'cannotCreate',
      message: /this is a file/,
    });
    await assert.rejects(run(compose(source, projectorFolder(path('no/where')))), { kind: 'cannotCreate' });
  });
});
