import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { lastRate } from '../../../bench/native/jobs/fasttext.js';
import { doneEvent } from '../../../bench/native/jobs/wordmill-train.js';
import { memoryOverMatrices } from '../../../bench/native/memory-figure.js';
import { ROWS, rowsNamed } from '../../../bench/native/rows.js';
import { jobsOf } from '../../../bench/native/speed.js';
import { alignedTable } from '../../../bench/native/table.js';
import type { Text } from '../../../bench/native/text.js';
import { temporaryFolder } from '../../formats/support.js';

const folder = temporaryFolder();

describe('the table', () => {
  test('has columns as wide as their widest cell, numbers to the right', () => {
    const table = alignedTable(
      ['row', 'rate', 'ratio'],
      [
        ['cbow', '7.15 M', '13.2x'],
        ['', '590.0 k'],
      ],
    );
    assert.equal(
      table,
      ['row      rate  ratio', '----  -------  -----', 'cbow   7.15 M  13.2x', '      590.0 k'].join('\n'),
    );
  });
});

describe('rows', () => {
  test('are chosen by name, in the order of the table', () => {
    assert.deepEqual(
      rowsNamed(['cbow-100', 'skipgram-100']).map(({ name }) => name),
      ['skipgram-100', 'cbow-100'],
    );
    assert.throws(() => rowsNamed(['cbow']), /no row cbow; there are skipgram-100, /);
  });

  test('have jobs of different names, each run once, the peer first', () => {
    const jobs = jobsOf(ROWS).map(({ name }) => name);
    assert.equal(new Set(jobs).size, jobs.length);
    assert.deepEqual(jobs.slice(0, 2), ['gensim-skipgram', 'wordmill-skipgram']);
    // What GloVe trains on is counted first, though the row does not ask for the counting's time.
    const glove = jobsOf(rowsNamed(['glove-train'])).map(({ name }) => name);
    assert.deepEqual(glove, ['gensim-skipgram', 'wordmill-cooccur', 'wordmill-glove']);
  });
});

describe('what programs print', () => {
  test("of fasttext's progress the last rate counts", () => {
    const printed =
      'Read 2M words\nProgress:  12.1% words/sec/thread:   11000 lr:  0.04\rProgress: 100.0% words/sec/thread:   46465 lr:  0.0\n';
    assert.equal(lastRate(printed), 46465);
    assert.throws(() => lastRate('Read 2M words\n'), /no rate/);
  });

  test('of wordmill the last event is the summary', () => {
    const note = '{"event":"note","message":"x"}';
    assert.equal(doneEvent(`${note}\n{"event":"done","seconds":2.5,"words":7}\n`).seconds, 2.5);
    assert.throws(() => doneEvent(`${note}\n`), /no summary/);
  });
});

describe('memory over matrices and vocabulary', () => {
  test('is the peak without two matrices of padded rows, the words and their counts', () => {
    const path = join(folder, 'vectors.bin');
    writeFileSync(path, '1000 20\n');
    const run = { megabytes: 1, wall: 1, steps: {}, vectors: { path, binary: true } };
    // Rows of 80 bytes are padded to 128: 2 x 1,000 x 128 = 256,000 bytes; words 6,000, counts 8,000.
    const megabytes = memoryOverMatrices(run, { vocabularyBytes: 6_000 } as Text);
    assert.equal(megabytes.toFixed(6), '0.730000');
  });
});
