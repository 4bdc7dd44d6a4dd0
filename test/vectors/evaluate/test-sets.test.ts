import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parseAnalogies } from '../../../src/vectors/evaluate/analogies.js';
import { readTestSets } from '../../../src/vectors/evaluate/evaluate.js';
import { parseWordPairs } from '../../../src/vectors/evaluate/word-pairs.js';
import { temporaryFolder } from '../../formats/support.js';

const name = 'set';
const pairsOf = (text: string) =>
  parseWordPairs(text, { name }).pairs.map(({ a, b, score }) => [a, b, score]);

describe('files of word pairs', () => {
  test('as gensim has them: comments, tabs', () => {
    const text = '# The set\n# Word 1\tWord 2\tHuman (mean)\nlove\tsex\t6.77\ntiger\tcat\t7.35\n';
    assert.deepEqual(pairsOf(text), [
      ['love', 'sex', 6.77],
      ['tiger', 'cat', 7.35],
    ]);
  });

  test('WordSim-353’s release: a header, commas, lines that end with CR LF', () => {
    const text = 'Word 1,Word 2,Human (mean)\r\nlove,sex,6.77\r\n';
    assert.deepEqual(pairsOf(text), [['love', 'sex', 6.77]]);
    assert.equal(parseWordPairs(text, { name }).otherLines, 1);
  });

  test('SimLex-999’s: the part of speech stands before the score, other numbers after it', () => {
    const text = 'word1\tword2\tPOS\tSimLex999\tconc(w1)\nold\tnew\tA\t1.58\t2.72\n';
    assert.deepEqual(pairsOf(text), [['old', 'new', 1.58]]);
  });

  test('MEN’s: spaces; Rare Words’: the mean, then the single judgements', () => {
    assert.deepEqual(pairsOf('sun sunlight 50.000000\n'), [['sun', 'sunlight', 50]]);
    assert.deepEqual(pairsOf('squishing\tsquirt\t5.88\t7\t4'), [['squishing', 'squirt', 5.88]]);
  });

  test('words may have spaces where columns are parted by something else', () => {
    assert.deepEqual(pairsOf('New York\tBig Apple\t9'), [['New York', 'Big Apple', 9]]);
  });

  test('a file without pairs is refused', () => {
    assert.throws(() => parseWordPairs('Word 1,Word 2,score\na,b,\n', { name, file: 'x.csv' }), {
      kind: 'data',
      message: /^x\.csv: has no word pairs\n/,
    });
  });
});

describe('files of analogies', () => {
  test('have sections', () => {
    const text =
      ': capital-world\nAthens Greece Oslo Norway\n\n: gram1-adjective\n: family\nboy girl he she\n';
    assert.deepEqual(parseAnalogies(text, { name }).sections, [
      {
        name: 'capital-world',
        questions: [{ a: 'Athens', b: 'Greece', c: 'Oslo', expected: 'Norway' }],
      },
      { name: 'gram1-adjective', questions: [] },
      { name: 'family', questions: [{ a: 'boy', b: 'girl', c: 'he', expected: 'she' }] },
    ]);
  });

  test('without a heading are one section; lines of other than four words are counted', () => {
    const { sections, otherLines } = parseAnalogies('a b c\na b c d\na b c d e\n', { name: 'mine' });
    assert.deepEqual(
      sections.map((section) => [section.name, section.questions.length]),
      [['mine', 1]],
    );
    assert.equal(otherLines, 2);
    assert.throws(() => parseAnalogies(': only\n', { name }), { kind: 'data' });
  });
});

describe('readTestSets', () => {
  const folder = temporaryFolder();

  test('names sets by their files, and refuses two of one name', async () => {
    writeFileSync(join(folder, 'two.words.tsv'), 'a\tb\t1\n');
    writeFileSync(join(folder, 'two.words.txt'), 'a b c d\n');
    const pairs = join(folder, 'two.words.tsv');
    assert.equal((await readTestSets({ pairs })).pairs[0]!.name, 'two.words');
    await assert.rejects(readTestSets({ pairs, analogies: [join(folder, 'two.words.txt')] }), {
      kind: 'usage',
    });
    await assert.rejects(readTestSets({ pairs: [join(folder, 'none.tsv')] }), {
      kind: 'noInput',
      message: /none\.tsv: there is no such file/,
    });
  });
});
