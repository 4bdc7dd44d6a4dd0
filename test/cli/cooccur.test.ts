import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { notBuilt, temporaryFolder, wordmill } from './helpers.js';

/** Bytes of cells, worked out by the format: two int32, a float64. */
function cells(...records: [row: number, column: number, value: number][]): Buffer {
  const bytes = Buffer.alloc(16 * records.length);
  for (const [i, [row, column, value]] of records.entries()) {
    bytes.writeInt32LE(row, 16 * i);
    bytes.writeInt32LE(column, 16 * i + 4);
    bytes.writeDoubleLE(value, 16 * i + 8);
  }
  return bytes;
}

describe('cooccur', { skip: notBuilt, concurrency: 2 }, () => {
  let folder: string;
  let remove: () => Promise<void>;
  before(async () => {
    ({ folder, remove } = await temporaryFolder());
  });
  after(() => remove());
  const run = (line: string, input?: string) =>
    wordmill(line.split(' '), { cwd: folder, ...(input !== undefined && { input }) });

  test('writes the cells of a text, sorted, to standard output', async () => {
    const { code, bytes, stderr } = await run('cooccur --window 2', 'a b a\nb c\n');
    assert.equal(code, 0, stderr);
    // a a at distance 2, from both sides; a b twice at 1; b c once.
    assert.deepEqual(bytes, cells([1, 1, 1], [1, 2, 2], [2, 1, 2], [2, 3, 1], [3, 2, 1]));
    const left = await run('cooccur --window 2 --no-symmetric', 'a b a\nb c\n');
    assert.deepEqual(left.bytes, cells([1, 1, 0.5], [1, 2, 1], [2, 1, 1], [2, 3, 1]));
  });

  test('writes files, shuffles them, and train learns from them', async () => {
    await writeFile(join(folder, 'corpus.txt'), 'the cat sat on the mat\nthe dog sat on the log\n');
    const counted = await run(
      'cooccur corpus.txt --output cells.bin --save-vocabulary vocab.txt --shuffle --seed 3',
    );
    assert.equal(counted.code, 0, counted.stderr);
    assert.equal(counted.bytes.length, 0);
    const shuffled = await readFile(join(folder, 'cells.bin'));
    await run('cooccur corpus.txt --output sorted.bin');
    assert.notDeepEqual(await readFile(join(folder, 'sorted.bin')), shuffled);
    const again = await run(
      'cooccur --cooccurrence sorted.bin --read-vocabulary vocab.txt --shuffle --seed 3',
    );
    assert.equal(again.code, 0, again.stderr);
    assert.deepEqual(again.bytes, shuffled);
    const train = '--model glove --read-vocabulary vocab.txt --dimensions 4 --epochs 2 --glove';
    for (const file of ['cells', 'sorted']) {
      const trained = await run(`train --cooccurrence ${file}.bin ${train} ${file}.txt`);
      assert.equal(trained.code, 0, trained.stderr);
      assert.match(trained.stderr, /trained: \d+ cells/);
    }
    const vectors = await readFile(join(folder, 'cells.txt'), 'utf8');
    assert.equal(vectors.trimEnd().split('\n').length, 8);
    assert.equal(await readFile(join(folder, 'sorted.txt'), 'utf8'), vectors);
  });

  test('refuses what does not fit, and leaves nothing', async () => {
    await writeFile(join(folder, 'few.txt'), 'a 3\nb 1\n');
    await writeFile(join(folder, 'bad.bin'), cells([1, 2, 1], [3, 1, 1]));
    await writeFile(join(folder, 'short.bin'), cells([1, 2, 1]).subarray(0, 15));
    const train = (file: string) =>
      run(`train --model glove --cooccurrence ${file} --read-vocabulary few.txt --glove none.txt`);
    const bad = await train('bad.bin');
    assert.equal(bad.code, 65);
    assert.match(bad.stderr, /bad\.bin: record 2 is of the words 3 and 1; the vocabulary has 1 to 2/);
    const short = await train('short.bin');
    assert.equal(short.code, 65);
    assert.match(short.stderr, /short\.bin.*16-byte records/);
    const missing = await train('missing.bin');
    assert.equal(missing.code, 66);
    const unknown = await run('train --model glove --cooccurrence bad.bin --glove none.txt');
    assert.match(unknown.stderr, /--read-vocabulary: is missing/);
    const nothing = await run('cooccur --cooccurrence bad.bin --read-vocabulary few.txt');
    assert.match(nothing.stderr, /there is nothing to do/);
    assert.ok(!(await readdir(folder)).includes('none.txt'));
  });
});
