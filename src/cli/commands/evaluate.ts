import type { Options } from 'yargs';
import { WordmillError } from '../../core/errors.js';
import { Report } from '../../core/report.js';
import { readVectors } from '../../formats/detect.js';
import { optionSchema } from '../../pipeline/schema.js';
import { evaluate, readTestSets } from '../../vectors/evaluate/evaluate.js';
import { checkMinimums, type Minimums, refuseMissed } from '../../vectors/evaluate/minimum.js';
import { scoringOptions } from '../../vectors/evaluate/options.js';
import { type ScoredVectors, scoreTable } from '../../vectors/evaluate/score-table.js';
import { wordListOf, wordListOption } from '../asking/ask-options.js';
import type { CommandCall } from '../command.js';
import { flagsOfSchema, optionsFromFlags } from '../flags.js';
import { writeToStdout } from '../stdout.js';

export const flags = flagsOfSchema('scoring', optionSchema(scoringOptions)).map((flag) =>
  // In a training the method needs a longer name.
  flag.path.at(-1) === 'method' ? { ...flag, name: 'method' } : flag,
);

const several: Options = { array: true, string: true, requiresArg: true };

export const options: Readonly<Record<string, Options>> = {
  pairs: {
    ...several,
    describe: 'A file of word pairs with a judged similarity; may be given several times',
  },
  analogies: { ...several, describe: 'A file of analogies; may be given several times' },
  minimum: {
    ...several,
    describe: 'SET=SCORE: exit with 1 where a set (its file without extension) scores less',
  },
  json: { boolean: true, describe: 'Write a JSON object for each file of vectors, on a line' },
  ...wordListOption,
};

export const examples = [
  ['wordmill evaluate v.bin --pairs wordsim353.tsv --analogies questions-words.txt', 'score a file'],
  ['wordmill evaluate a.bin b.txt --pairs simlex999.txt', 'two files side by side'],
  [
    'wordmill evaluate v.bin --pairs wordsim353.tsv --minimum wordsim353=0.35',
    'fail where it is no longer good',
  ],
] as const;

export async function run({ operands, values, signal, log }: CommandCall): Promise<void> {
  const { pairs = [], analogies = [] } = values as { pairs?: string[]; analogies?: string[] };
  if (pairs.length + analogies.length === 0) {
    throw new WordmillError('usage', 'no test set is given', {
      hint: 'Give --pairs FILE, --analogies FILE, or both.',
    });
  }
  const scoring = optionsFromFlags(scoringOptions, 'scoring', flags, values);
  const minimums = minimumsOf((values.minimum as string[] | undefined) ?? []);
  const sets = await readTestSets({ pairs, analogies });
  checkMinimums(minimums, sets, '--minimum');
  const report = new Report(log);
  const scored: ScoredVectors[] = [];
  // One after another: vectors are large, and none is needed once it has its scores.
  for (const path of operands) {
    const vectors = await readVectors(path, { signal, report, ...wordListOf(values) });
    scored.push({ name: path, scores: await evaluate(vectors, sets, scoring, { signal, report }) });
  }
  log.close();
  const lines = scored.map(({ name, scores }) => `${JSON.stringify({ vectors: name, sets: scores })}\n`);
  await writeToStdout(values.json ? lines : [scoreTable(scored)], signal);
  for (const { name, scores } of scored) refuseMissed(scores, minimums, name);
}

/** @throws WordmillError `usage` for what is not a name, `=` and a number. */
function minimumsOf(given: readonly string[]): Minimums {
  const entries = given.map((text) => {
    const [, name, score] = /^(.+)=([+-]?(?:\d+\.?\d*|\.\d+))$/.exec(text) ?? [];
    if (name !== undefined) return [name, Number(score)] as const;
    throw new WordmillError('usage', `must be SET=SCORE, not '${text}'`, { place: { key: '--minimum' } });
  });
  return Object.fromEntries(entries);
}
