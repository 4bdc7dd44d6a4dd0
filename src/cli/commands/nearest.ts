import { jsonLine, listText } from '../asking/answers.js';
import {
  ASK_OPTIONS,
  countOf,
  countOption,
  similarityOf,
  similarityOption,
  vectorsAsked,
} from '../asking/ask-options.js';
import { trimmed } from '../asking/question-words.js';
import { answerQuestions } from '../asking/questions.js';
import { indexFileOptions, indexFlags, useIndexAsked } from '../asking/vector-index.js';
import type { CommandCall } from '../command.js';

export const flags = indexFlags;

export const options = {
  ...countOption('How many neighbours'),
  ...similarityOption(),
  ...ASK_OPTIONS,
  ...indexFileOptions,
};

export const examples = [
  ['wordmill nearest vectors.bin -n 5 war peace', 'the nearest neighbours of two words'],
  ['wordmill nearest vectors.bin "king -man +woman"', 'of a sum of words'],
  ['wordmill nearest vectors.txt --json < words.txt', 'of the words or sums on the lines of a file'],
  ['wordmill nearest large.bin --index large.hnsw war', 'among millions: by an index, built the first time'],
] as const;

export const dashHint = 'Put quotes around a sum of words, with a + first: "+king -man +woman"';

export async function run(call: CommandCall): Promise<void> {
  const { operands, values } = call;
  const count = countOf(values);
  const vectors = await vectorsAsked(call);
  await useIndexAsked(vectors, call, similarityOf(values));
  await answerQuestions(call, {
    given: operands.slice(1),
    read: (line) => trimmed(line) || undefined,
    hint: 'Type a word or a sum such as king -man +woman on each line',
    answer(asked) {
      const terms = vectors.expression(asked);
      const nearest = vectors.nearest(terms, count, similarityOf(values));
      if (!values.json) return listText(asked, nearest);
      return jsonLine(terms[0]!.word === asked ? { word: asked, nearest } : { sum: asked, nearest });
    },
  });
}
