import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Report } from '../../../../src/core/report.js';
import { Vocabulary } from '../../../../src/core/vocabulary.js';
import { reportCoverage } from '../../../../src/train/tensorflow/tagger/coverage.js';
import type { VectorOf } from '../../../../src/train/tensorflow/tagger/vocabulary.js';

// The first two have vectors; `the` has a random one.
const words = ['Apple', 'tree', 'the'];
const VOCABULARY = {
  vocabulary: new Vocabulary({ words, counts: [0, 0, 0], unknown: 'token' }),
  firstOwn: 2,
};

function told(
  counts: Record<string, number>,
  options: { readonly lowercase?: boolean; readonly vectorOf?: VectorOf } = {},
) {
  const notes: string[] = [];
  const report = new Report({ note: (message) => notes.push(message) });
  const settings = { lowercase: false, file: 'v.txt', report, ...options };
  reportCoverage(new Map(Object.entries(counts)), VOCABULARY, settings);
  return { notes, warnings: report.warnings };
}

describe('how much of the training text has vectors', () => {
  test('is always said, in words and in tokens', () => {
    const { notes, warnings } = told({ Apple: 3, Tree: 1, the: 6 });
    assert.deepEqual(notes, [
      'vectors: v.txt has 66.7 % of the 3 words of the training text (40.0 % of its tokens)',
    ]);
    assert.deepEqual(warnings, []);
  });

  test('counts words whose vector is made of their parts', () => {
    const vectorOf = (word: string) => (word === 'trees' ? Float32Array.of(1) : undefined);
    assert.match(told({ Apple: 1, trees: 3 }, { vectorOf }).notes[0]!, /100\.0 %/);
  });

  test('is warned of where less than half of the words have one', () => {
    const { warnings } = told({ apple: 1, pear: 1, tree: 1 }, { lowercase: true });
    assert.equal(warnings.length, 1);
    assert.match(
      warnings[0]!,
      /^v\.txt: only 33\.3 % of the 3 words .* have a vector; .*need model\.lowercase: false$/,
    );
    assert.match(told({ apple: 1, pear: 1, tree: 1 }).warnings[0]!, /vectors of the same language/);
  });
});
