import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { notBuilt, temporaryFolder, wordmill } from './helpers.js';

const TEXT = 'The New York Times\nNew York!\na new York times\nthe times\n';

describe('wordmill phrases', { skip: notBuilt }, () => {
  let folder: string;
  let remove: () => Promise<void>;
  before(async () => {
    ({ folder, remove } = await temporaryFolder());
  });
  after(() => remove());

  const LEARN = ['--phrase-min-count', '1', '--phrase-discount', '1', '--phrase-threshold', '2'];

  test('joins the words of standard input, and saves phrases that other text is joined by', async () => {
    const learned = await wordmill(['phrases', ...LEARN, '--save-phrases', 'phrases.tsv'], {
      cwd: folder,
      input: TEXT,
    });
    assert.equal(
      learned.stdout,
      'the new_york times\nnew_york\na new_york times\nthe times\n',
      learned.stderr,
    );
    assert.match(await readFile(join(folder, 'phrases.tsv'), 'utf8'), /^1\t3\t2\.6+\d*\tnew\tyork$/m);

    const applied = await wordmill(['phrases', '--read-phrases', 'phrases.tsv'], {
      cwd: folder,
      input: 'In New York.\n',
    });
    assert.equal(applied.stdout, 'in new_york\n', applied.stderr);
  });

  test('vectors are trained on phrases where train is asked to join them', async () => {
    await writeFile(join(folder, 'corpus.txt'), TEXT.repeat(20));
    const args = [
      'train',
      'corpus.txt',
      '--phrases',
      '2',
      '--phrase-threshold',
      '2',
      '--glove',
      'vectors.txt',
    ];
    const { code, stderr } = await wordmill([...args, '--dimensions', '4', '--min-count', '1'], {
      cwd: folder,
    });
    assert.equal(code, 0, stderr);
    const words = (await readFile(join(folder, 'vectors.txt'), 'utf8'))
      .split('\n')
      .map((line) => line.split(' ')[0]);
    assert.ok(words.includes('new_york_times') || words.includes('new_york'), words.join());
    assert.ok(!words.includes('york'), words.join());
  });

  test('leaves no file of phrases where it fails', async () => {
    const { code } = await wordmill(['phrases', '--save-phrases', 'none.tsv', 'no-such-file.txt'], {
      cwd: folder,
    });
    assert.notEqual(code, 0);
    assert.ok(!(await readdir(folder)).includes('none.tsv'));
  });

  test('have no effect on pairs, and are refused there', async () => {
    const call = ['train', '--pairs', '-', '--phrases', '1', '--glove', 'vectors.txt'];
    const { code, stderr } = await wordmill(call, { cwd: folder, input: 'a b\n' });
    assert.equal(code, 2);
    assert.match(stderr, /phrases: has no effect on pairs/);
  });
});
