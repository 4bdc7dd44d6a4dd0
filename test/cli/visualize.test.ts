import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { failingCall, notBuilt, wordmill } from './helpers.js';

describe('wordmill visualize', { skip: notBuilt }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'wordmill-test-'));
  const vectors = join(folder, 'vectors.txt');
  before(() => {
    const rows = Array.from({ length: 60 }, (_, index) =>
      [`word${index}`, ...[1, 2, 3, 4, 5].map((n) => Math.sin(n * index).toFixed(4))].join(' '),
    );
    writeFileSync(vectors, `${rows.join('\n')}\n`);
    writeFileSync(join(folder, 'categories.tsv'), 'word1\tone\nword2\ttwo\n');
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('writes a page, SVG or PNG, by the name of the output', async () => {
    const html = await wordmill(
      ['visualize', 'vectors.txt', '--words', '50', '--iterations', '300', '-o', 'map.html'],
      {
        cwd: folder,
      },
    );
    assert.equal(html.code, 0, html.stderr);
    assert.equal(html.stdout, '');
    assert.match(html.stderr, /map\.html: a map of 50 words\n$/);
    const [, json] = readFileSync(join(folder, 'map.html'), 'utf8').match(/id="data">([^<]*)</)!;
    const data = JSON.parse(json!);
    assert.deepEqual([data.words.length, data.positions.length, data.neighbours[7].length], [50, 100, 20]);
    const png = await wordmill(
      [
        'visualize',
        'vectors.txt',
        '--method',
        'pca',
        '--pairs',
        'word1:word2',
        '--width',
        '300',
        '--output',
        'map.png',
      ],
      { cwd: folder },
    );
    assert.equal(png.code, 0, png.stderr);
    assert.equal(readFileSync(join(folder, 'map.png')).readUInt32BE(16), 300);
  });

  test('what is wrong is told before anything is written', async () => {
    const before = readdirSync(folder).sort();
    const call = (...args: string[]) => failingCall(['visualize', vectors, ...args]);
    const output = join(folder, 'new.svg');
    const missing = await call();
    assert.deepEqual([missing.code, /-o: the file to write is missing/.test(missing.stderr)], [2, true]);
    const name = await call('-o', join(folder, 'map.gif'));
    assert.deepEqual([name.code, /ends in \.html, \.svg or \.png/.test(name.stderr)], [2, true]);
    const pair = await call('--pairs', 'word1', '-o', output);
    assert.deepEqual([pair.code, /'word1' is no pair of words/.test(pair.stderr)], [2, true]);
    const unknown = await call('--pairs', 'word1:wordd2', '--method', 'pca', '-o', output);
    assert.deepEqual([unknown.code, /Did you mean "word2"/.test(unknown.stderr)], [65, true]);
    const color = await call('--color', 'category', '-o', output);
    assert.equal(color.code, 2);
    const itself = await call('-o', join(folder, 'absent', 'map.svg'));
    assert.equal(itself.code, 73);
    assert.equal((await call('--word-file', join(folder, 'no.txt'), '-o', output)).code, 66);
    writeFileSync(join(folder, 'empty.txt'), '\n');
    const empty = await call('--word-file', join(folder, 'empty.txt'), '-o', output);
    assert.deepEqual([empty.code, /empty\.txt: this list has no words/.test(empty.stderr)], [65, true]);
    rmSync(join(folder, 'empty.txt'));
    writeFileSync(join(folder, 'broken.tsv'), 'word1 one\n');
    const broken = await call('--categories', join(folder, 'broken.tsv'), '-o', output);
    assert.deepEqual([broken.code, /broken\.tsv:1: a word, a tab/.test(broken.stderr)], [65, true]);
    rmSync(join(folder, 'broken.tsv'));
    assert.deepEqual(readdirSync(folder).sort(), before);
  });
});
