import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Random } from '../../src/core/random.js';
import { loadLibrary } from '../../src/vectors/hnsw/library.js';
import { temporaryFolder } from '../formats/support.js';
import { failingCall, notBuilt, wordmill } from './helpers.js';

const noLibrary = await loadLibrary().then(
  () => false as const,
  ({ message }: Error) => message,
);

/** A folder with `a.txt` and `b.txt`: 300 words each, with other vectors. */
function withVectors(): string {
  const folder = temporaryFolder();
  for (const [seed, name] of ['a.txt', 'b.txt'].entries()) {
    const random = new Random(seed);
    const rows = Array.from({ length: 300 }, (_, i) => [
      `w${i}`,
      ...Array.from({ length: 8 }, () => random.unit() - 0.5),
    ]);
    writeFileSync(join(folder, name), rows.map((row) => `${row.join(' ')}\n`).join(''));
  }
  return folder;
}

describe('wordmill nearest --index', { skip: notBuilt || noLibrary }, () => {
  test('builds an index where there is none, says its recall, and uses it from then on', async () => {
    const cwd = withVectors();
    const ask = (...more: string[]) => wordmill(['nearest', 'a.txt', ...more, 'w7', 'w9 -w3 +w5'], { cwd });
    const exact = await ask();
    const built = await ask('--index', 'a.hnsw');
    assert.deepEqual([built.code, built.stdout], [0, exact.stdout], built.stderr);
    assert.match(built.stderr, /built an index of 300 vectors/);
    assert.match(built.stderr, /a\.hnsw: recall@10 100\.0 % against exact search, over 200 words/);
    const again = await ask('--index', 'a.hnsw', '--ef-search', '300');
    assert.deepEqual([again.code, again.stdout], [0, exact.stdout]);
    assert.doesNotMatch(again.stderr, /index|recall/);
    const measured = await ask('--index', 'a.hnsw', '--measure-recall');
    assert.match(measured.stderr, /recall@10 100\.0 %/);
    const other = await wordmill(['nearest', 'b.txt', '--index', 'a.hnsw', 'w1'], { cwd });
    assert.deepEqual([other.code, other.stdout], [65, '']);
    assert.match(other.stderr, /a\.hnsw: this index is of other vectors/);
  });

  test('its flags are checked', async () => {
    const vectors = join(withVectors(), 'a.txt');
    const alone = await failingCall(['nearest', vectors, '--ef-search', '50', 'w1']);
    assert.equal(alone.code, 2);
    assert.match(alone.stderr, /--ef-search: only an index has this/);
    const small = await failingCall(['nearest', vectors, '--index', `${vectors}.i`, '--index-m', '1', 'w1']);
    assert.equal(small.code, 2);
    assert.match(small.stderr, /--index-m/);
  });
});
