import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Corpus } from '../../src/core/corpus.js';
import type { Report } from '../../src/core/report.js';
import { openContext } from '../../src/core/run.js';
import { nothing, type Source } from '../../src/core/stage.js';
import { resolveDefinition } from '../../src/pipeline/definition.js';
import {
  type BuildVocabularyOptions,
  buildVocabulary,
  corpusFromSpool,
} from '../../src/tokenize/build-vocabulary.js';
import type { Tokens } from '../../src/tokenize/count.js';
import { buildPairCorpus } from '../../src/tokenize/pair-corpus.js';
import { openSpool } from '../../src/tokenize/stored-spool.js';

async function* batches(...items: Tokens[]): AsyncGenerator<Tokens> {
  yield* items;
}

async function corpusOf(t: TestContext, source: Source<Corpus>): Promise<{ corpus: Corpus; report: Report }> {
  const { context, close } = openContext();
  t.after(close);
  for await (const corpus of source(nothing(), context)) return { corpus, report: context.report };
  throw new Error('no corpus');
}

const built = (t: TestContext, text: string[][], options: BuildVocabularyOptions) =>
  corpusOf(t, (_input, context) => buildVocabulary(options)(batches(text), context));

/** The words of each sentence, by the corpus's own ids. */
async function sentencesOf(corpus: Corpus): Promise<string[][]> {
  const sentences: string[][] = [];
  for await (const { ids, sentenceEnds } of corpus.blocks()) {
    let start = 0;
    for (const end of sentenceEnds) {
      sentences.push(Array.from(ids.subarray(start, end), (id) => corpus.vocabulary.words[id]!));
      start = end;
    }
  }
  return sentences;
}

/** With `pruneAt: 2`: b and c go after the second sentence, b and d after the third (see token-counter.test.ts). */
const TEXT = [
  ['a', 'b', 'a'],
  ['c', 'a'],
  ['b', 'b', 'd'],
  ['e', 'a'],
];

test('what was dropped while counting is unknown, in counts and sentences alike, with a warning', async (t) => {
  const { corpus, report } = await built(t, TEXT, { minCount: 1, pruneAt: 2 });
  assert.deepEqual(corpus.vocabulary.words, ['a', 'e']);
  assert.deepEqual([...corpus.vocabulary.counts], [4, 1]);
  assert.equal(corpus.vocabulary.unknownCount, 5);
  assert.deepEqual(await sentencesOf(corpus), [['a', 'a'], ['a'], [], ['e', 'a']]);
  assert.deepEqual(report.stages.vocabulary, {
    counts: { tokens: 10, types: 2, 'kept words': 2, 'kept tokens': 5 },
    dropped: { 'dropped while counting': 5 },
  });
  assert.match(report.warnings.join(), /counts are approximate \(lower bounds\).* 5 tokens/);
});

test('with unk token, what was dropped while counting is <UNK>', async (t) => {
  const { corpus } = await built(t, TEXT, { minCount: 1, pruneAt: 2, unk: 'token' });
  assert.deepEqual([...corpus.vocabulary.counts], [4, 1, 5]);
  const unknown = '<UNK>';
  assert.deepEqual(await sentencesOf(corpus), [
    ['a', unknown, 'a'],
    [unknown, 'a'],
    [unknown, unknown, unknown],
    ['e', 'a'],
  ]);
});

test('a word that comes back counts from 1, and so do its tokens', async (t) => {
  const { corpus } = await built(
    t,
    [
      ['a', 'a', 'b', 'c'],
      ['a', 'b', 'b'],
    ],
    { minCount: 1, pruneAt: 2 },
  );
  assert.deepEqual(corpus.vocabulary.words, ['a', 'b']);
  assert.deepEqual([...corpus.vocabulary.counts], [3, 2]);
  assert.deepEqual(await sentencesOf(corpus), [
    ['a', 'a'],
    ['a', 'b', 'b'],
  ]);
});

test('while there are no more words than the limit, counts are exact, and nothing is said', async (t) => {
  const { corpus, report } = await built(t, TEXT, { minCount: 1, pruneAt: 5 });
  assert.deepEqual([...corpus.vocabulary.counts], [4, 3, 1, 1, 1]);
  assert.deepEqual(report.warnings, []);
});

test('a stored spool of pruned counts gives the same corpus and the same warning again', async (t) => {
  const spool = await mkdtemp(join(tmpdir(), 'wordmill-test-'));
  t.after(() => rm(spool, { recursive: true }));
  await built(t, TEXT, { minCount: 1, pruneAt: 2, spool, fingerprint: 'f' });
  const stored = await openSpool(spool, 'f');
  const { corpus, report } = await corpusOf(t, corpusFromSpool(stored!, { minCount: 1, pruneAt: 2 }));
  assert.deepEqual([...corpus.vocabulary.counts], [4, 1]);
  assert.deepEqual(await sentencesOf(corpus), [['a', 'a'], ['a'], [], ['e', 'a']]);
  assert.match(report.warnings.join(), /counts are approximate/);
});

test('a limit under which no word is left is a data error that names it', async (t) => {
  await assert.rejects(built(t, [['a', 'b']], { minCount: 1, pruneAt: 1 }), {
    kind: 'data',
    message: /all were dropped while counting/,
  });
});

test('pruning goes neither with a vocabulary from a file nor with pairs, also in a definition', () => {
  const both = { read: 'words.txt', pruneAt: 10 };
  assert.throws(() => buildVocabulary(both), { kind: 'usage', message: /vocabulary.pruneAt/ });
  assert.throws(() => buildPairCorpus({ pruneAt: 10 }), { kind: 'usage', message: /no effect on pairs/ });
  const sinks = [{ glove: 'out.txt' }];
  assert.throws(() => resolveDefinition({ source: { files: ['a'] }, vocabulary: both, sinks }), {
    kind: 'usage',
    message: /pruneAt/,
  });
  assert.throws(() => resolveDefinition({ source: { pairs: 'a' }, vocabulary: { pruneAt: 10 }, sinks }), {
    kind: 'usage',
    message: /no effect on pairs/,
  });
});
