import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { ENWIKI, languageModelCorpus, sizesOf, writeTexts } from '../../../bench/language-model/corpus.js';
import { readParts } from '../../../bench/language-model/parts.js';
import { sentencesOf, type TokenBlock, UNKNOWN } from '../../../src/index.js';
import { block } from './support.js';

async function* stream(...blocks: TokenBlock[]): AsyncGenerator<TokenBlock> {
  yield* blocks;
}

const sentences = (part: TokenBlock[]) =>
  part.flatMap((one) => [...sentencesOf(one)]).map((words) => words.join(' '));

describe('cutting a text into parts', () => {
  const lines = ['a b c', 'd e', 'f', 'g h', 'i j k'];
  // 3 words, then 5: the sentence that reaches 4 is the last one. "f" and "g h" then reach 2 words or more.
  const expected = [
    ['a b c', 'd e'],
    ['f', 'g h'],
  ];

  test('a part ends with the sentence that brings it to its size, wherever blocks end', async () => {
    for (let cut = 0; cut <= lines.length; cut++) {
      const text = stream(block(...lines.slice(0, cut)), block(...lines.slice(cut)));
      assert.deepEqual((await readParts(text, [4, 2])).map(sentences), expected, `cut at ${cut}`);
    }
  });

  test('a part of exactly its size takes no further sentence', async () => {
    assert.deepEqual((await readParts(stream(block(...lines)), [5, 1])).map(sentences), [
      ['a b c', 'd e'],
      ['f'],
    ]);
  });

  test('nothing is read past the last part', async () => {
    async function* failing() {
      yield block('a b');
      throw new Error('read too far');
    }
    assert.deepEqual((await readParts(failing(), [1])).map(sentences), [['a b']]);
  });
});

describe('the corpus of language models', () => {
  const folder = mkdtempSync(join(tmpdir(), 'language-model-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'text.txt');
  writeFileSync(path, 'The cat saw the dog.\n\nA cat, a bird!\nThe dog saw a fish.\nThe end\n');
  // Training: the first two sentences, 9 words. cat, a and the occur twice; by bytes a comes before cat before the.
  const sizes = { train: 8, heldOut: 5, vocabulary: 3 };

  test('both parts have ids over the most frequent words of the training part, <UNK> and sentence ends', async () => {
    const corpus = await languageModelCorpus(path, sizes);
    assert.deepEqual(corpus.vocabulary.words, ['a', 'cat', 'the', UNKNOWN]);
    assert.deepEqual(corpus.events, { unknown: 3, sentenceEnd: 4, types: 5 });
    assert.equal(corpus.types, 6);
    assert.deepEqual(corpus.train, {
      ids: Uint32Array.of(2, 1, 3, 2, 3, 4, 0, 1, 0, 3, 4),
      sentences: 2,
      words: 9,
      unknown: 3,
    });
    assert.deepEqual(corpus.heldOut, {
      ids: Uint32Array.of(2, 3, 3, 0, 3, 4),
      sentences: 1,
      words: 5,
      unknown: 3,
    });
  });

  test('the texts are written with one sentence a line', async () => {
    const corpus = await languageModelCorpus(path, sizes);
    const into = join(folder, 'made', 'here');
    assert.deepEqual(await writeTexts(corpus, into), [join(into, 'train.txt'), join(into, 'heldout.txt')]);
    assert.equal(readFileSync(join(into, 'train.txt'), 'utf8'), 'the cat <UNK> the <UNK>\na cat a <UNK>\n');
    assert.equal(readFileSync(join(into, 'heldout.txt'), 'utf8'), 'the <UNK> <UNK> a <UNK>\n');
  });

  test('a text that is too short is refused, with its size', async () => {
    await assert.rejects(languageModelCorpus(path, { ...sizes, heldOut: 8 }), {
      kind: 'data',
      message: /text\.txt: the text has 16 words, fewer than both parts need/,
    });
  });

  test('sizes are positive whole numbers', () => {
    const flags = { train: '400000', 'held-out': '40000', vocabulary: '100' };
    assert.deepEqual(sizesOf(flags), { train: 400_000, heldOut: 40_000, vocabulary: 100 });
    for (const wrong of ['0', '-1', '1.5', '2M', ''])
      assert.throws(() => sizesOf({ ...flags, 'held-out': wrong }), { kind: 'usage', message: /--held-out/ });
  });

  test('the text held out is the one that follows the training text', {
    skip: existsSync(ENWIKI) ? false : `no ${ENWIKI} here`,
  }, async () => {
    const whole = await languageModelCorpus(ENWIKI, { train: 3000, heldOut: 300, vocabulary: 1_000_000 });
    const joined = await languageModelCorpus(ENWIKI, {
      train: whole.train.words + whole.heldOut.words,
      heldOut: 1,
      vocabulary: 1_000_000,
    });
    assert.equal(joined.train.words, whole.train.words + whole.heldOut.words);
    const words = ({ vocabulary }: typeof whole, ids: Uint32Array) =>
      Array.from(ids, (id) => vocabulary.words[id]);
    const tail = words(joined, joined.train.ids.subarray(whole.train.ids.length));
    const held = words(whole, whole.heldOut.ids);
    assert.equal(tail.length, held.length);
    for (const [index, word] of held.entries()) if (word !== UNKNOWN) assert.equal(tail[index], word);
  });
});
