import { jsonLine, listText } from '../asking/answers.js';
import { ASK_OPTIONS, similarityOf, similarityOption, vectorsAsked } from '../asking/ask-options.js';
import { knownWords, questionOf } from '../asking/question-words.js';
import { answerQuestions } from '../asking/questions.js';
import type { CommandCall } from '../command.js';

export const flags = [];

export const options = { ...similarityOption(), ...ASK_OPTIONS };

export const examples = [
  ['wordmill odd-one-out vectors.bin breakfast cereal dinner lunch', 'the word that does not belong'],
  ['wordmill odd-one-out vectors.bin < groups.txt', 'of the words on each line of a file'],
] as const;

export async function run(call: CommandCall): Promise<void> {
  const { operands, values, log } = call;
  const words = operands.slice(1);
  const vectors = await vectorsAsked(call);
  await answerQuestions(call, {
    given: words.length > 0 ? [words] : [],
    read: questionOf,
    hint: 'Type three words or more on each line',
    answer(asked) {
      const scored = vectors.oddOneOut(knownWords(vectors, asked, log), similarityOf(values));
      const odd = scored[0]!.word;
      return values.json ? jsonLine({ words: asked, odd, similarities: scored }) : listText(odd, scored);
    },
  });
}
