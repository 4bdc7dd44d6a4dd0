import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { tokenBlock } from '../../src/core/blocks.js';
import type { Corpus } from '../../src/core/corpus.js';
import { openContext } from '../../src/core/run.js';
import { nothing, type StageContext } from '../../src/core/stage.js';
import type { Vocabulary } from '../../src/core/vocabulary.js';
import {
  type BuildVocabularyOptions,
  buildVocabulary,
  corpusFromSpool,
} from '../../src/tokenize/build-vocabulary.js';
import { spoolText, type Tokens } from '../../src/tokenize/count.js';

const { signal } = new AbortController();

async function* batches(...items: Tokens[]): AsyncGenerator<Tokens> {
  yield* items;
}

/** Sentences from a text: a line each, words between spaces. */
const sentences = (text: string): string[][] =>
  text.split('\n').map((line) => line.split(' ').filter(Boolean));

function contextOf(t: TestContext): { context: StageContext; notes: string[] } {
  const notes: string[] = [];
  const { context, close } = openContext({ listener: { note: (message) => notes.push(message) } });
  t.after(close);
  return { context, notes };
}

async function build(
  t: TestContext,
  input: AsyncIterable<Tokens>,
  options: BuildVocabularyOptions,
  { context } = contextOf(t),
): Promise<Corpus> {
  const corpora: Corpus[] = [];
  for await (const corpus of buildVocabulary(options)(input, context)) corpora.push(corpus);
  assert.equal(corpora.length, 1);
  return corpora[0]!;
}

/** All sentences of a corpus as ids; checks that blocks number their sentences without a gap. */
async function idsOf(corpus: Corpus): Promise<number[][]> {
  const result: number[][] = [];
  for await (const { ids, sentenceEnds, firstSentence } of corpus.blocks()) {
    assert.equal(firstSentence, result.length);
    let start = 0;
    for (const end of sentenceEnds) {
      result.push([...ids.subarray(start, end)]);
      start = end;
    }
    assert.equal(start, ids.length);
  }
  return result;
}

const contentOf = ({ words, counts, unknownCount }: Vocabulary) => ({
  words: [...words],
  counts: [...counts],
  unknownCount,
});

async function vocabularyFile(t: TestContext, content: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wordmill-test-'));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, 'vocabulary.txt');
  await writeFile(path, content);
  return path;
}

test('words are ordered by count, largest first, and text becomes their ids, as often as one asks', async (t) => {
  const corpus = await build(t, batches(sentences('the cat saw the dog\n\nthe dog ran')), { minCount: 1 });
  assert.deepEqual(contentOf(corpus.vocabulary), {
    words: ['the', 'dog', 'cat', 'ran', 'saw'],
    counts: [3, 2, 1, 1, 1],
    unknownCount: 0,
  });
  const ids = [[0, 2, 4, 0, 1], [], [0, 1, 3]];
  assert.deepEqual(await idsOf(corpus), ids);
  assert.deepEqual(await idsOf(corpus), ids);
  assert.equal(corpus.spool.sentences, 3);
  assert.equal(corpus.spool.tokens, 8);
});

test('equal counts are ordered by UTF-8 bytes, not by UTF-16 units', async (t) => {
  const corpus = await build(t, batches([['\u{1f600}', '\uff21', 'é', 'b', 'a', 'Z']]), { minCount: 1 });
  assert.deepEqual(corpus.vocabulary.words, ['Z', 'a', 'b', 'é', '\uff21', '\u{1f600}']);
});

test('words below minCount are folded into <UNK>: left out of the text, their sentences kept', async (t) => {
  const corpus = await build(t, batches(sentences('a b a\nc\na b d')), { minCount: 2 });
  assert.deepEqual(contentOf(corpus.vocabulary), { words: ['a', 'b'], counts: [3, 2], unknownCount: 2 });
  assert.deepEqual(await idsOf(corpus), [[0, 1, 0], [], [0, 1]]);
});

test('with unk token <UNK> is the last word, with the count of all that was folded into it', async (t) => {
  const corpus = await build(t, batches(sentences('a b a\nc\na b d')), { minCount: 2, unk: 'token' });
  assert.deepEqual(contentOf(corpus.vocabulary), {
    words: ['a', 'b', '<UNK>'],
    counts: [3, 2, 2],
    unknownCount: 2,
  });
  assert.deepEqual(await idsOf(corpus), [[0, 1, 0], [2], [0, 1, 2]]);
});

test('maxSize keeps the most frequent words, of equal counts the first by bytes, <UNK> not counted', async (t) => {
  const corpus = await build(t, batches(sentences('c b a c b a c d')), {
    minCount: 1,
    maxSize: 2,
    unk: 'token',
  });
  assert.deepEqual(contentOf(corpus.vocabulary), {
    words: ['c', 'a', '<UNK>'],
    counts: [3, 2, 3],
    unknownCount: 3,
  });
  assert.deepEqual(await idsOf(corpus), [[0, 2, 1, 0, 2, 1, 0, 2]]);
});

test('the literals <UNK> and <unk> are unknown words, counted and reported, however frequent', async (t) => {
  const { context } = contextOf(t);
  const text = sentences('<UNK> a <unk> <UNK> a <unk>');
  const corpus = await build(t, batches(text), { minCount: 1, unk: 'token' }, { context, notes: [] });
  assert.deepEqual(contentOf(corpus.vocabulary), { words: ['a', '<UNK>'], counts: [2, 4], unknownCount: 4 });
  assert.deepEqual(await idsOf(corpus), [[1, 0, 1, 1, 0, 1]]);
  assert.match(context.report.warnings.join(), /<UNK> or <unk>, 4 times/);
  assert.equal(context.report.stages.vocabulary!.counts['tokens as <UNK>'], 4);
});

test('a corpus of one word is a corpus', async (t) => {
  const corpus = await build(t, batches([['word']]), { minCount: 1 });
  assert.deepEqual(corpus.vocabulary.words, ['word']);
  assert.deepEqual(await idsOf(corpus), [[0]]);
});

test('blocks of tokens and plain arrays give the same, however the text is cut into batches', async (t) => {
  const text = sentences('a b\nb c\n\nc a a');
  const whole = await build(t, batches(tokenBlock(text)), { minCount: 1 });
  const parts = await build(t, batches(tokenBlock([]), text.slice(0, 1), [], tokenBlock(text.slice(1))), {
    minCount: 1,
  });
  assert.deepEqual(contentOf(parts.vocabulary), contentOf(whole.vocabulary));
  assert.deepEqual(await idsOf(parts), await idsOf(whole));
});

test('the report counts tokens, types and what was left out by reason, and says it in a line', async (t) => {
  const seen = contextOf(t);
  await build(t, batches(sentences('a a a b b c c d <unk>')), { minCount: 2, maxSize: 2 }, seen);
  assert.deepEqual(seen.context.report.stages.vocabulary, {
    counts: { tokens: 9, types: 4, 'kept words': 2, 'kept tokens': 5 },
    dropped: { 'below minCount': 1, 'past maxSize': 2, 'the literal <UNK>': 1 },
  });
  assert.deepEqual(seen.notes, ['vocabulary: 2 words of 4 (min-count 2, at most 2), 5 of 9 tokens']);
});

test('the vocabulary is announced before the corpus is handed on, so that a sink can refuse a word', async (t) => {
  const { context } = contextOf(t);
  context.onVocabulary(({ words }) => {
    throw new Error(`refused ${words.join()}`);
  });
  await assert.rejects(build(t, batches([['a']]), { minCount: 1 }, { context, notes: [] }), /refused a/);
});

test('an empty corpus is refused', async (t) => {
  for (const input of [batches(), batches([]), batches([[], []])]) {
    await assert.rejects(build(t, input, {}), { kind: 'data', message: /the corpus is empty/ });
  }
});

test('a vocabulary that minCount empties is refused, with what would be left by another', async (t) => {
  await assert.rejects(build(t, batches(sentences('a b b c c c')), { minCount: 5 }), {
    kind: 'data',
    message:
      /no word occurs 5 times: of 3 different words the most frequent occurs 3 times\n.*Lower --min-count to 3/,
  });
  await assert.rejects(build(t, batches([['a']]), {}), { message: /the one word occurs once/ });
  await assert.rejects(build(t, batches([['<unk>', '<UNK>']]), { minCount: 1 }), {
    kind: 'data',
    message: /no word but <UNK>/,
  });
});

test('wrong options are refused before anything is read', () => {
  assert.throws(() => buildVocabulary({ minCount: 0 }), { kind: 'usage', message: /vocabulary.minCount/ });
});

test('a block whose ends do not fit together is refused', async (t) => {
  const good = tokenBlock([['a', 'b'], ['cd']]);
  for (const wrong of [
    { sentenceEnds: Uint32Array.of(1) },
    { sentenceEnds: Uint32Array.of(3, 2, 3) },
    { tokenEnds: Uint32Array.of(1, 2, 5) },
    { tokenEnds: Uint32Array.of(2, 1, 4) },
    { tokenEnds: Uint32Array.of(1, 1, 4) },
    { tokenEnds: Uint32Array.of(0, 2, 4) },
  ]) {
    const block = { ...good, ...wrong };
    await assert.rejects(
      build(t, batches(block), {}),
      { kind: 'data', message: /do not fit together/ },
      JSON.stringify(wrong),
    );
  }
});

test('an aborted run stops at the next batch', async () => {
  const stop = new AbortController();
  const { context, close } = openContext({ signal: stop.signal });
  async function* endless(): AsyncGenerator<Tokens> {
    for (let batch = 0; ; batch++) {
      if (batch === 3) stop.abort();
      yield [['a']];
    }
  }
  await assert.rejects(buildVocabulary()(endless(), context)[Symbol.asyncIterator]().next(), {
    kind: 'aborted',
  });
  await close();
});

/** A text of many words with counts of all sizes, repeatable. */
function* manySentences(): Generator<string[]> {
  let state = 7;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  for (let sentence = 0; sentence < 6_000; sentence++) {
    const words: string[] = [];
    const length = sentence % 50 === 0 ? 0 : Math.floor(random() * 40);
    for (let word = 0; word < length; word++) words.push(`w${Math.floor(60_000 * random() ** 3)}`);
    yield words;
  }
}

test('counting that spills to disk many times gives the same vocabulary and the same ids', async (t) => {
  const text = [...manySentences()];
  const folder = await mkdtemp(join(tmpdir(), 'wordmill-test-'));
  t.after(() => rm(folder, { recursive: true }));
  const spilled = await spoolText(batches(text), folder, { memoryBytes: 26_000, signal });
  assert.ok(spilled.words.generations.length > 64, 'enough runs for several rounds of merging');
  for (const options of [
    { minCount: 1 },
    { minCount: 3, maxSize: 1_000 },
    { minCount: 2, unk: 'token' },
  ] as const) {
    const whole = await build(t, batches(text), options);
    for await (const corpus of corpusFromSpool(spilled, options)(nothing(), contextOf(t).context)) {
      assert.deepEqual(contentOf(corpus.vocabulary), contentOf(whole.vocabulary));
      assert.deepEqual(await idsOf(corpus), await idsOf(whole));
    }
  }
});

test('the vocabulary is what counting with a Map gives', async (t) => {
  const text = [...manySentences()];
  const counts = new Map<string, number>();
  for (const word of text.flat()) counts.set(word, (counts.get(word) ?? 0) + 1);
  const expected = [...counts]
    .filter(([, count]) => count >= 2)
    .sort(([a, m], [b, n]) => n - m || Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const corpus = await build(t, batches(text), { minCount: 2 });
  assert.deepEqual(
    corpus.vocabulary.words.map((word, id) => [word, corpus.vocabulary.counts[id]]),
    expected,
  );
  const ids = new Map(expected.map(([word], id) => [word, id]));
  assert.deepEqual(
    await idsOf(corpus),
    text.map((words) => words.map((word) => ids.get(word)).filter((id) => id !== undefined)),
  );
});

test('with read the vocabulary comes from the file: its order, and its counts', async (t) => {
  const seen = contextOf(t);
  const read = await vocabularyFile(t, 'dog 5\ncat\t70\nnot-in-text 9\n<unk> 33\n');
  const corpus = await build(t, batches(sentences('the cat saw the dog <unk>')), { read }, seen);
  assert.deepEqual(contentOf(corpus.vocabulary), {
    words: ['dog', 'cat', 'not-in-text'],
    counts: [5, 70, 9],
    unknownCount: 33,
  });
  assert.deepEqual(await idsOf(corpus), [[1, 0]]);
  assert.deepEqual(seen.context.report.stages.vocabulary!.dropped, {
    'not in the vocabulary file': 3,
    'the literal <UNK>': 1,
  });
  assert.equal(seen.notes[0], `vocabulary: 3 words of 3 in ${read} (min-count 5), 2 of 6 tokens`);
});

test('minCount and maxSize apply to the counts of a file that is read', async (t) => {
  const read = await vocabularyFile(t, '</s> 6\nthe 90\nrare 4\ncat 6\ndog 7\n<UNK> 10\n');
  const text = sentences('the cat </s> rare dog');
  const pruned = await build(t, batches(text), { read, unk: 'token' });
  assert.deepEqual(contentOf(pruned.vocabulary), {
    words: ['</s>', 'the', 'cat', 'dog', '<UNK>'],
    counts: [6, 90, 6, 7, 14],
    unknownCount: 14,
  });
  assert.deepEqual(await idsOf(pruned), [[1, 2, 0, 4, 3]]);
  const three = await build(t, batches(text), { read, maxSize: 3, minCount: 1 });
  assert.deepEqual(three.vocabulary.words, ['</s>', 'the', 'dog']);
  assert.equal(three.vocabulary.unknownCount, 20);
});

test('where a file does not count <UNK>, the text does', async (t) => {
  const read = await vocabularyFile(t, 'a 10\nb 10\nrare 1\n');
  const text = sentences('a rare c b c');
  for (const unk of ['drop', 'token'] as const) {
    const { vocabulary } = await build(t, batches(text), { read, unk });
    assert.equal(vocabulary.unknownCount, 3);
    assert.deepEqual(vocabulary.words, unk === 'token' ? ['a', 'b', '<UNK>'] : ['a', 'b']);
    assert.equal(vocabulary.counts.at(-1), unk === 'token' ? 3 : 10);
  }
});

test('a file of which no word is kept, or no word is in the text, is refused by name', async (t) => {
  const read = await vocabularyFile(t, 'A 4\nB 4\n');
  await assert.rejects(build(t, batches([['a']]), { read }), {
    kind: 'data',
    message: /vocabulary\.txt: no word of this vocabulary has a count of 5 or more\n.*--min-count/,
  });
  await assert.rejects(build(t, batches([['a']]), { read, minCount: 1 }), {
    kind: 'data',
    message: /vocabulary\.txt: no word of the text is in this vocabulary/,
  });
});

test('a vocabulary file is read, and its words announced, before any text', async (t) => {
  const { context } = contextOf(t);
  const announced: string[] = [];
  context.onVocabulary(({ words }) => announced.push(...words));
  async function* text(): AsyncGenerator<Tokens> {
    assert.deepEqual(announced, ['a', 'b']);
    yield [['b']];
  }
  const read = await vocabularyFile(t, 'a 5\nb 5\n');
  await build(t, text(), { read }, { context, notes: [] });
  assert.deepEqual(announced, ['a', 'b']);
});

test('a map of words that the disk has no room for is not begun', async (t) => {
  const { context, close } = openContext({ freeBytes: async () => 11 });
  t.after(close);
  const built = build(t, batches(sentences('one two three')), { minCount: 1 }, { context, notes: [] });
  await assert.rejects(built, {
    kind: 'inputOutput',
    message: /map: not enough space for this intermediate file: it needs 12 bytes, and 11 bytes are free/,
  });
});
