import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { tokenBlock } from '../../src/core/blocks.js';
import type { TrainingCorpus } from '../../src/core/corpus.js';
import { openContext } from '../../src/core/run.js';
import { type BuildVocabularyOptions, buildVocabulary } from '../../src/tokenize/build-vocabulary.js';
import { buildPairCorpus } from '../../src/tokenize/pair-corpus.js';

// Counts: e 4, b 3, d 3, a 2, c 1.
const TEXT = 'e b d a c e b d a e b d e'.split(' ');

async function vocabularyOf(t: TestContext, options: BuildVocabularyOptions, words = TEXT) {
  const { context, close } = openContext();
  t.after(close);
  async function* input() {
    yield tokenBlock([words]);
  }
  for await (const corpus of buildVocabulary(options)(input(), context)) {
    const ids: number[] = [];
    for await (const block of corpus.blocks()) ids.push(...block.ids);
    return { ...shown(corpus), text: ids.map((id) => corpus.vocabulary.words[id]).join(' ') };
  }
  throw new Error('no corpus');
}

/** `e:4 b:3`, and how many tokens `<UNK>` stands for. */
function shown({ vocabulary }: TrainingCorpus) {
  const { words, counts, unknownCount } = vocabulary;
  return { words: words.map((word, id) => `${word}:${counts[id]}`).join(' '), unknownCount };
}

test('words that are included are kept whatever their count, in their places by count and bytes', async (t) => {
  assert.deepEqual(await vocabularyOf(t, { minCount: 3, include: ['c', 'd'] }), {
    words: 'e:4 b:3 d:3 c:1',
    unknownCount: 2,
    text: 'e b d c e b d e b d e',
  });
  assert.equal((await vocabularyOf(t, { minCount: 3, include: ['a', 'b'] })).words, 'e:4 b:3 d:3 a:2');
});

test('those that the text lacks come after all others with a count of 0, in the order given, each once', async (t) => {
  const { words } = await vocabularyOf(t, { minCount: 3, include: ['z', 'c', 'y', 'z'] });
  assert.equal(words, 'e:4 b:3 d:3 c:1 z:0 y:0');
});

test('maxSize limits the others', async (t) => {
  const { words, unknownCount } = await vocabularyOf(t, {
    minCount: 1,
    maxSize: 1,
    include: ['a', 'z', 'e'],
  });
  assert.equal(words, 'e:4 b:3 a:2 z:0');
  assert.equal(unknownCount, 4);
});

test('<UNK> is none of them, and stays the last word where it is trained', async (t) => {
  const options = { minCount: 3, unk: 'token', include: ['<UNK>', 'z', '<unk>'] } as const;
  assert.equal((await vocabularyOf(t, options)).words, 'e:4 b:3 d:3 z:0 <UNK>:3');
});

test('they are enough for a vocabulary where no other word occurs often enough', async (t) => {
  assert.equal((await vocabularyOf(t, { minCount: 50, include: ['a', 'z'] })).words, 'a:2 z:0');
  await assert.rejects(vocabularyOf(t, { minCount: 50, include: ['z'] }), /no word occurs 50 times/);
});

test('a function gives them when the run begins', async (t) => {
  const include = async () => ['z'];
  assert.equal((await vocabularyOf(t, { minCount: 4, include })).words, 'e:4 z:0');
});

test('with a vocabulary from a file they are kept whatever its counts, and follow where it lacks them', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'wordmill-test-'));
  t.after(() => rm(folder, { recursive: true }));
  const read = join(folder, 'words');
  await writeFile(read, 'x 9\nc 2\ne 8\na 1\n');
  const options = { read, minCount: 5, include: ['z', 'a', 'd'] };
  assert.deepEqual(await vocabularyOf(t, options), {
    words: 'x:9 e:8 a:1 z:0 d:0',
    unknownCount: 4,
    text: 'e d a e d a e d e',
  });
});

test('pairs have them too', async (t) => {
  const { context, close } = openContext();
  t.after(close);
  async function* input() {
    yield tokenBlock([
      ['a', 'b'],
      ['a', 'b'],
      ['a', 'c'],
    ]);
  }
  for await (const corpus of buildPairCorpus({ minCount: 2, include: ['z', 'c'] })(input(), context)) {
    assert.equal(shown(corpus).words, 'a:3 b:2 c:1 z:0');
    assert.equal(corpus.pairs, 3);
    assert.deepEqual([...corpus.targetCounts], [0, 2, 1, 0]);
  }
});
