import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { temporaryFolder } from '../formats/support.js';
import { notBuilt, wordmill } from './helpers.js';

describe('wordmill evaluate', { skip: notBuilt }, () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'a.txt'), 'east 1 0\nne 1 1\nnorth 0 1\nwest -1 0\n');
  writeFileSync(join(cwd, 'b.txt'), 'east -1 0\nne 1 1\nnorth 0 1\nwest -1 0\n');
  writeFileSync(join(cwd, 'p.tsv'), 'east\tne\t3\neast\tnorth\t2\neast\twest\t1\neast\tmars\t9\n');
  writeFileSync(join(cwd, 'q.txt'), ': turns\neast ne west north\n: gram\neast ne ne west\n');

  test('puts files side by side', async () => {
    const { stdout, code } = await wordmill(
      ['evaluate', 'a.txt', 'b.txt', '--pairs', 'p.tsv', '--analogies', 'q.txt'],
      { cwd },
    );
    assert.equal(code, 0);
    const lines = stdout.split('\n').map((line) => line.trim().split(/\s{2,}/));
    assert.deepEqual(lines[0], ['a.txt', 'b.txt']);
    assert.deepEqual(lines[1], ['p: Spearman', '1.0000', '-1.0000']);
    assert.deepEqual(
      lines.find(([label]) => label === 'covered, of 4 pairs'),
      ['covered, of 4 pairs', '75.0 %', '75.0 %'],
    );
    assert.deepEqual(lines.find(([label]) => label === 'turns')?.slice(0, 2), ['turns', '1.0000']);
  });

  test('exits with 1 and names the score where a minimum is missed, and still writes all', async () => {
    const args = ['evaluate', 'a.txt', 'b.txt', '--pairs', 'p.tsv', '--json', '--minimum', 'p=0.5'];
    const { stdout, stderr, code } = await wordmill(args, { cwd });
    assert.equal(code, 1);
    assert.match(stderr, /b\.txt: p is -1\.0000; its minimum is 0\.5/);
    const [a, b] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual([a.vectors, a.sets[0].spearman.coefficient, b.sets[0].unknown], ['a.txt', 1, 1]);
  });

  test('says what is wrong before it reads vectors', async () => {
    const failing = async (...args: string[]) => {
      const { code, stderr } = await wordmill(['evaluate', 'none.txt', ...args], { cwd });
      return [code, stderr] as const;
    };
    const [code, message] = await failing('--pairs', 'p.tsv', '--minimum', 'pp=1');
    assert.equal(code, 2);
    assert.match(message, /--minimum: unknown test set 'pp'\n {2}Did you mean 'p'\?/);
    assert.equal((await failing())[0], 2);
    assert.equal((await failing('--pairs', 'missing.tsv'))[0], 66);
  });
});
