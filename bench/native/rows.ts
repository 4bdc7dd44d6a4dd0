import type { Job } from './job.js';
import { fasttextTraining } from './jobs/fasttext.js';
import { gensimTraining } from './jobs/gensim.js';
import { cooccur, gloveTraining } from './jobs/glove.js';
import { textToSpool } from './jobs/text-to-spool.js';
import { SKIP_GRAM, type TrainingSettings, wordmillTraining } from './jobs/wordmill-train.js';
import { writeGloveText } from './jobs/write-glove.js';
import { memoryOverMatrices } from './memory-figure.js';
import { countPerSecond, type Row, type Side, wordsPerSecond } from './row.js';

const SUBWORDS = 'skip-gram, n-grams 3 to 6, 100 d';
const skipGram = wordmillTraining('wordmill-skipgram', SKIP_GRAM, 'skip-gram, 5 negatives, 100 d');
const gensimSkipGram = gensimTraining('gensim-skipgram', SKIP_GRAM, 'skip-gram, 5 negatives, 100 d');

/** Every row that is to be reached, in the order of the table. */
export const ROWS: readonly Row[] = [
  {
    name: 'skipgram-100',
    title: 'skip-gram, negative sampling, 100 d',
    ours: wordsPerSecond(skipGram, 'train'),
    peer: wordsPerSecond(gensimSkipGram, 'train'),
    ...{ compared: 'times', must: 11, goal: 18, scored: true },
  },
  trainingRow('skipgram-300', { ...SKIP_GRAM, dimensions: 300 }, 'skip-gram, 5 negatives, 300 d', 6, 10),
  trainingRow('hierarchical-100', { ...SKIP_GRAM, loss: 'hierarchical' }, 'skip-gram, Huffman, 100 d', 4, 6),
  trainingRow(
    'cbow-100',
    { ...SKIP_GRAM, model: 'cbow', learningRate: 0.05 },
    'CBOW, 5 negatives, 100 d',
    4,
    6,
  ),
  {
    name: 'subwords-100',
    title: 'skip-gram with subwords, 3 to 6 characters, 100 d',
    ours: wordsPerSecond(
      wordmillTraining('wordmill-subwords', { ...SKIP_GRAM, learningRate: 0.05 }, SUBWORDS, [
        ...['--minn', '3', '--maxn', '6', '--buckets', '2000000'],
      ]),
      'train',
    ),
    peer: wordsPerSecond(fasttextTraining('fasttext-subwords', 6, SUBWORDS), 'train'),
    ...{ compared: 'times', must: 6, goal: 12, scored: true },
  },
  {
    name: 'text-to-spool',
    title: 'raw text to vocabulary and spool',
    ours: wordsPerSecond(textToSpool, 'read'),
    peer: wordsPerSecond(gensimSkipGram, 'scan', 'scan of tokenised text'),
    ...{ compared: 'times', must: 2, goal: 4 },
  },
  {
    name: 'whole-process',
    title: 'raw text to GloVe text and word2vec binary',
    ours: wordsPerSecond(skipGram, 'wall', 'whole process'),
    peer: wordsPerSecond(gensimSkipGram, 'wall', 'whole process'),
    ...{ compared: 'times', must: 7, goal: 10 },
  },
  {
    name: 'whole-process-fasttext',
    title: 'the same against fasttext -maxn 0',
    ours: wordsPerSecond(skipGram, 'wall', 'whole process'),
    peer: wordsPerSecond(
      fasttextTraining('fasttext-words', 0, 'skip-gram, -maxn 0, 100 d'),
      'wall',
      'whole process',
    ),
    ...{ compared: 'times', must: 10, goal: 15 },
  },
  {
    name: 'write-glove',
    title: 'writing GloVe text',
    ours: numbersPerSecond(writeGloveText(gensimSkipGram), 'write'),
    peer: numbersPerSecond(gensimSkipGram, 'save', 'save_word2vec_format'),
    ...{ compared: 'times', must: 8, goal: 15 },
  },
  {
    name: 'glove-train',
    title: "GloVe: cells/s over gensim's skip-gram words/s",
    ours: countPerSecond(gloveTraining, 'cells', 'train'),
    peer: wordsPerSecond(gensimSkipGram, 'train'),
    ...{ compared: 'times', must: 15, goal: 35 },
  },
  {
    name: 'glove-cooccur',
    title: "co-occurrence and shuffle, as a share of gensim's skip-gram training",
    ours: wordsPerSecond(cooccur, 'wall', 'whole process'),
    peer: wordsPerSecond(gensimSkipGram, 'train'),
    ...{ compared: 'share', must: 0.4, goal: 0.15 },
  },
  {
    name: 'deterministic',
    title: 'skip-gram, the same vectors whatever the threads',
    ours: wordsPerSecond(
      wordmillTraining('wordmill-deterministic', SKIP_GRAM, 'the same, --deterministic', ['--deterministic']),
      'train',
    ),
    peer: wordsPerSecond(gensimSkipGram, 'train'),
    ...{ compared: 'times', must: 5, goal: 5, scored: true },
  },
  {
    name: 'memory',
    title: 'anonymous memory over matrices and vocabulary',
    ours: { job: skipGram, of: 'peak', unit: 'MB', figure: memoryOverMatrices },
    ...{ compared: 'megabytes', must: 200, goal: 100 },
  },
];

/**
 * The rows of these names, in the order of the table; all where none are given.
 *
 * @throws Error for a name that no row has, with those there are.
 */
export function rowsNamed(names?: readonly string[]): readonly Row[] {
  const known = ROWS.map(({ name }) => name);
  const wrong = names?.filter((name) => !known.includes(name)) ?? [];
  if (wrong.length > 0) throw new Error(`no row ${wrong.join(', ')}; there are ${known.join(', ')}`);
  return names ? ROWS.filter(({ name }) => names.includes(name)) : ROWS;
}

function trainingRow(
  name: string,
  settings: TrainingSettings,
  title: string,
  must: number,
  goal: number,
): Row {
  return {
    ...{ name, title, must, goal, compared: 'times', scored: true },
    ours: wordsPerSecond(wordmillTraining(`wordmill-${name}`, settings, title), 'train'),
    peer: wordsPerSecond(gensimTraining(`gensim-${name}`, settings, title), 'train'),
  };
}

function numbersPerSecond(job: Job, step: string, of = step): Side {
  return countPerSecond(job, 'numbers', step, of);
}
