import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Report } from '../../../src/core/report.js';
import {
  prepareSentences,
  readTagged,
  type TaggedSentence,
} from '../../../src/train/tagging/tagged-sentence.js';
import { fileIn, temporaryFolder } from '../../formats/support.js';

const file = fileIn(temporaryFolder());
const OPTIONS = { maxLength: 100 };

async function sentencesOf(text: string): Promise<{ path: string; sentences: TaggedSentence[] }> {
  const path = file(text);
  const sentences: TaggedSentence[] = [];
  for await (const sentence of readTagged([path])) sentences.push(sentence);
  return { path, sentences };
}

describe('labelled sentences to learn from', () => {
  test('keep their scheme, the most likely one, and are made well-formed', async () => {
    const { sentences } = await sentencesOf('a B-X\nb I-X\nc B-X\n\nd I-X\ne O\n\nf O\ng B-X\n');
    const prepared = prepareSentences(sentences, OPTIONS);
    assert.equal(prepared.scheme, 'IOB2');
    assert.deepEqual(
      prepared.sentences.map(({ tags }) => tags),
      [
        ['B-X', 'I-X', 'B-X'],
        ['B-X', 'O'],
        ['O', 'B-X'],
      ],
    );
  });

  test('become another scheme, with a warning where IO merges entities', async () => {
    const { sentences } = await sentencesOf('a B-X\nb B-X\nc O\n');
    const bioes = prepareSentences(sentences, { ...OPTIONS, to: 'BIOES' });
    assert.deepEqual(bioes.sentences[0]!.tags, ['S-X', 'S-X', 'O']);
    const report = new Report();
    const io = prepareSentences(sentences, { ...OPTIONS, to: 'IO', report });
    assert.deepEqual(io.sentences[0]!.tags, ['I-X', 'I-X', 'O']);
    assert.match(report.warnings[0]!, /IO cannot tell adjacent entities/);
  });

  test('are refused with file and line for a tag that the scheme does not have', async () => {
    const { path, sentences } = await sentencesOf('a O\n\nb O\nc E-X\n');
    assert.throws(() => prepareSentences(sentences, { ...OPTIONS, from: 'IOB2' }), {
      kind: 'data',
      message: new RegExp(`^${path}:4: IOB2 cannot have the tag 'E-X'\n`),
    });
  });

  test('are refused with file and line for a tag of no scheme', async () => {
    const { path, sentences } = await sentencesOf('a O\nb PER\n');
    assert.throws(() => prepareSentences(sentences, OPTIONS), {
      kind: 'data',
      message: new RegExp(`^${path}:2: no scheme has the tag 'PER'\n`),
    });
  });

  test('are refused with file and line where one has 10,000 tokens', async () => {
    const { path, sentences } = await sentencesOf(`a O\n\n${'b O\n'.repeat(10_000)}`);
    assert.throws(() => prepareSentences(sentences, OPTIONS), {
      kind: 'data',
      message: `${path}:3: this sentence has 10000 tokens, more than train.maxLength, 100\n  Put an empty line after each sentence, or raise train.maxLength.`,
    });
  });

  test('are refused where one has no tokens, or not as many tags', () => {
    const good = { tokens: ['a'], tags: ['O'] };
    assert.throws(() => prepareSentences([good, { tokens: [], tags: [] }], OPTIONS), {
      kind: 'data',
      message: /^sentence 2 has no tokens/,
    });
    assert.throws(() => prepareSentences([{ tokens: ['a', 'b'], tags: ['O'] }], OPTIONS), {
      kind: 'data',
      message: /^sentence 1 has 2 tokens but 1 tags/,
    });
    assert.throws(() => prepareSentences([], OPTIONS), { kind: 'usage' });
  });
});
