import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { systemCode, WordmillError } from '../../core/errors.js';
import { type Matrix, rowOf } from '../../core/vectors.js';

/** What an index is of, and how it was built: the JSON file beside it, since the library's own format has no place for it. */
const description = z.object({
  format: z.literal('wordmill index'),
  version: z.literal(1),
  similarity: z.enum(['cosine', 'euclidean', 'dot']),
  rows: z.number(),
  dimensions: z.number(),
  m: z.number(),
  efConstruction: z.number(),
  /** Of the vectors, by `fingerprint`. */
  fingerprint: z.string(),
  /** How long the index is. */
  bytes: z.number(),
});

export type IndexDescription = z.output<typeof description>;

/** Where the description of an index is. */
export function descriptionPath(path: string): string {
  return `${path}.json`;
}

/** How many rows a fingerprint looks at. */
const SAMPLED_ROWS = 4096;

/**
 * A number for vectors: SHA-256 over the shape and 4,096 rows spread over the matrix, the first and the last among them.
 * It takes milliseconds for any size; vectors that were trained anew, or other ones, have another.
 */
export function fingerprint(matrix: Matrix): string {
  const hash = createHash('sha256').update(`${matrix.rows} ${matrix.dimensions}\n`);
  const rows = Math.min(SAMPLED_ROWS, matrix.rows);
  for (let sample = 0; sample < rows; sample++) {
    const row = rowOf(matrix, rows === 1 ? 0 : Math.round((sample * (matrix.rows - 1)) / (rows - 1)));
    hash.update(new Uint8Array(row.buffer, row.byteOffset, row.byteLength));
  }
  return hash.digest('hex');
}

/**
 * The description of the index at a path; undefined where there is no index.
 *
 * @throws WordmillError `data` for a file that is no index of ours, or not the one that its description is of.
 */
export async function readDescription(path: string): Promise<IndexDescription | undefined> {
  const size = (await stat(path).catch(ignoreMissing))?.size;
  if (size === undefined) return undefined;
  const text = await readFile(descriptionPath(path), 'utf8').catch(ignoreMissing);
  const parsed = description.safeParse(text === undefined ? undefined : json(text));
  if (!parsed.success) {
    const problem = `this is no index that wordmill built: ${descriptionPath(path)} ${text === undefined ? 'is missing' : 'does not describe it'}`;
    throw refusal(path, problem);
  }
  if (parsed.data.bytes !== size) {
    throw refusal(path, `this index has ${size} bytes, its description says ${parsed.data.bytes}`);
  }
  return parsed.data;
}

/** The error for an index that cannot be used. */
export function refusal(path: string, problem: string): WordmillError {
  return new WordmillError('data', problem, {
    place: { file: path },
    hint: 'Give another file name, or remove this file: the index is then built again.',
  });
}

function ignoreMissing(error: unknown): undefined {
  if (systemCode(error) !== 'ENOENT') throw error;
  return undefined;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
