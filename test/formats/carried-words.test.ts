import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Vocabulary } from '../../src/core/vocabulary.js';
import { carriedWords } from '../../src/formats/carried-words.js';
import { DIFFICULT_WORDS } from './support.js';

function carried(words: string[], options: { escapeWords?: boolean; unknown?: string } = {}) {
  const vocabulary = new Vocabulary({ words, counts: words.map((_, id) => 10 - id) });
  return carriedWords(vocabulary, { format: 'GloVe text', path: 'out.txt', escapeWords: false, ...options });
}

describe('the words that vector formats carry', () => {
  test('are all without ASCII white space, other spaces included', () => {
    const words = [...DIFFICULT_WORDS];
    const vocabulary = new Vocabulary({ words, counts: words.map(() => 1) });
    const options = { format: 'GloVe text', path: 'out.txt', escapeWords: false };
    assert.deepEqual(carriedWords(vocabulary, options), words);
  });

  const refused: [string, string][] = [
    ['New York', 'U+0020 (a space)'],
    ['a\nb', 'U+000A (a line break)'],
    ['a\tb', 'U+0009 (a tab)'],
    ['a\rb', 'U+000D'],
    ['a\vb', 'U+000B'],
    ['a\fb', 'U+000C'],
    ['a\0b', 'U+0000 (NUL)'],
    ['a\ud800b', 'U+D800'],
  ];
  for (const [word, character] of refused) {
    test(`not ${JSON.stringify(word)}`, () => {
      assert.throws(() => carried(['the', word]), {
        kind: 'data',
        message:
          `out.txt: GloVe text cannot carry the word ${JSON.stringify(word)} (id 1, count 9): it contains ${character}\n` +
          '  Use --escape-words to write \u2581 (U+2581) in its place, or a tokenizer pattern that matches no such words.',
      });
    });
  }

  test('not an empty word', () => {
    assert.throws(() => carried(['']), {
      kind: 'data',
      message: /the word "" \(id 0, count 10\): it is empty/,
    });
  });

  test('escaped, have U+2581 for each such character', () => {
    assert.deepEqual(carried(['New York', 'a \n b', '', 'the'], { escapeWords: true }), [
      'New\u2581York',
      'a\u2581\u2581\u2581b',
      '\u2581',
      'the',
    ]);
  });

  test('escaped, must not become the same', () => {
    assert.throws(() => carried(['a\u2581b', 'a b'], { escapeWords: true }), {
      kind: 'data',
      message: /the word "a b" \(id 1, count 9\): escaped it is "a\u2581b", and so is another word/,
    });
    assert.throws(() => carried(['a\tb', 'a b'], { escapeWords: true }), { kind: 'data' });
  });

  test('are none spelled as the format spells <UNK>', () => {
    assert.throws(() => carried(['a', '<unk>'], { unknown: '<unk>' }), {
      kind: 'data',
      message: /the word "<unk>" \(id 1, count 9\): it stands for unknown words there/,
    });
  });
});
