import { Vectors } from '../../src/vectors/vectors.js';
import { padded } from '../formats/support.js';

/** The words that courses explain word vectors with, and how much of each feature they have. */
export const COURSE_TABLE = {
  //      gender royal  age   food
  man: [-1, 0.01, 0.03, 0.04],
  woman: [1, 0.02, 0.02, 0.01],
  king: [-0.95, 0.93, 0.7, 0.02],
  queen: [0.97, 0.95, 0.69, 0.01],
  apple: [0, -0.01, 0.03, 0.95],
  orange: [0.01, 0, -0.02, 0.97],
};

/** The table as vectors of four dimensions. */
export function courseVectors(): Vectors {
  return new Vectors({ words: Object.keys(COURSE_TABLE), matrix: padded(Object.values(COURSE_TABLE)) });
}

/** The table as a file of GloVe text. */
export const COURSE_TEXT = Object.entries(COURSE_TABLE)
  .map(([word, features]) => `${word} ${features.join(' ')}\n`)
  .join('');
