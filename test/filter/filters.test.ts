import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { WordmillError } from '../../src/core/errors.js';
import { duplicateFilter } from '../../src/filter/duplicates.js';
import { filterText } from '../../src/filter/filter-text.js';
import { lengthFilter } from '../../src/filter/length.js';
import { limitUnits } from '../../src/filter/limit.js';
import { patternFilter } from '../../src/filter/pattern.js';
import { scriptFilter } from '../../src/filter/script.js';
import { skipUnits } from '../../src/filter/skip.js';
import { everyBlocking, filtered } from './helpers.js';

function usage(...patterns: RegExp[]): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof WordmillError);
    assert.equal(error.kind, 'usage');
    for (const pattern of patterns) assert.match(error.message, pattern);
    return true;
  };
}

describe('length', () => {
  test('characters are code points; the limits themselves pass', async () => {
    const units = ['', 'a', 'ab', 'é€', '😀😀😀', 'abcd'];
    const { stages, rejected } = await everyBlocking(
      () => lengthFilter({ minCharacters: 2, maxCharacters: 3 }),
      units,
      [2, 3, 4],
    );
    assert.deepEqual(stages['filter.length'], {
      counts: { units: 6, kept: 3 },
      dropped: { 'shorter than 2 characters': 2, 'longer than 3 characters': 1 },
    });
    assert.deepEqual(rejected.at(-1), {
      source: 'a.txt',
      line: 6,
      reason: 'longer than 3 characters',
      text: 'abcd',
    });
  });

  test('words stand between white space, that of Unicode too', async () => {
    const units = ['one', ' one  two ', 'one\ttwo\u00a0three', 'a\u3000b\u2003c d', 'ünï cöde', '\u00a0'];
    await everyBlocking(() => lengthFilter({ minWords: 2, maxWords: 3 }), units, [1, 2, 4]);
    await everyBlocking(() => lengthFilter({ minWords: 1 }), ['', ' ', 'x'], [2]);
  });
});

describe('script', () => {
  test('the share is of letters: digits, marks and punctuation count for nothing', async () => {
    const units = ['abc 123!', 'abcdefg где', 'abcdef гдеж', 'где', '2024: …', 'é\u0301 ok', '漢字'];
    const { stages } = await everyBlocking(() => scriptFilter({ script: 'Latin' }), units, [0, 1, 5]);
    assert.deepEqual(stages['filter.script']!.dropped, {
      'less than 0.7 of the letters Latin': 3,
      'without letters': 1,
    });
  });

  test('several scripts together, and another share', async () => {
    const units = ['ひらがな漢字', 'カタカナ only', 'latin', '𠀀𠀁'];
    await everyBlocking(() => scriptFilter({ script: 'Han, Hiragana,Katakana' }), units, [0, 3]);
    await everyBlocking(() => scriptFilter({ script: ['Han', 'Katakana'], share: 0.3 }), units, [0, 1, 3]);
  });

  test('what is no script is refused at once', () => {
    assert.throws(
      () => scriptFilter({ script: 'latin' }),
      usage(/no script 'latin'/, /Did you mean Latin\?/),
    );
    for (const script of ['Elvish', '}', 'Latin}\\p{L']) {
      assert.throws(() => scriptFilter({ script }), usage(/there is no script/, /Cyrillic/));
    }
  });
});

describe('regular expressions', () => {
  test('one that has to match, and one that must not', async () => {
    const units = ['the cat', 'a dog', 'The Cat', ''];
    const { stages } = await everyBlocking(() => patternFilter('cat|dog'), units, [0, 1]);
    assert.deepEqual(stages['filter.match']!.dropped, { 'not matching /cat|dog/u': 2 });
    await everyBlocking(() => patternFilter('(?i)cat', 'others'), units, [1, 3]);
    await everyBlocking(() => patternFilter('^\\p{Lu}'), units, [2]);
    await everyBlocking(() => patternFilter(/a/g), ['a', 'a', 'aa', 'b'], [0, 1, 2]);
  });

  test('what is none is refused at once', () => {
    assert.throws(() => patternFilter('('), usage(/no regular expression/));
  });
});

describe('duplicates', () => {
  test('the first of equal units stays, across blocks; empty units all stay', async () => {
    const units = ['a', 'b', '', 'a', 'A', '', 'b ', 'b', 'a'];
    const { stages, rejected } = await everyBlocking(() => duplicateFilter(), units, [0, 1, 2, 4, 5, 6]);
    assert.deepEqual(stages['filter.unique']!.dropped, { 'seen before': 3 });
    assert.deepEqual(
      rejected.map(({ line }) => line),
      [4, 8, 9],
    );
  });

  test('past its memory it remembers no more, and says so', async () => {
    // 1 MB holds 65,536 slots, four of five of them taken.
    const units = Array.from({ length: 60_000 }, (_, index) => `unit ${index}`);
    const twice = [...units, ...units];
    const { units: kept, stages, warnings } = await filtered(duplicateFilter(1), twice, 1000);
    const remembered = Math.ceil(0.8 * 65_536);
    assert.equal(kept.length, 2 * 60_000 - remembered);
    assert.equal(stages['filter.unique']!.counts.notRemembered, 2 * (60_000 - remembered));
    assert.match(warnings[0]!, /\(1 MB\) is full after 52,429 units/);
  });
});

describe('by number', () => {
  test('skip leaves out the first units, limit ends after so many and closes what is read', async () => {
    const units = ['a', 'b', 'c', 'd', 'e'];
    const skipped = await everyBlocking(() => skipUnits(3), units, [3, 4]);
    assert.deepEqual(skipped.rejected, []);
    await everyBlocking(() => limitUnits(2), units, [0, 1]);
    await everyBlocking(() => limitUnits(9), units, [0, 1, 2, 3, 4]);
    const { pulled, closed } = await filtered(limitUnits(2), units, 2);
    assert.deepEqual([pulled, closed], [1, true]);
  });
});

test('all filters, in their order: skip, sample, length, script, match, exclude, unique, limit, shuffle', async () => {
  const units = [
    'good x',
    'short',
    'good x',
    'где x',
    'bad x',
    'good x',
    'good y',
    'good ex',
    'good z',
    'good w',
  ];
  const {
    stages,
    rejected,
    units: kept,
  } = await filtered(
    filterText({
      skip: 1,
      minWords: 2,
      script: 'Latin',
      match: 'good',
      exclude: 'ex',
      unique: true,
      limit: 2,
      shuffleBuffer: 10,
    }),
    units,
    1,
  );
  assert.deepEqual(kept.sort(), ['good x', 'good y']);
  assert.deepEqual(
    rejected.map(({ line, reason }) => `${line} ${reason}`),
    [
      '2 shorter than 2 words',
      '4 less than 0.7 of the letters Latin',
      '5 not matching /good/u',
      '6 seen before',
    ],
  );
  assert.deepEqual(Object.keys(stages), [
    ...['filter.skip', 'filter.length', 'filter.script', 'filter.match'],
    ...['filter.exclude', 'filter.unique', 'filter.limit', 'filter.shuffle'],
  ]);
  assert.equal(stages['filter.skip']!.counts.units, 7);
});

test('no filter at all passes blocks on as they are', async () => {
  await everyBlocking(() => filterText({}), ['a', '', 'b'], [0, 1, 2]);
});
