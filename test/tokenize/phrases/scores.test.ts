import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { phraseOptions } from '../../../src/tokenize/phrases/options.js';
import { phraseScore, phraseThreshold } from '../../../src/tokenize/phrases/scores.js';

const score = (settings: object) => phraseScore(phraseOptions.parse(settings));

describe('scores of phrases', () => {
  const counts = { first: 10, last: 20, together: 8, words: 1000 };

  test('word2phrase: (together - discount) x words / (first x last)', () => {
    assert.equal(score({ discount: 3 })(counts), ((8 - 3) * 1000) / (10 * 20));
    assert.equal(
      score({ minCount: 2 })(counts),
      30,
      'the discount is the minimal count where it is not given',
    );
  });

  test('pmi: ln(0.008 / (0.01 x 0.02)) = ln 40', () => {
    assert.ok(Math.abs(score({ scoring: 'pmi' })(counts) - Math.log(40)) < 1e-12);
  });

  test('npmi: that over -ln 0.008; 1 for words that stand together only, 0 for independent ones', () => {
    const npmi = score({ scoring: 'npmi' });
    assert.ok(Math.abs(npmi(counts) - Math.log(40) / -Math.log(0.008)) < 1e-12);
    assert.ok(Math.abs(npmi({ first: 8, last: 8, together: 8, words: 1000 }) - 1) < 1e-12);
    assert.ok(Math.abs(npmi({ first: 100, last: 100, together: 10, words: 1000 })) < 1e-12);
  });

  test('each has a threshold of its own where none is given', () => {
    const thresholds = ['word2phrase', 'npmi', 'pmi'].map((scoring) =>
      phraseThreshold(phraseOptions.parse({ scoring })),
    );
    assert.deepEqual(thresholds, [100, 0.5, 6]);
    assert.equal(phraseThreshold(phraseOptions.parse({ threshold: 7 })), 7);
  });
});
