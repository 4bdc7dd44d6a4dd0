import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tokenBlock } from '../../src/core/blocks.js';
import { WordmillError } from '../../src/core/errors.js';
import { tokensToText } from '../../src/tokenize/tokens-to-text.js';
import { tokenizeText } from './helpers.js';

function textOf(sentences: string[][]): string {
  return Buffer.from(tokensToText(tokenBlock(sentences))).toString();
}

test('each sentence is a line, its words separated by one space', () => {
  assert.equal(textOf([['one', 'two'], ['größe'], ['漢', "don't", 'x']]), "one two\ngröße\n漢 don't x\n");
});

test('an empty sentence is an empty line, and no sentence is no text', () => {
  assert.equal(textOf([[], ['a'], [], []]), '\na\n\n\n');
  assert.equal(textOf([]), '');
});

test('the splitter whitespace reads the text back', async () => {
  const { blocks, sentences } = await tokenizeText('Dogs’ “naïve” rock’n’roll!\nx\u00a0y\n');
  const text = Buffer.from(tokensToText(blocks[0]!)).toString();
  assert.equal(text, "dogs naïve rock'n'roll\nx y\n");
  assert.deepEqual((await tokenizeText(text, { splitter: 'whitespace' })).sentences, sentences);
});

for (const space of [' ', '\t', '\n', '\v', '\f', '\r']) {
  test(`a word with ${JSON.stringify(space)} in it is refused, for the text would be read back as two`, () => {
    assert.throws(
      () => textOf([['a', `new${space}york`]]),
      (error) =>
        error instanceof WordmillError &&
        error.kind === 'data' &&
        error.message.includes(`the word ${JSON.stringify(`new${space}york`)} has white space in it`),
    );
  });
}
