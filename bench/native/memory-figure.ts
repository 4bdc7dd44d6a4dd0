import { closeSync, openSync, readSync } from 'node:fs';
import type { JobRun } from './job.js';
import type { Text } from './text.js';

/**
 * The anonymous memory of a training at its peak, in MB (10^6), without its two matrices, whose rows are padded to
 * whole cache lines, and without the words of the vocabulary and their counts at their barest: UTF-8 bytes and 8 bytes.
 */
export function memoryOverMatrices(run: JobRun, text: Text): number {
  const size = headerOf(run.vectors!.path);
  return run.megabytes - matrixMegabytes(size) - (text.vocabularyBytes + 8 * size.rows) / 1e6;
}

/** What the input and the output matrix take, in MB. */
export function matrixMegabytes({ rows, dimensions }: { rows: number; dimensions: number }): number {
  return (2 * rows * Math.ceil((4 * dimensions) / 64) * 64) / 1e6;
}

/** What the first line of a word2vec file says. */
export function headerOf(path: string): { rows: number; dimensions: number } {
  const bytes = Buffer.alloc(64);
  const file = openSync(path, 'r');
  readSync(file, bytes, 0, bytes.length, 0);
  closeSync(file);
  const [rows, dimensions] = bytes.toString('latin1').split('\n')[0]!.split(' ').map(Number);
  return { rows: rows!, dimensions: dimensions! };
}
