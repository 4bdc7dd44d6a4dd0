import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { tokenBlock } from '../../../src/core/blocks.js';
import { run } from '../../../src/core/run.js';
import { compose } from '../../../src/core/stage.js';
import { readPhrases } from '../../../src/formats/phrases.js';
import { phrases } from '../../../src/tokenize/phrases/phrases.js';
import { temporaryFolder } from '../../formats/support.js';
import { joinedLines } from './helpers.js';

/** Words: 12. new: 3, york: 3, new york: 3; the times: 2, york times: 2. */
const NEW_YORK = ['the new york times', 'new york', 'a new york times', 'the times'];

describe('phrases', () => {
  test('are pairs whose score is above the threshold: (3 - 1) x 12 / (3 x 3) = 2.67', async () => {
    const settings = { minCount: 1, discount: 1 } as const;
    const joined = ['the new_york times', 'new_york', 'a new_york times', 'the times'];
    assert.deepEqual(await joinedLines([NEW_YORK], { ...settings, threshold: 2.6 }), joined);
    assert.deepEqual(await joinedLines([NEW_YORK], { ...settings, threshold: 2.7 }), NEW_YORK);
  });

  test('grow with each pass: york times is not above the threshold, new_york times is', async () => {
    // First pass: york times scores (2 - 1) x 12 / (3 x 3) = 1.33. Second: 9 words, (2 - 1) x 9 / (3 x 3) = 1.
    const settings = { minCount: 1, discount: 1, threshold: 0.9, passes: 2 } as const;
    assert.deepEqual(await joinedLines([NEW_YORK], settings), [
      'the new_york_times',
      'new_york',
      'a new_york_times',
      'the times',
    ]);
  });

  test('are joined from left to right, and a word is part of one', async () => {
    const settings = { minCount: 1, discount: 0, threshold: 0.1, separator: '+' } as const;
    assert.deepEqual(await joinedLines([['a b c', 'a b c d']], settings), ['a+b c', 'a+b c+d']);
  });

  test('whose tokens the disk has no room for end the run before it is full', async () => {
    const large = tokenBlock([['a'.repeat(9e6), 'b'.repeat(9e6)]]);
    const source = async function* () {
      yield large;
      yield large;
    };
    await assert.rejects(run(compose(source, phrases()), { freeBytes: async () => 1e6 }), {
      kind: 'inputOutput',
      message: /tokens-0: not enough space for this intermediate file: it needs 16\.0 MB/,
    });
  });

  test('need their minimal count', async () => {
    const settings = { discount: 0, threshold: 0.1 } as const;
    assert.deepEqual(await joinedLines([['a b', 'a b']], { ...settings, minCount: 3 }), ['a b', 'a b']);
    assert.deepEqual(await joinedLines([['a b', 'a b']], { ...settings, minCount: 2 }), ['a_b', 'a_b']);
  });

  test('lie within sentences', async () => {
    const settings = { minCount: 1, discount: 0, threshold: 0.1 } as const;
    assert.deepEqual(await joinedLines([['a', 'b', 'a', 'b']], settings), ['a', 'b', 'a', 'b']);
  });

  test('hold connectors inside, never at their ends', async () => {
    const lines = ['of bank of america of', 'the bank of america', 'bank the of', 'america'];
    const settings = { minCount: 2, discount: 0, threshold: 0.5, connectors: 'of  the' } as const;
    assert.deepEqual(await joinedLines([lines], settings), [
      'of bank_of_america of',
      'the bank_of_america',
      'bank the of',
      'america',
    ]);
    assert.deepEqual(
      (await joinedLines([lines], { ...settings, connectors: 'of' }))[1],
      'the bank_of_america',
    );
  });

  test('tell apart words that look the same when they are joined', async () => {
    const settings = { minCount: 2, discount: 0, threshold: 0, separator: '_' } as const;
    assert.deepEqual(await joinedLines([['a_b c', 'a_b c', 'a b_c']], settings), ['a_b_c', 'a_b_c', 'a b_c']);
  });

  test('are the same wherever blocks are cut', async () => {
    const lines = Array.from({ length: 40 }, (_, i) => NEW_YORK[(i * 7) % 4]!);
    const settings = { minCount: 2, threshold: 0.5, passes: 3, connectors: 'the', scoring: 'npmi' } as const;
    const whole = await joinedLines([lines], settings);
    assert.ok(whole.some((line) => line.includes('new_york')));
    for (let cut = 0; cut <= lines.length; cut++) {
      assert.deepEqual(await joinedLines([lines.slice(0, cut), [], lines.slice(cut)], settings), whole);
    }
    assert.deepEqual(
      await joinedLines(
        lines.map((line) => [line]),
        settings,
      ),
      whole,
    );
  });

  test('of no text are none', async () => {
    assert.deepEqual(await joinedLines([], {}), []);
    assert.deepEqual(await joinedLines([[]], {}), []);
  });

  test('settings are checked at once', () => {
    assert.throws(() => phrases({ passes: 0 }), {
      kind: 'usage',
      message: /phrases.passes: must be a whole number from 1 to 8/,
    });
  });
});

describe('counting in little memory', () => {
  test('forgets the rarest, says so, and still finds what is frequent', async () => {
    // Every line has three words of its own, so that the tables would take some 8 MB.
    const block = (first: number) =>
      tokenBlock(
        Array.from({ length: 1000 }, (_, i) => [
          'new',
          'york',
          `only${first + i}`,
          `once${first + i}`,
          `ever${first + i}`,
        ]),
      );
    async function* source() {
      for (let i = 0; i < 40; i++) yield block(1000 * i);
    }
    const last = async function* (input: AsyncIterable<{ tokenEnds: Uint32Array }>) {
      let tokens = 0;
      for await (const { tokenEnds } of input) tokens += tokenEnds.length;
      yield tokens;
    };
    const notes: string[] = [];
    const listener = { note: (note: string) => notes.push(note) };
    const exact = await run(compose(source, phrases({ memory: 64, threshold: 1 }), last), { listener });
    assert.deepEqual([exact.last, notes], [160_000, []]);
    const little = await run(compose(source, phrases({ memory: 4, threshold: 1 }), last), { listener });
    assert.equal(little.last, 160_000);
    assert.match(notes.join(), /pass 1: counts are approximate: .* forgotten to keep to 4 MB/);
  });
});

describe('a file of phrases', () => {
  const folder = temporaryFolder();
  const path = join(folder, 'phrases.tsv');
  const settings = {
    minCount: 1,
    discount: 1,
    threshold: 0.9,
    passes: 2,
    connectors: 'a',
    save: path,
  } as const;

  async function learn(lines: readonly string[]): Promise<void> {
    async function* source() {
      yield tokenBlock(lines.map((line) => line.split(' ')));
    }
    await run(compose(source, phrases(settings)));
  }

  test('has pass, count, score and words of each, best first', async () => {
    await learn(NEW_YORK);
    assert.equal(
      readFileSync(path, 'utf8'),
      `# wordmill phrases\n# separator\t_\n# connectors\ta\n# scoring\tword2phrase\n` +
        `1\t3\t${(2 / 9) * 12}\tnew\tyork\n1\t2\t${(1 / 9) * 12}\tyork\ttimes\n2\t2\t1\tnew_york\ttimes\n`,
    );
  });

  test('joins other text as it was learned, without looking at its counts', async () => {
    await learn(NEW_YORK);
    const joined = await joinedLines([['york times', 'new york a times', 'new york times']], { read: path });
    assert.deepEqual(joined, ['york_times', 'new_york a times', 'new_york_times']);
  });

  test('is read as it was written', async () => {
    await learn(NEW_YORK);
    const model = await readPhrases(path);
    assert.deepEqual([model.separator, model.connectors, model.scoring], ['_', ['a'], 'word2phrase']);
    assert.deepEqual(
      model.passes.map((found) => found.map(({ words, count }) => [...words, count])),
      [
        [
          ['new', 'york', 3],
          ['york', 'times', 2],
        ],
        [['new_york', 'times', 2]],
      ],
    );
  });

  const bad: [string, string, RegExp][] = [
    ['some other file', 'new york 3\n', /:1: this is no file of phrases/],
    [
      'a line with one word',
      '# wordmill phrases\n1\t3\t2.5\tnew\n',
      /:2: a pass, a count, a score and at least two words/,
    ],
    ['a pass that is no number', '# wordmill phrases\nx\t3\t2.5\tnew\tyork\n', /:2: a pass/],
    ['invalid UTF-8', '# wordmill phrases\n\xff', /invalid UTF-8/],
  ];
  for (const [what, content, message] of bad) {
    test(`refuses ${what}`, async () => {
      const wrong = join(folder, 'wrong.tsv');
      writeFileSync(wrong, content, 'latin1');
      await assert.rejects(joinedLines([['a b']], { read: wrong }), { kind: 'data', message });
    });
  }

  test('that is missing is no input', async () => {
    await assert.rejects(joinedLines([['a b']], { read: join(folder, 'none') }), { kind: 'noInput' });
  });

  test('refuses a word that it cannot carry, and leaves what was there', async () => {
    writeFileSync(path, 'earlier');
    async function* source() {
      yield tokenBlock([
        ['a\tb', 'c'],
        ['a\tb', 'c'],
      ]);
    }
    const stage = phrases({ minCount: 1, discount: 0, threshold: 0, save: path });
    await assert.rejects(run(compose(source, stage)), { kind: 'data', message: /"a\\tb" has a tab/ });
    assert.equal(readFileSync(path, 'utf8'), 'earlier');
  });
});
