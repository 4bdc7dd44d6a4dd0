import { statSync } from 'node:fs';
import { join } from 'node:path';
import { wordmill } from '../../support/data.js';
import { measure } from '../../support/measure.js';
import type { Job } from '../job.js';
import { MIN_COUNT } from '../text.js';
import { outputFolder } from './output-folder.js';
import { doneEvent } from './wordmill-train.js';

const cells = () => join(outputFolder(), 'wordmill-cooccur.bin');
const vocabulary = () => join(outputFolder(), 'wordmill-cooccur-vocabulary.txt');

/** The release's record of a cell: two int32 and a float64. */
const CELL_BYTES = 16;

/**
 * `wordmill cooccur` from tokenised text, which GloVe's own tools read too, to the release's binary file in random order:
 * the counting of words, the counting of co-occurrences and the shuffling, as one process.
 */
export const cooccur: Job = {
  name: 'wordmill-cooccur',
  tool: 'wordmill',
  settings: 'cooccur and shuffle, window 15, 2 GB',
  async run(text, { threads, seed }) {
    const { seconds, megabytes } = await measure(process.execPath, [
      ...[wordmill, 'cooccur', text.tokenised, '--splitter', 'whitespace', '--no-lowercase'],
      ...['--min-count', `${MIN_COUNT}`, '--window', '15', '--memory', '2000'],
      ...['--shuffle', '--seed', `${seed}`, '--threads', `${threads}`],
      ...['--output', cells(), '--save-vocabulary', vocabulary()],
    ]);
    const count = statSync(cells()).size / CELL_BYTES;
    return { wall: seconds, megabytes, steps: {}, counts: { cells: count } };
  },
};

/** One pass of `wordmill train --model glove` over the cells that `cooccur` left. */
export const gloveTraining: Job = {
  name: 'wordmill-glove',
  tool: 'wordmill',
  settings: 'GloVe, 100 d',
  needs: [cooccur],
  async run(_, { threads, seed, epochs }) {
    const output = join(outputFolder(), 'wordmill-glove.bin');
    const { seconds, megabytes, stderr } = await measure(process.execPath, [
      ...[wordmill, 'train', '--model', 'glove', '--log-format', 'json', '--engine', 'native'],
      ...['--cooccurrence', cells(), '--read-vocabulary', vocabulary()],
      ...['--dimensions', '100', '--epochs', `${epochs}`],
      ...['--seed', `${seed}`, '--threads', `${threads}`, '--word2vec', output],
    ]);
    const done = doneEvent(stderr);
    return {
      wall: seconds,
      megabytes,
      steps: { train: done.seconds },
      counts: { cells: done.words },
      vectors: { path: output, binary: true },
    };
  },
};
