import { WordmillError } from '../../core/errors.js';
import { linesOf, nameOfSet, readTestFile } from './test-file.js';

/** Two words, and how similar people found them. */
export interface JudgedPair {
  readonly a: string;
  readonly b: string;
  readonly score: number;
}

/** A test set of word pairs, such as WordSim-353 or SimLex-999. */
export interface WordPairs {
  readonly name: string;
  readonly pairs: readonly JudgedPair[];
  /** Lines that say nothing of a pair, such as a header. */
  readonly otherLines: number;
}

/** See `parseWordPairs`. @throws WordmillError `noInput` for a file that cannot be read, `data` for one without pairs. */
export async function readWordPairs(path: string): Promise<WordPairs> {
  return parseWordPairs(await readTestFile(path), { name: nameOfSet(path), file: path });
}

/**
 * Word pairs from text: two words on each line, then a score: the first column after the words that is a number. So
 * gensim's copies are read, and the releases of WordSim-353 (tabs or commas), SimLex-999 and SimVerb-3500 (the part of
 * speech before the score), MEN (spaces) and Rare Words (the mean before the single judgements). Columns are parted by
 * tabs where a line has any, else by commas, semicolons, or spaces. Lines that begin with # are comments; a line without
 * a score, such as a header, is counted and passed over.
 *
 * @throws WordmillError `data` for a text without any pairs.
 */
export function parseWordPairs(
  text: string,
  { name, file = name }: { readonly name: string; readonly file?: string },
): WordPairs {
  const lines = linesOf(text);
  const pairs = lines.map(({ text: line }) => pairOf(line)).filter((pair) => pair !== undefined);
  if (pairs.length === 0) {
    throw new WordmillError('data', 'has no word pairs', {
      place: { file },
      hint: 'A line has two words and a score, parted by tabs, commas or spaces.',
    });
  }
  return { name, pairs, otherLines: lines.length - pairs.length };
}

function pairOf(line: string): JudgedPair | undefined {
  const [a = '', b = '', ...rest] = columnsOf(line);
  const score = rest.find((column) => NUMBER.test(column));
  return a === '' || b === '' || score === undefined ? undefined : { a, b, score: Number(score) };
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function columnsOf(line: string): string[] {
  const separator = ['\t', ',', ';'].find((each) => line.split(each).length > 2);
  const columns = separator === undefined ? line.trim().split(/\s+/) : line.split(separator);
  return columns.map((column) => column.trim());
}
