import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { markdownTable, type SavedRow, withFigures } from '../../../bench/native/saved-row.js';

const side = { tool: 'gensim 4.4', settings: '', of: 'train', unit: 'words/s' };
const row: SavedRow = {
  ...{ name: 'cbow-100', title: 'CBOW', compared: 'times', must: 4, goal: 6 },
  ours: { ...side, tool: 'wordmill', figures: [4e6, 5e6] },
  peer: { ...side, figures: [1e6, 0.9e6] },
  outcome: { best: 5, median: 4.78, reached: 'must' },
};

describe('the table for the page', () => {
  test('has the best rates, the ratios and what is to be reached', () => {
    assert.equal(
      markdownTable([row]).split('\n').at(-1),
      '| CBOW | 5.00 M words/s | gensim 4.4: 1.00 M words/s | **5.0x** | 4.8x | 4x | 6x |',
    );
  });

  test('leaves out rows that were not run', () => {
    const { outcome: _, ...rest } = row;
    assert.equal(markdownTable([{ ...rest, missing: 'no peer' }]).split('\n').length, 2);
  });

  test('goes between the marks of docs/performance.md, whatever stood there', () => {
    const page = readFileSync(new URL('../../../docs/performance.md', import.meta.url), 'utf8');
    const once = withFigures(page, 'first');
    assert.equal(withFigures(once, 'second'), once.replace('\nfirst\n', '\nsecond\n'));
    assert.throws(() => withFigures('# no marks', 'x'), /lacks/);
  });
});
