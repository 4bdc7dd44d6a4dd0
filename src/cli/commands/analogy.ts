import type { AnalogyOptions } from '../../vectors/vectors.js';
import { jsonLine, listText } from '../asking/answers.js';
import {
  ASK_OPTIONS,
  countOf,
  countOption,
  similarityOf,
  similarityOption,
  vectorsAsked,
} from '../asking/ask-options.js';
import { exactly, questionOf } from '../asking/question-words.js';
import { answerQuestions } from '../asking/questions.js';
import type { CommandCall } from '../command.js';

export const flags = [];

export const options = {
  ...countOption('How many answers'),
  method: {
    requiresArg: true,
    choices: ['add', 'multiply'],
    defaultDescription: 'add',
    describe: 'add: nearest to KING - MAN + WOMAN (3CosAdd); multiply: by a product of cosines (3CosMul)',
  },
  ...similarityOption(),
  ...ASK_OPTIONS,
};

export const examples = [
  ['wordmill analogy vectors.bin man woman king', 'man is to woman as king is to …'],
  ['wordmill analogy vectors.bin -n 1 --method multiply < questions.txt', 'of the three words on each line'],
] as const;

export async function run(call: CommandCall): Promise<void> {
  const { operands, values } = call;
  const words = operands.slice(1);
  const given = words.length > 0 ? [exactly(words, 3, 'usage')] : [];
  const asking = {
    count: countOf(values),
    ...similarityOf(values),
    ...(values.method !== undefined && { method: values.method as NonNullable<AnalogyOptions['method']> }),
  };
  const vectors = await vectorsAsked(call);
  await answerQuestions(call, {
    given,
    read: questionOf,
    hint: 'Type three words on each line, such as man woman king',
    answer(asked) {
      const [a, b, c] = exactly(asked, 3, 'data') as [string, string, string];
      const nearest = vectors.analogy(a, b, c, asking);
      return values.json
        ? jsonLine({ analogy: [a, b, c], nearest })
        : listText(`${a} : ${b} :: ${c} : ?`, nearest);
    },
  });
}
