import { jsonLine, scoreText } from '../asking/answers.js';
import { ASK_OPTIONS, similarityOf, similarityOption, vectorsAsked } from '../asking/ask-options.js';
import { exactly, questionOf } from '../asking/question-words.js';
import { answerQuestions } from '../asking/questions.js';
import type { CommandCall } from '../command.js';

export const flags = [];

export const options = { ...similarityOption(), ...ASK_OPTIONS };

export const examples = [
  ['wordmill similarity vectors.bin apple orange', 'the cosine of two words'],
  ['wordmill similarity vectors.bin --json < pairs.txt', 'of the two words on each line of a file'],
] as const;

export async function run(call: CommandCall): Promise<void> {
  const { operands, values } = call;
  const words = operands.slice(1);
  const given = words.length > 0 ? [exactly(words, 2, 'usage')] : [];
  const vectors = await vectorsAsked(call);
  await answerQuestions(call, {
    given,
    read: questionOf,
    hint: 'Type two words on each line',
    answer(asked) {
      const [a, b] = exactly(asked, 2, 'data') as [string, string];
      const similarity = vectors.similarity(a, b, similarityOf(values));
      return values.json ? jsonLine({ words: [a, b], similarity }) : `${a}\t${b}\t${scoreText(similarity)}\n`;
    },
  });
}
