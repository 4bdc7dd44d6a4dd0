import { jsonLine, vectorText } from '../asking/answers.js';
import { ASK_OPTIONS, vectorsAsked } from '../asking/ask-options.js';
import { knownWords, textWords, trimmed } from '../asking/question-words.js';
import { answerQuestions } from '../asking/questions.js';
import type { CommandCall } from '../command.js';

export const flags = [];

export const options = {
  'unit-length': { boolean: true, describe: 'Scale the vector of each word to length 1 first' },
  ...ASK_OPTIONS,
};

export const examples = [
  ['wordmill vector vectors.bin king queen', 'the vectors of two words, a line each'],
  ['wordmill vector vectors.bin < sentences.txt', 'the mean of the words of each line'],
  ['wordmill vector fasttext.bin --json unseenword', 'composed of its character n-grams'],
] as const;

export async function run(call: CommandCall): Promise<void> {
  const { operands, values, log } = call;
  const vectors = await vectorsAsked(call);
  const sum = { unitLength: values['unit-length'] === true };
  await answerQuestions(call, {
    given: operands.slice(1),
    // A line out for each line in, so that they can be put side by side.
    read: trimmed,
    hint: 'Type a word or a line of words',
    answer(line) {
      const words = vectors.hasRow(line) ? [line] : textWords(line);
      const known = knownWords(vectors, words, log);
      const vector = known.length > 0 ? vectors.mean(known, sum) : undefined;
      if (values.json) return jsonLine({ words: known, vector: vector ? [...vector] : null });
      return `${vector ? vectorText(vector) : ''}\n`;
    },
  });
}
