import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { temporaryName } from '../../../src/core/temporary.js';
import {
  checkModelFolderTarget,
  loadModelFolder,
  saveModelFolder,
} from '../../../src/train/tensorflow/model-folder.js';
import { tensorIn, vocabularyOf } from '../../../src/train/tensorflow/model-parts.js';
import { content, refusal } from './support/model-content.js';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wordmill-test-'));
  path = join(folder, 'model');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a saved model', () => {
  test('loads to what was saved', async () => {
    await saveModelFolder(path, content());
    const loaded = await loadModelFolder(path, 'language-model');
    assert.deepEqual(loaded.options, content().options);
    assert.equal(loaded.texts.get('labels.txt'), 'A\nB\n');
    assert.deepEqual(tensorIn(loaded, 'embedding', [4, 2]), Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8));
    const vocabulary = await vocabularyOf(loaded, { unknown: 'token', rowsOf: 'embedding' });
    assert.deepEqual(vocabulary.words, ['</s>', 'tea', 'milk', '<UNK>']);
    assert.deepEqual([...vocabulary.counts], [2, 3, 1, 4]);
  });

  test('is a folder of four files, and nothing stays beside it', async () => {
    await saveModelFolder(path, content());
    assert.deepEqual(await readdir(folder), ['model']);
    assert.deepEqual((await readdir(path)).sort(), [
      'config.json',
      'labels.txt',
      'vocabulary.txt',
      'weights.safetensors',
    ]);
    assert.equal(await readFile(join(path, 'vocabulary.txt'), 'utf8'), '</s> 2\ntea 3\nmilk 1\n<UNK> 4\n');
  });

  test('takes the place of an earlier one, or of an empty folder', async () => {
    await mkdir(path);
    await saveModelFolder(path, content());
    await saveModelFolder(path, content(9));
    const loaded = await loadModelFolder(path, 'language-model');
    assert.equal(tensorIn(loaded, 'embedding', [4, 2])[0], 9);
    assert.deepEqual(await readdir(folder), ['model']);
  });

  test('never takes the place of anything else', async () => {
    await writeFile(path, 'a file');
    await assert.rejects(saveModelFolder(path, content()), refusal('cannotCreate', /this is a file/));
    await rm(path);
    await mkdir(path);
    await writeFile(join(path, 'thesis.txt'), 'years of work');
    await assert.rejects(
      saveModelFolder(path, content()),
      refusal('cannotCreate', /something else than a saved model/),
    );
    assert.equal(await readFile(join(path, 'thesis.txt'), 'utf8'), 'years of work');
    const missing = join(folder, 'no', 'such', 'model');
    await assert.rejects(
      checkModelFolderTarget(missing, 'tagger'),
      refusal('cannotCreate', /folder of this output does not exist/),
    );
  });

  test('that has a file of someone else in it stays', async () => {
    await saveModelFolder(path, content());
    await writeFile(join(path, 'notes.txt'), 'mine');
    await assert.rejects(saveModelFolder(path, content(9)), refusal('cannotCreate', /also holds notes\.txt/));
    assert.equal(tensorIn(await loadModelFolder(path, 'language-model'), 'embedding', [4, 2])[0], 1);
  });

  test('stays when the new one cannot be written to its end', async () => {
    await saveModelFolder(path, content());
    const broken = { ...content(9), texts: new Map([['vocabulary.txt', failing()]]) };
    await assert.rejects(saveModelFolder(path, broken), /the disk is gone/);
    assert.deepEqual(await readdir(folder), ['model']);
    assert.equal(tensorIn(await loadModelFolder(path, 'language-model'), 'embedding', [4, 2])[0], 1);
  });

  test('comes back when the process that was replacing it was killed between two renames', async () => {
    await saveModelFolder(path, content());
    const killed = temporaryName('model').replace(`-${process.pid}-`, '-99999999-');
    await rename(path, join(folder, `${killed}.old`));
    assert.equal(tensorIn(await loadModelFolder(path, 'language-model'), 'embedding', [4, 2])[0], 1);
    assert.ok(existsSync(path));
  });
});

describe('a saved model that is damaged is refused:', () => {
  beforeEach(() => saveModelFolder(path, content()));
  const load = () => loadModelFolder(path, 'language-model');

  test('no folder, or a folder of something else', async () => {
    await assert.rejects(
      loadModelFolder(join(folder, 'none'), 'tagger'),
      refusal('noInput', /there is no such folder/),
    );
    await assert.rejects(loadModelFolder(folder, 'tagger'), refusal('noInput', /no saved model/));
    await assert.rejects(
      loadModelFolder(join(path, 'labels.txt'), 'tagger'),
      refusal('noInput', /labels\.txt: this is a file/),
    );
  });

  test('a file that cannot be read, which is not one that is missing', async () => {
    await rm(join(path, 'config.json'));
    await mkdir(join(path, 'config.json'));
    await assert.rejects(load(), refusal('inputOutput', /config\.json: cannot read this file: EISDIR/));
  });

  test('another kind or version', async () => {
    await assert.rejects(
      loadModelFolder(path, 'tagger'),
      refusal('data', /model: this is a language model, not a tagger/),
    );
    const config = join(path, 'config.json');
    await writeFile(config, (await readFile(config, 'utf8')).replace('"version": 1', '"version": 7'));
    await assert.rejects(
      load(),
      refusal('data', /config\.json: version: .* a version that is not known here/),
    );
    await writeFile(config, '{');
    await assert.rejects(load(), refusal('data', /config\.json: not valid JSON/));
  });

  test('a missing file, or one cut short, with its byte', async () => {
    await truncate(join(path, 'vocabulary.txt'), 10);
    await assert.rejects(
      load(),
      refusal('data', /vocabulary\.txt \(byte 10\): this file has 10 bytes, but 28 were saved/),
    );
    await rm(join(path, 'weights.safetensors'));
    await saveModelFolder(join(folder, 'other'), content());
    await writeFile(join(path, 'vocabulary.txt'), '</s> 2\ntea 3\nmilk 1\n<UNK> 4\n');
    await assert.rejects(
      load(),
      refusal('data', /weights\.safetensors: this file of the saved model is missing/),
    );
  });

  test('weights that are no tensors any more', async () => {
    const weights = join(path, 'weights.safetensors');
    const bytes = await readFile(weights);
    bytes.write('!', 8);
    await writeFile(weights, bytes);
    await assert.rejects(load(), refusal('data', /weights\.safetensors \(byte \d+\)/));
  });

  test('a vocabulary with another number of words', async () => {
    await writeFile(join(path, 'vocabulary.txt'), '</s> 2\ntea 3\nmilkshake 10\n\n\n');
    await assert.rejects(
      vocabularyOf(await load(), { unknown: 'drop', rowsOf: 'embedding' }),
      refusal('data', /vocabulary\.txt: this vocabulary has 3 words, but 'embedding' .* has 4 rows/),
    );
  });

  test('a tensor that is missing or of another shape', async () => {
    const loaded = await load();
    assert.throws(
      () => tensorIn(loaded, 'embedding', [4, 3]),
      refusal('data', /'embedding' is 4 x 2; .* as 4 x 3 float32/),
    );
    assert.throws(
      () => tensorIn(loaded, 'layers.0.bias', [4]),
      refusal('data', /'layers\.0\.bias' is missing/),
    );
  });
});

function* failing(): Generator<Uint8Array> {
  yield Buffer.from('half');
  throw new Error('the disk is gone');
}
