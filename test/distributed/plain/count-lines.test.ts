import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { Random } from '../../../src/core/random.js';
import { CountSums, countLines } from '../../../src/distributed/plain/count-lines.js';
import { mergeRuns } from '../../../src/tokenize/merge-runs.js';
import { temporaryFolder } from '../helpers.js';

const { signal } = new AbortController();

/** Lines as chunks that end anywhere. */
async function* chunksOf(text: string, random: Random): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let start = 0; start < bytes.length; ) {
    const end = start + 1 + Math.floor(5_000 * random.unit());
    yield bytes.subarray(start, end);
    start = end;
  }
}

/** What comes of lines: summed, merged, and written as lines again. */
async function summed(folder: string, text: string, memoryBytes: number): Promise<string> {
  const sums = new CountSums(folder, memoryBytes);
  await sums.add({ name: 'counts', chunks: chunksOf(text, new Random(1)) }, { signal });
  const merged = join(folder, 'merged');
  await mergeRuns(await sums.finish(), merged, { signal });
  let lines = '';
  for await (const piece of countLines(merged)) lines += Buffer.from(piece).toString();
  return lines;
}

test('counts of words that come often add up, in memory and by way of the disk', async (t) => {
  const random = new Random(7);
  const below = (limit: number) => Math.floor(limit * random.unit());
  const expected = new Map<string, number>();
  const lines: string[] = [];
  for (let line = 0; line < 120_000; line++) {
    const word = `${below(2) === 0 ? 'wort' : '\ufeffслово'} ${below(30_000)}`;
    const count = below(50) === 0 ? 2 ** 33 + below(1_000) : 1 + below(9);
    expected.set(word, (expected.get(word) ?? 0) + count);
    lines.push(`${word}\t${count}${below(20) === 0 ? '\r' : ''}`, ...(below(40) === 0 ? [''] : []));
  }
  const sorted = [...expected].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const wanted = sorted.map(([word, count]) => `${word}\t${count}\n`).join('');
  for (const [memoryBytes, spills] of [
    [1e9, false],
    [1e6, true],
  ] as const) {
    const folder = await temporaryFolder(t);
    assert.equal(await summed(folder, lines.join('\n'), memoryBytes), wanted);
    const runs = (await readdir(folder)).filter((name) => name.startsWith('counts-'));
    assert.equal(runs.length > 1, spills);
  }
});

test('a line that is no count is named by file and line, also where chunks end inside it', async (t) => {
  const folder = await temporaryFolder(t);
  const good = 'word\t1\n'.repeat(2_000);
  for (const [bad, message] of [
    ['word 1', /counts:2001: no tab in "word 1"/],
    ['word\t-1', /counts:2001: "-1" is not a count/],
    ['word\t1.5', /counts:2001: "1\.5" is not a count/],
    ['word\t', /counts:2001: "" is not a count/],
    ['x'.repeat(2 ** 21), /counts:2001: a line of more than 1 MB/],
  ] as const) {
    await assert.rejects(summed(folder, `${good}${bad}\n${good}`, 1e8), { kind: 'data', message });
  }
  const sums = new CountSums(folder, 1e8);
  const chunks = (async function* () {
    yield Buffer.from('a\t1\n');
    yield Buffer.of(0xff, 0x09, 0x31, 0x0a);
  })();
  await assert.rejects(sums.add({ name: 'counts', chunks }, { signal }), {
    kind: 'data',
    message: /counts:2: invalid UTF-8/,
  });
});

test('a word with a line break is refused, since lines cannot carry it', async (t) => {
  const path = join(await temporaryFolder(t), 'run');
  await writeFile(path, Buffer.from('\x03a\nb\x01\x00', 'latin1'));
  await assert.rejects(async () => {
    for await (const _ of countLines(path));
  }, /cannot carry the word "a\\nb"/);
});
