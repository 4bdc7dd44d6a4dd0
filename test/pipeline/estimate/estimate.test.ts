import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { resolveDefinition } from '../../../src/pipeline/definition.js';
import { describeEstimate } from '../../../src/pipeline/estimate/describe-estimate.js';
import { type Estimate, estimate } from '../../../src/pipeline/estimate/estimate.js';
import { exactly, type Range } from '../../../src/pipeline/estimate/range.js';
import { byDisk, refuseWhatDoesNotFit } from '../../../src/pipeline/estimate/refuse.js';

async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wordmill-test-'));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

const holds = ({ low, high }: Range, value: number) => low <= value && value <= high;

/** Lines of words drawn so that frequent ones are frequent: rank ~ 1 / u - 1. */
function randomLines(lines: number, seed: number): string {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 1) / 2 ** 32;
  };
  let text = '';
  for (let line = 0; line < lines; line++) {
    for (let word = 0; word < 10; word++) text += `w${Math.floor(1 / next() - 1).toString(36)} `;
    text += '\n';
  }
  return text;
}

test('a text that the sample has whole is counted, not estimated', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'a.txt'), 'one two two three\n'.repeat(3_000));
  await writeFile(join(folder, 'b.txt.gz'), gzipSync('four two\n'.repeat(1_000)));
  const source = { files: [join(folder, 'a.txt'), join(folder, 'b.txt.gz')] };
  const train = { dimensions: 4, threads: 1 };
  const found = await estimate(resolveDefinition({ source, train, vocabulary: { minCount: 1_500 } }));
  assert.deepEqual(found.tokens, exactly(14_000));
  assert.deepEqual(found.textBytes, exactly(63_000));
  assert.deepEqual(found.types, exactly(4));
  assert.deepEqual(found.sample, { files: 2, ofFiles: 2, textBytes: 63_000, tokens: 14_000 });
  assert.ok(found.seconds.training.low > 0);
});

test('of large files only parts are read, and the whole lies in the ranges', async (t) => {
  const folder = await temporaryFolder(t);
  const text = randomLines(700_000, 1);
  const words = new Map<string, number>();
  for (const word of text.split(/\s+/)) words.set(word, (words.get(word) ?? 0) + 1);
  words.delete('');
  const frequent = [...words.values()].filter((count) => count >= 5).length;
  await writeFile(join(folder, 'plain.txt'), text);
  await writeFile(join(folder, 'packed.txt.gz'), gzipSync(text, { level: 1 }));
  for (const name of ['plain.txt', 'packed.txt.gz']) {
    const source = { files: join(folder, name) };
    const found = await estimate(resolveDefinition({ source, train: { dimensions: 4, threads: 1 } }));
    assert.ok(found.sample.textBytes < 0.6 * text.length);
    assert.ok(
      holds(found.textBytes, text.length),
      `${name}: ${JSON.stringify(found.textBytes)} ${text.length}`,
    );
    assert.ok(holds(found.tokens, 7_000_000), `${name}: ${JSON.stringify(found.tokens)}`);
    assert.ok(holds(found.types, words.size), `${name}: ${JSON.stringify(found.types)} ${words.size}`);
    assert.ok(holds(found.vocabulary, frequent), `${name}: ${JSON.stringify(found.vocabulary)} ${frequent}`);
  }
});

test('what cannot be sampled is refused', async () => {
  const train = { dimensions: 4 };
  await assert.rejects(estimate(resolveDefinition({ source: { stdin: true }, train })), {
    kind: 'usage',
    message: /standard input cannot be sampled/,
  });
});

const FIGURES: Pick<Estimate, 'memory' | 'availableMemory' | 'disk'> = {
  memory: { low: 1e9, likely: 2e9, high: 3e9 },
  availableMemory: { bytes: 1e10, why: 'ulimit -v' },
  disk: [
    { what: 'spool', folder: '/tmp', bytes: { low: 10, likely: 20, high: 30 } },
    { what: 'v.bin', folder: '/tmp/not/there', bytes: { low: 5, likely: 6, high: 7 } },
  ],
};

test('needs of one disk are added up, also in folders that are not there yet', async () => {
  assert.deepEqual(await byDisk(FIGURES.disk, async () => 36), [
    { folder: '/tmp', bytes: { low: 15, likely: 26, high: 37 }, free: 36 },
  ]);
});

test('what cannot fit is refused with what to change, and what may not is warned of', async () => {
  const said: string[] = [];
  const check = (figures: typeof FIGURES, free: number | undefined) =>
    refuseWhatDoesNotFit(
      figures,
      (message) => said.push(message),
      async () => free,
    );
  await check(FIGURES, undefined);
  await check(FIGURES, 37);
  assert.deepEqual(said, []);
  await check(FIGURES, 36);
  assert.deepEqual(said, ['/tmp: this run may need up to 37 bytes of disk, and 36 bytes are free']);
  await assert.rejects(check(FIGURES, 14), {
    kind: 'inputOutput',
    message:
      /needs 15 bytes of disk at least, and 14 bytes are free\n {2}Free some space.*: spool 20 bytes, v\.bin 6 bytes\.$/,
  });
  const small = (bytes: number) => ({ ...FIGURES, availableMemory: { bytes, why: 'ulimit -v' } });
  await check(small(2.5e9), 37);
  assert.match(said[1]!, /may need up to 3\.0 GB of memory; there are 2\.5 GB \(ulimit -v\)/);
  await assert.rejects(check(small(9e8), 37), { kind: 'outOfMemory', message: /maxSize.*dimensions/ });
});

const ENWIKI = '../shared/data/enwiki-a.txt.zst';

test('the shared corpus lies within what is estimated of it', {
  skip: existsSync(ENWIKI) ? false : 'there is no ../shared/data',
}, async () => {
  const source = { files: ENWIKI };
  const found = await estimate(resolveDefinition({ source, train: { dimensions: 16 } }));
  // Counted by a run over all of it.
  assert.ok(holds(found.tokens, 15_364_268), JSON.stringify(found.tokens));
  assert.ok(holds(found.vocabulary, 83_542), JSON.stringify(found.vocabulary));
  assert.match(describeEstimate(found).join('\n'), /^estimate from 12\.\d MB of text/);
});
