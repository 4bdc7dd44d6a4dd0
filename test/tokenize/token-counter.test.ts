import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type TokenBlock, tokenBlock } from '../../src/core/blocks.js';
import { nativeUnavailable } from '../../src/native/addon.js';
import { type SpooledText, spoolText } from '../../src/tokenize/count.js';
import { NativeTokenCounter } from '../../src/tokenize/count-native.js';
import { PlainTokenCounter } from '../../src/tokenize/count-plain.js';
import type { CountingLimits, TokenCounter } from '../../src/tokenize/token-counter.js';

const skip = nativeUnavailable() ?? false;
const { signal } = new AbortController();

type Counter = new (folder: string, limits: CountingLimits) => TokenCounter;

async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wordmill-test-'));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

/** What a counter makes of blocks: the description, and every file it wrote. */
async function spooled(
  counter: Counter,
  blocks: readonly TokenBlock[],
  limits: CountingLimits,
  t: TestContext,
): Promise<{ text: SpooledText; files: Record<string, Buffer> }> {
  const folder = join(await temporaryFolder(t), 'spool');
  await mkdir(folder);
  async function* input(): AsyncGenerator<TokenBlock> {
    yield* blocks;
  }
  const text = await spoolText(input(), folder, limits, {
    counter: new counter(folder, limits),
  });
  const files: Record<string, Buffer> = {};
  for (const name of (await readdir(folder)).sort()) files[name] = await readFile(join(folder, name));
  return { text: { ...text, words: { ...text.words, folder: '' } }, files };
}

/** Numbers below `limit`, always the same ones. */
function numbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

/** Sentences of words of all lengths, frequent and rare, of which some begin or end alike. */
function randomSentences(seed: number, sentences: number): string[][] {
  const below = numbers(seed);
  return Array.from({ length: sentences }, () =>
    Array.from({ length: below(30) }, () => {
      const word = Math.floor(20_000 * (below(1_000) / 1_000) ** 4);
      return (
        ['', 'é', 'prefix-', 'a much longer beginning of a word '][word % 4]! + word.toString(2 + (word % 30))
      );
    }),
  );
}

/** The same sentences in blocks cut anywhere, some of them empty. */
function inBlocks(sentences: readonly string[][], seed: number): TokenBlock[] {
  const below = numbers(seed);
  const blocks: TokenBlock[] = [];
  for (let done = 0; done < sentences.length; ) {
    const next = done + below(40);
    blocks.push(tokenBlock(sentences.slice(done, next)));
    done = next;
  }
  return blocks;
}

test('the native counter writes the very files that the plain one does, whatever the limits', {
  skip,
}, async (t) => {
  const sentences = randomSentences(1, 2_000);
  const limits: (Omit<CountingLimits, 'signal'> & { readonly sentences?: number })[] = [
    { memoryBytes: 1e8 },
    { memoryBytes: 26_000 },
    { memoryBytes: 80_000 },
    { memoryBytes: 0, sentences: 50 },
    { memoryBytes: 1e8, pruneAt: 1_000 },
    { memoryBytes: 1e8, pruneAt: 30, sentences: 300 },
    { memoryBytes: 60_000, pruneAt: 900 },
    { memoryBytes: 26_000, pruneAt: 1, sentences: 100 },
  ];
  for (const limit of limits) {
    const some = sentences.slice(0, limit.sentences);
    const plain = await spooled(PlainTokenCounter, inBlocks(some, 2), { ...limit, signal }, t);
    const native = await spooled(NativeTokenCounter, inBlocks(some, 3), { ...limit, signal }, t);
    assert.deepEqual(native.text, plain.text, JSON.stringify(limit));
    assert.deepEqual(native.files, plain.files, JSON.stringify(limit));
  }
});

test('words of every length are counted apart, whatever stands beside them', { skip }, async (t) => {
  const lengths = Array.from({ length: 70 }, (_, length) => length + 1);
  const sentences = lengths.flatMap((length) => [
    ['x'.repeat(length), `${'x'.repeat(length - 1)}y`, `y${'x'.repeat(length - 1)}`, 'x'.repeat(length)],
    ['x'.repeat(length)],
  ]);
  const blocks = [tokenBlock(sentences), ...inBlocks(sentences, 5)];
  const plain = await spooled(PlainTokenCounter, blocks, { memoryBytes: 1e8, signal }, t);
  const native = await spooled(NativeTokenCounter, blocks, { memoryBytes: 1e8, signal }, t);
  assert.deepEqual(native.files, plain.files);
});

for (const [name, counter] of [
  ['plain', PlainTokenCounter],
  ['native', NativeTokenCounter],
] as const) {
  const options = { skip: counter === NativeTokenCounter && skip };

  test(
    `pruning, ${name}: rare words go after the sentence with which there are too many, and come back as new`,
    options,
    async (t) => {
      const sentences = [['a', 'b', 'a'], ['c', 'a'], ['b', 'b', 'd'], ['e']];
      const { text, files } = await spooled(
        counter,
        [tokenBlock(sentences)],
        { memoryBytes: 1e6, pruneAt: 2, signal },
        t,
      );
      // After the second sentence there are a (3 times), b and c (once): b and c go, and a is 0 again. After the third,
      // a (3), b (2) and d (1), words of 2 or less go: b and d. Then e comes: two words, a and e.
      assert.deepEqual(text.words.generations, [
        { file: 'ids-0', words: 3, pruned: true },
        { file: 'ids-1', words: 3, pruned: true },
        { file: 'words-2', words: 2 },
      ]);
      assert.deepEqual(text.words.pruned, { words: 4, tokens: 5 });
      assert.deepEqual([...text.chunks.generations], [0, 1, 2]);
      assert.deepEqual([...files.tokens!], [3, 0, 1, 0, 2, 2, 0, 3, 1, 1, 2, 1, 1]);
      const dropped = [255, 255, 255, 255];
      assert.deepEqual([...files['ids-0']!], [0, 0, 0, 0, ...dropped, ...dropped]);
      assert.deepEqual([...files['ids-1']!], [0, 0, 0, 0, ...dropped, ...dropped]);
      // Length, bytes, count, id.
      assert.deepEqual([...files['words-2']!], [1, 97, 3, 0, 1, 101, 1, 1]);
      assert.equal(text.words.types, 2);
    },
  );

  test(`pruning, ${name}: a text of which no word is left keeps its sentences`, options, async (t) => {
    const { text, files } = await spooled(
      counter,
      [tokenBlock([['a', 'b'], [], []])],
      { memoryBytes: 1e6, pruneAt: 1, signal },
      t,
    );
    assert.deepEqual(text.words.generations, [
      { file: 'ids-0', words: 2, pruned: true },
      { file: 'words-1', words: 0 },
    ]);
    assert.deepEqual([...text.chunks.generations], [0, 1]);
    assert.deepEqual([...files.tokens!], [2, 0, 1, 0, 0]);
    assert.deepEqual(text.words.pruned, { words: 2, tokens: 2 });
  });
}
