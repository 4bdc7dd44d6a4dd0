import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { WIKIGOLD, wikigoldSplit } from '../../../bench/transfer/draw-wikigold-split.js';
import {
  drawDocumentSplit,
  nestedFraction,
  readDocumentSplit,
  splitByDocument,
} from '../../../src/train/tagging/document-split.js';
import { fileIn, temporaryFolder } from '../../formats/support.js';

const listed = fileURLToPath(new URL('../../../bench/transfer/wikigold-split.json', import.meta.url));

describe('a split by document', () => {
  const sentences = [1, 1, 2, 3, 3, 4].map((document, index) => ({ document, index }));
  const indices = (part: readonly { index: number }[]) => part.map(({ index }) => index);

  test('sentences go where their document is listed, in order', () => {
    const { train, test: held } = splitByDocument(sentences, { train: [1, 3], test: [4, 2] }, 'x.conll');
    assert.deepEqual(
      [indices(train!), indices(held!)],
      [
        [0, 1, 3, 4],
        [2, 5],
      ],
    );
  });

  test('a document in no part, in two, or not there is refused', () => {
    const wrong: [Record<string, number[]>, RegExp][] = [
      [{ train: [1, 3], test: [4] }, /x.conll: document 2 is in no part/],
      [{ train: [1, 3, 2], test: [4, 2] }, /document 2 is listed in train and in test/],
      [{ train: [1, 3, 3], test: [4, 2] }, /document 3 is listed in train and in train/],
      [{ train: [1, 3, 2], test: [4, 5] }, /document 5 is listed, but not there/],
    ];
    for (const [split, message] of wrong) {
      assert.throws(() => splitByDocument(sentences, split, 'x.conll'), { kind: 'data', message });
    }
  });

  test('drawn: every document once, shares rounded, another seed another split', () => {
    const draw = (seed: number) => drawDocumentSplit(145, { train: 0.7, validation: 0.1, test: 0.2 }, seed);
    const split = draw(1);
    assert.deepEqual(
      Object.values(split).map((part) => part.length),
      [102, 14, 29],
    );
    const all = Object.values(split).flat();
    assert.deepEqual(
      all.sort((a, b) => a - b),
      Array.from({ length: 145 }, (_, index) => index + 1),
    );
    assert.deepEqual(draw(1), split);
    assert.notDeepEqual(draw(2), split);
  });

  test('a list that is none, or not there', async () => {
    const put = fileIn(temporaryFolder());
    await assert.rejects(readDocumentSplit('/none/such.json'), { kind: 'noInput' });
    await assert.rejects(readDocumentSplit(put('{')), { kind: 'data', message: /this is not JSON/ });
    await assert.rejects(readDocumentSplit(put('{}')), { kind: 'data', message: /parts/ });
    const zero = put('{"parts": {"train": {"documents": [0]}}}');
    await assert.rejects(readDocumentSplit(zero), {
      kind: 'data',
      message: /parts\.train\.documents\.0: must be a whole number of at least 1, not 0/,
    });
  });

  test('the listed split of WikiGold has every document once', async () => {
    const split = await readDocumentSplit(listed);
    assert.deepEqual(Object.keys(split), ['train', 'validation', 'test']);
    assert.equal(new Set(Object.values(split).flat()).size, 145);
  });

  const skip = existsSync(WIKIGOLD) ? false : 'there is no ../shared/data/ner';
  test('and is what was drawn, with its counts', { skip }, async () => {
    assert.deepEqual(await wikigoldSplit(), JSON.parse(readFileSync(listed, 'utf8')));
  });
});

describe('a fraction of the training data', () => {
  const items = Array.from({ length: 250 }, (_, index) => index);

  test('10 % lies within 30 %, and that within all; order is kept', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const [small, middle, all] = [0.1, 0.3, 1].map((fraction) => nestedFraction(items, fraction, seed));
      assert.deepEqual([small!.length, middle!.length], [25, 75]);
      assert.deepEqual(all, items);
      assert.ok(small!.every((item) => middle!.includes(item)));
      assert.deepEqual(
        [...middle!].sort((a, b) => a - b),
        middle,
      );
    }
    assert.notDeepEqual(nestedFraction(items, 0.1, 1), nestedFraction(items, 0.1, 2));
  });

  test('is rounded up, but not by the error of a decimal fraction', () => {
    assert.equal(nestedFraction(items.slice(0, 10), 0.3, 1).length, 3);
    assert.equal(nestedFraction(items.slice(0, 100), 0.07, 1).length, 7); // 100 * 0.07 = 7.000000000000001
    assert.equal(nestedFraction(items.slice(0, 9), 0.1, 1).length, 1);
    assert.deepEqual(nestedFraction([], 0.1, 1), []);
  });

  test('every item is as likely as every other', () => {
    const drawn = new Float64Array(10);
    for (let seed = 0; seed < 2000; seed++) {
      for (const item of nestedFraction(items.slice(0, 10), 0.3, seed)) drawn[item]!++;
    }
    // 2,000 draws at p = 0.3: a mean of 600, a standard deviation of 20.5.
    for (const count of drawn) assert.ok(Math.abs(count - 600) < 90, `${drawn}`);
  });
});
