import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { mergeRuns } from '../../src/tokenize/merge-runs.js';
import { WordCounter } from '../../src/tokenize/word-counter.js';
import { readRun, writeRun } from '../../src/tokenize/word-run.js';
import { ByteReader, tableOf, WordTable } from '../../src/tokenize/word-table.js';

const { signal } = new AbortController();
const decoder = new TextDecoder();

async function temporaryFolder(test: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wordmill-test-'));
  test.after(() => rm(folder, { recursive: true }));
  return folder;
}

async function contentOf(path: string): Promise<[string, number, number][]> {
  const content: [string, number, number][] = [];
  for await (const block of readRun(path)) {
    for (let index = 0; index < block.length; index++) {
      const word = decoder.decode(block.bytes.subarray(block.starts[index], block.ends[index]));
      content.push([word, block.counts[index]!, block.ids[index]!]);
    }
  }
  return content;
}

function addTo(table: WordTable, words: readonly string[]): void {
  for (const word of words) table.add(new ByteReader(Buffer.from(word)), 0, Buffer.byteLength(word));
}

test('a run holds words in the order of their bytes, with counts and ids', async (t) => {
  const path = join(await temporaryFolder(t), 'run');
  const table = new WordTable();
  addTo(table, ['b', 'c', 'a', 'b']);
  await writeRun(path, table, {});
  assert.deepEqual(await contentOf(path), [
    ['a', 1, 2],
    ['b', 2, 0],
    ['c', 1, 1],
  ]);
});

test('runs of any length come back whole: many words, and words longer than the read buffer', async (t) => {
  const path = join(await temporaryFolder(t), 'run');
  const words = Array.from({ length: 30_000 }, (_, number) => `word-${String(number).padStart(5, '0')}`);
  words.push('x'.repeat(300_000), 'y'.repeat(70_000));
  await writeRun(path, tableOf(words), {});
  assert.deepEqual(
    await contentOf(path),
    words.map((word, id) => [word, 1, id]),
  );
});

test('a run that is cut off is refused', async (t) => {
  const path = join(await temporaryFolder(t), 'run');
  await writeRun(path, tableOf(['one', 'two']), {});
  await truncate(path, 9);
  await assert.rejects(contentOf(path), { kind: 'data', message: /cut off/ });
});

test('merging sums the counts of a word over all runs', async (t) => {
  const folder = await temporaryFolder(t);
  const runs: string[] = [];
  for (const words of [['a', 'b', 'b'], ['b', 'c'], [], ['a', 'b', 'd']]) {
    const table = new WordTable();
    addTo(table, words);
    const path = join(folder, `run-${runs.length}`);
    await writeRun(path, table, {});
    runs.push(path);
  }
  const path = join(folder, 'merged');
  assert.equal(await mergeRuns(runs, path, { signal }), 4);
  assert.deepEqual(await contentOf(path), [
    ['a', 2, 0],
    ['b', 4, 0],
    ['c', 1, 0],
    ['d', 1, 0],
  ]);
});

test('more runs than may be open at once are merged in rounds, and the rounds leave nothing behind', async (t) => {
  const folder = await temporaryFolder(t);
  const runs: string[] = [];
  for (let run = 0; run < 150; run++) {
    const path = join(folder, `run-${run}`);
    await writeRun(path, tableOf(['every', `only-${run % 100}`]), {});
    runs.push(path);
  }
  const path = join(folder, 'merged');
  assert.equal(await mergeRuns(runs, path, { signal }), 101);
  const counts = new Map((await contentOf(path)).map(([word, count]) => [word, count]));
  assert.equal(counts.get('every'), 150);
  assert.equal(counts.get('only-0'), 2);
  assert.equal(counts.get('only-99'), 1);
  assert.equal((await readdir(folder)).length, 151);
});

test('a merge stops when the run is aborted', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'run');
  await writeRun(path, tableOf(['a']), {});
  await assert.rejects(mergeRuns([path, path], join(folder, 'merged'), { signal: AbortSignal.abort() }), {
    kind: 'aborted',
  });
});

test('a counter asks for a new generation when its memory is used up, and never for an empty table', async (t) => {
  const counter = new WordCounter(await temporaryFolder(t), { memoryBytes: 26_000, signal });
  assert.ok(counter.reserve(1_000_000, 10), 'what must be in one generation is, whatever it takes');
  assert.ok(counter.reserve(640, 8_192));
  addTo(counter.table, ['a', 'b', 'a']);
  assert.ok(counter.reserve(638, 8_190));
  assert.ok(!counter.reserve(639, 0));
  assert.ok(!counter.reserve(1, 8_191));
  await counter.startGeneration();
  assert.equal(counter.table.size, 0);
  assert.ok(counter.reserve(639, 0));
  addTo(counter.table, ['b', 'c']);
  const counted = await counter.finish();
  assert.deepEqual(counted.generations, [
    { file: 'words-0', words: 2 },
    { file: 'words-1', words: 2 },
  ]);
  assert.equal(counted.types, 3);
  assert.deepEqual(await contentOf(join(counted.folder, counted.list)), [
    ['a', 2, 0],
    ['b', 2, 0],
    ['c', 1, 0],
  ]);
});

test('a generation ends before a count could pass 32 bits', async (t) => {
  const folder = await temporaryFolder(t);
  const counter = new WordCounter(folder, { memoryBytes: Number.POSITIVE_INFINITY, signal });
  addTo(counter.table, ['a']);
  assert.ok(counter.reserve(2 ** 32 - 2, 1));
  assert.ok(counter.reserve(1, 1));
  assert.ok(!counter.reserve(1, 1));
});

test('a generation ends before its words could pass the 2^32 bytes that their positions can tell apart', async (t) => {
  const counter = new WordCounter(await temporaryFolder(t), { memoryBytes: 1e12, signal });
  assert.ok(counter.reserve(1, 2 ** 32 - 1));
  counter.table.add(new ByteReader(Buffer.from('word')), 0, 4);
  assert.ok(counter.reserve(1, 2 ** 32 - 5));
  assert.ok(!counter.reserve(1, 2 ** 32 - 4));
});
