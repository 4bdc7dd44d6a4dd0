import assert from 'node:assert/strict';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { COURSE_TEXT } from '../vectors/course-table.js';
import { failingCall, notBuilt, temporaryFolder, wordmill } from './helpers.js';

describe('asking vectors at the command line', { skip: notBuilt }, () => {
  let folder: string;
  let remove: () => Promise<void>;

  before(async () => {
    ({ folder, remove } = await temporaryFolder());
    await writeFile(join(folder, 'table.txt'), COURSE_TEXT);
    // Signs, a quote, a colon and a no-break space are words, or parts of them, here.
    const words = ['new\u00a0york', 'york', '-', '+1', '"', 'a:b', 'a', 'b'];
    const rows = words.map((word, row) => {
      const numbers = Buffer.from(Float32Array.of(row + 1, 1).buffer);
      return Buffer.concat([Buffer.from(`${word} `), numbers, Buffer.from('\n')]);
    });
    await writeFile(join(folder, 'odd.bin'), Buffer.concat([Buffer.from(`${words.length} 2\n`), ...rows]));
  });
  after(() => remove());

  const run = (args: readonly string[], input?: string) =>
    wordmill([...args, '--quiet'], { cwd: folder, ...(input !== undefined && { input }) });
  const failing = (command: string, ...operands: string[]) =>
    failingCall([command, join(folder, 'table.txt'), ...operands]);
  const jsonOf = (stdout: string) =>
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));

  test('nearest of words and sums, each under what was asked', async () => {
    const { code, stdout } = await run(['nearest', 'table.txt', '-n', '1', 'apple', '+king -man +woman']);
    assert.deepEqual([code, stdout], [0, 'apple\n   0.9985  orange\n+king -man +woman\n   0.9346  queen\n']);
  });

  test('nearest answers lines as they come, without unknown words and empty lines, by another similarity', async () => {
    const input = 'apple\r\n\n  \naple\nking - mann + woman\n king - man + woman \n';
    const asked = await run(
      ['nearest', 'table.txt', '-n', '1', '--similarity', 'euclidean', '--json'],
      input,
    );
    const [word, sum, ...more] = jsonOf(asked.stdout);
    assert.deepEqual([asked.code, more], [0, []]);
    assert.deepEqual([word.word, word.nearest[0].word], ['apple', 'orange']);
    assert.equal(word.nearest[0].similarity.toFixed(4), '-0.0557');
    assert.deepEqual([sum.sum, sum.nearest[0].word], ['king - man + woman', 'queen']);
    assert.match(
      asked.stderr,
      /"aple" is not .*\n {2}Did you mean "apple"\?\n.*"mann" is not .*\n {2}Did you mean "man"/,
    );
  });

  test('a sum that its shell has cut into flags is answered with how to write it', async () => {
    const { code, stderr } = await failing('nearest', 'king', '-man');
    assert.deepEqual(
      [code, stderr],
      [
        2,
        'wordmill: unknown flag -man\n  Put quotes around a sum of words, with a + first: "+king -man +woman"\n',
      ],
    );
  });

  test('what is itself a word is that word, whatever it looks like', async () => {
    const asked = jsonOf(
      (await run(['nearest', 'odd.bin', '-n', '1', '--json'], '-\n+1\nnew\u00a0york\n++1 - york\n')).stdout,
    );
    assert.deepEqual(
      asked.map(({ word, sum }) => word ?? sum),
      ['-', '+1', 'new\u00a0york', '++1 - york'],
    );
    assert.deepEqual(
      asked.map(({ word }) => word !== undefined),
      [true, true, true, false],
    );
  });

  test('similarity of two words, between spaces, quotes or tabs', async () => {
    assert.equal(
      (await run(['similarity', 'table.txt', 'apple', 'orange'])).stdout,
      'apple\torange\t0.9985\n',
    );
    const input = '"apple" orange\nman\t woman \nman\nman woman king\nman womann\n\n';
    const { code, stdout, stderr } = await run(['similarity', 'table.txt', '--similarity', 'dot'], input);
    // man . woman = -1 + .0002 + .0006 + .0004
    assert.deepEqual([code, stdout], [0, 'apple\torange\t0.9209\nman\twoman\t-0.9988\n']);
    assert.match(
      stderr,
      /takes two words: man\n[\s\S]*takes two words: man woman king\n[\s\S]*"womann" is not/,
    );
    const quotes = jsonOf(
      (await run(['similarity', 'odd.bin', '--json'], '" york\n"new\u00a0york" "\n')).stdout,
    );
    assert.deepEqual(
      quotes.map(({ words }) => words),
      [
        ['"', 'york'],
        ['new\u00a0york', '"'],
      ],
    );
    assert.equal((await failing('similarity', 'man')).code, 2);
    assert.equal((await failing('similarity', 'man', 'mann')).code, 65);
  });

  test('analogy: man is to woman as king is to queen, by sum and by product', async () => {
    const added = await run(['analogy', 'table.txt', 'man', 'woman', 'king', '-n', '1']);
    assert.equal(added.stdout, 'man : woman :: king : ?\n   0.9346  queen\n');
    const multiplied = await run(
      ['analogy', 'table.txt', '--method', 'multiply', '--json'],
      'man woman king\n',
    );
    const [{ analogy, nearest }] = jsonOf(multiplied.stdout);
    assert.deepEqual(analogy, ['man', 'woman', 'king']);
    assert.deepEqual(nearest.map(({ word }: { word: string }) => word)[0], 'queen');
    const dot = await failing(
      'analogy',
      'man',
      'woman',
      'king',
      '--method',
      'multiply',
      '--similarity',
      'dot',
    );
    assert.equal(dot.code, 2);
    assert.equal((await failing('analogy', 'man', 'woman')).code, 2);
  });

  test('odd-one-out leaves unknown words aside', async () => {
    const { code, stdout, stderr } = await run([
      'odd-one-out',
      'table.txt',
      'orange',
      'appel',
      'queen',
      'apple',
    ]);
    assert.match(stdout, /^queen\n {3}0\.\d{4} {2}queen\n {3}0\.\d{4} {2}(apple|orange)\n.*\n$/);
    assert.equal(code, 0);
    assert.match(stderr, /Did you mean "apple"\?/);
    assert.equal((await failing('odd-one-out', 'man', 'mann', 'woman')).code, 65);
  });

  test('vector gives a line for each line: the mean of its words, in digits that give the numbers back', async () => {
    await writeFile(join(folder, 'exact.txt'), 'one 0.1 1\ntwo 0.1 2\n');
    const input = 'one\none two\n\nnobody\nnobody  one\n';
    const { code, stdout } = await run(['vector', 'exact.txt'], input);
    assert.deepEqual([code, stdout], [0, '0.1 1\n0.1 1.5\n\n\n0.1 1\n']);
    const [first, empty] = jsonOf(
      (await run(['vector', 'table.txt', '--json', '--unit-length'], 'man man\n\n')).stdout,
    );
    assert.deepEqual(first.words, ['man', 'man']);
    assert.equal(Math.hypot(...first.vector).toFixed(6), '1.000000');
    assert.deepEqual(empty, { words: [], vector: null });
  });

  test('direction puts words between the ends that pairs give, or finds those farthest out', async () => {
    const projected = await run([
      'direction',
      'table.txt',
      'man:woman',
      'king:queen',
      'queen',
      'apple',
      'king',
      '--similarity',
      'dot',
    ]);
    assert.match(
      projected.stdout,
      /^man:woman king:queen\n {3}0\.9\d+ {2}queen\n.*apple\n {2}-0\.9\d+ {2}king\n$/,
    );
    const lines = await run(
      ['direction', 'table.txt', 'man:woman', '-', '--json'],
      'king queen\nnobody\napple king\n',
    );
    const answers = jsonOf(lines.stdout).map(({ words }) => words.map(({ word }: { word: string }) => word));
    assert.deepEqual(answers, [
      ['queen', 'king'],
      ['apple', 'king'],
    ]);
    const extremes = await run(['direction', 'table.txt', 'man:woman', '-n', '2', '--similarity', 'dot']);
    assert.deepEqual(extremes.stdout.match(/[a-z…]+(?=\n)/g), [
      'woman',
      'woman',
      'queen',
      '…',
      'king',
      'man',
    ]);
    const [{ agreement }] = jsonOf(
      (await run(['direction', 'odd.bin', 'a:b', 'a:b:b', '--json', 'york'])).stdout,
    );
    assert.equal(agreement.length, 1);
    assert.equal((await failing('direction', 'man', 'woman')).code, 2);
    assert.equal((await failing('direction', 'mann:womann')).code, 65);
  });

  test('--limit takes the first rows', async () => {
    const [{ nearest }] = jsonOf(
      (await run(['nearest', 'table.txt', 'man', '--json', '--limit', '3'])).stdout,
    );
    assert.deepEqual(nearest.map(({ word }: { word: string }) => word).sort(), ['king', 'woman']);
    assert.equal((await failing('nearest', 'man', '--limit', '0')).code, 2);
  });

  test('--word-list names the words of a matrix without any, wherever vectors are read', async () => {
    assert.equal((await run(['convert', 'table.txt', 'bare.npy'])).code, 0);
    await rename(join(folder, 'bare.words.txt'), join(folder, 'names.list'));
    await writeFile(join(folder, 'judged.tsv'), 'man\tking\t2\nman\tqueen\t1\napple\torange\t3\n');
    const without = await run(['nearest', 'bare.npy', 'apple']);
    assert.deepEqual([without.code, /Give one with --word-list FILE/.test(without.stderr)], [66, true]);
    const list = ['--word-list', 'names.list'];
    const nearest = await run(['nearest', 'bare.npy', 'apple', '-n', '1', ...list]);
    assert.equal(nearest.stdout, 'apple\n   0.9985  orange\n');
    const scored = await run(['evaluate', 'bare.npy', '--pairs', 'judged.tsv', '--json', ...list]);
    assert.equal(jsonOf(scored.stdout)[0].sets[0].spearman.coefficient, 1);
    const map = await run(['visualize', 'bare.npy', '--method', 'pca', '-o', 'bare.svg', ...list]);
    assert.equal(map.code, 0, map.stderr);
    assert.match(await readFile(join(folder, 'bare.svg'), 'utf8'), />queen</);
  });
});
