import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { temporaryFolder } from '../formats/support.js';
import { failingCall, notBuilt, wordmill } from './helpers.js';

describe('wordmill convert', { skip: notBuilt }, () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'in.txt'), 'a 3 4\nb 0 5\nc 1 1\n');

  test('writes a file and says what it did, on stderr', async () => {
    const args = ['convert', 'in.txt', 'out.vec', '--top', '2', '--unit-length'];
    const { code, stdout, stderr } = await wordmill(args, { cwd });
    assert.deepEqual([code, stdout], [0, '']);
    assert.match(stderr, /^out\.vec: 2 vectors of 2, glove to word2vecText, read back and equal$/m);
    assert.equal(readFileSync(join(cwd, 'out.vec'), 'utf8'), '2 2\na 0.6 0.8\nb 0 1\n');
  });

  test('names the flag that is wrong', async () => {
    const call = (...args: string[]) => failingCall(['convert', join(cwd, 'in.txt'), ...args]);
    for (const [args, code, message] of [
      [['out.bin', '--to', 'word2vect'], 2, /--to: must be one of /],
      [['out.bin', '--top', '0'], 2, /--top: must be a whole number/],
      [['out.bin', '--dtype', 'f16'], 2, /dtype: word2vec binary has no numbers of f16/],
      [['-', '--to', 'glove'], 2, /needs the name of a file/],
      [['out'], 2, /does not say which format/],
    ] as const) {
      const outcome = await call(...args);
      assert.equal(outcome.code, code, outcome.stderr);
      assert.match(outcome.stderr, message);
    }
  });
});
