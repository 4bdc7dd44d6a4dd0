import { createInterface } from 'node:readline';
import type { Options } from 'yargs';
import { WordmillError } from '../../core/errors.js';
import { Report } from '../../core/report.js';
import { loadVectors } from '../../vectors/load.js';
import type { Neighbour, Vectors } from '../../vectors/vectors.js';
import type { CommandCall } from '../command.js';
import { writeToStdout } from '../stdout.js';

export const flags = [];

export const options: Readonly<Record<string, Options>> = {
  n: {
    number: true,
    requiresArg: true,
    defaultDescription: '10',
    describe: 'How many neighbours of each word',
  },
  json: { boolean: true, describe: 'Write a JSON object on each line' },
};

export const examples = [
  ['wordmill nearest vectors.bin -n 5 war peace', 'the nearest neighbours of two words'],
  ['wordmill nearest vectors.txt --json < words.txt', 'of the words on the lines of a file'],
] as const;

export async function run({ operands, values, signal, log }: CommandCall): Promise<void> {
  const [path, ...given] = operands as [string, ...string[]];
  const count = countOf(values.n);
  const vectors = await loadVectors(path, { signal, report: new Report(log) });
  if (given.length === 0 && process.stdin.isTTY) log.note('Type a word on each line; end with Ctrl-D.');
  const words = given.length > 0 ? given : createInterface({ input: process.stdin, signal });
  let found = 0;
  async function* answers(): AsyncGenerator<string> {
    for await (const line of words) {
      const word = line.trim();
      if (word === '') continue;
      const neighbours = nearest(vectors, word, count);
      if (neighbours instanceof WordmillError) {
        log.warning(neighbours.message);
      } else {
        // Counted before: a reader that has enough (`head`) never comes back for more.
        found++;
        yield values.json ? asJson(word, neighbours) : asText(word, neighbours);
      }
    }
  }
  await writeToStdout(answers(), signal);
  if (given.length > 0 && found === 0) throw new WordmillError('data', 'none of these words has a vector');
}

/** A word without a vector is no reason to leave the others unanswered: its error is the answer. */
function nearest(vectors: Vectors, word: string, count: number): Neighbour[] | WordmillError {
  try {
    return vectors.nearest(word, count);
  } catch (error) {
    if (error instanceof WordmillError && error.kind === 'data') return error;
    throw error;
  }
}

function asText(word: string, neighbours: readonly Neighbour[]): string {
  const lines = neighbours.map(
    ({ word: near, similarity }) => `  ${similarity.toFixed(4).padStart(7)}  ${near}\n`,
  );
  return `${word}\n${lines.join('')}`;
}

function asJson(word: string, neighbours: readonly Neighbour[]): string {
  return `${JSON.stringify({ word, nearest: neighbours })}\n`;
}

function countOf(value: unknown): number {
  if (value === undefined) return 10;
  if (/^[1-9]\d{0,8}$/.test(String(value))) return Number(value);
  throw new WordmillError('usage', `must be a whole number of at least 1, not '${value}'`, {
    place: { key: '-n' },
  });
}
