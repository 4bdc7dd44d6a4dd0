import { WordmillError } from '../../core/errors.js';
import { Direction, type Projection, type WordPair } from '../../vectors/direction.js';
import { jsonLine, lineText, listText, scoreText } from '../asking/answers.js';
import {
  ASK_OPTIONS,
  countOf,
  countOption,
  similarityOf,
  similarityOption,
  vectorsAsked,
} from '../asking/ask-options.js';
import { pairsAndWords } from '../asking/pairs.js';
import { knownWords, questionOf } from '../asking/question-words.js';
import { answerQuestions } from '../asking/questions.js';
import type { CommandCall } from '../command.js';
import { writeToStdout } from '../stdout.js';

export const flags = [];

export const options = {
  ...countOption('Without words: how many at either end of the axis'),
  ...similarityOption(['cosine', 'dot']),
  ...ASK_OPTIONS,
};

export const examples = [
  [
    'wordmill direction vectors.bin man:woman king:queen nurse engineer',
    'where two words lie between the ends',
  ],
  ['wordmill direction vectors.bin man:woman', 'the words farthest out at either end'],
  ['wordmill direction vectors.bin cold:hot - < words.txt', 'where the words on each line lie'],
] as const;

export async function run(call: CommandCall): Promise<void> {
  const { values, signal, log } = call;
  const count = countOf(values);
  const vectors = await vectorsAsked(call);
  const { pairs, words } = pairsAndWords(call.operands.slice(1), vectors);
  const known = pairs.filter((pair) => knownWords(vectors, pair, log).length === 2);
  if (known.length === 0) throw new WordmillError('data', 'none of these pairs has vectors');
  const direction = new Direction(vectors, known);
  const heading = known.map((pair) => pair.join(':')).join(' ');
  if (known.length > 1) log.note(agreementText(known, direction));
  const similarity = similarityOf<Projection>(values);
  const json = { pairs: known, agreement: direction.agreement };
  if (words.length === 0) {
    const { end, start } = direction.extremes(count, similarity);
    const middle = start.length > 0 ? '        …\n' : '';
    const list = listText(heading, end) + middle + start.toReversed().map(lineText).join('');
    await writeToStdout([values.json ? jsonLine({ ...json, end, start }) : list], signal);
    return;
  }
  await answerQuestions(call, {
    given: words.join() === '-' ? [] : [words],
    read: questionOf,
    hint: 'Type words on each line',
    answer(asked) {
      const projected = direction.project(knownWords(vectors, asked, log), similarity);
      if (projected.length === 0) throw new WordmillError('data', 'none of these words has a vector');
      return values.json ? jsonLine({ ...json, words: projected }) : listText(heading, projected);
    },
  });
}

function agreementText(pairs: readonly WordPair[], { agreement }: Direction): string {
  const cosines = pairs.map((pair, index) => `${pair.join(':')} ${scoreText(agreement[index]!)}`);
  return `cosine of each pair with the axis: ${cosines.join(', ')}`;
}
