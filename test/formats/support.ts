import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import type { Matrix } from '../../src/core/vectors.js';
import { readVectors, type VectorFormat } from '../../src/formats/detect.js';
import type { RowBlock } from '../../src/formats/row-blocks.js';
import type { ListedVectors, ReadOptions, WordVectors } from '../../src/formats/word-vectors.js';

/** A folder that is removed after the tests of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'wordmill-test-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Puts content into a new file of a folder, and returns its path. */
export function fileIn(folder: string): (content: string | Uint8Array) => string {
  let files = 0;
  return (content) => {
    const path = join(folder, `file-${files++}`);
    writeFileSync(path, content);
    return path;
  };
}

/** A matrix from rows, with a padding of NaN that nothing may read. */
export function padded(rows: readonly (readonly number[])[], padding = 1): Matrix {
  const dimensions = rows[0]?.length ?? 0;
  const stride = dimensions + padding;
  const data = new Float32Array(rows.length * stride).fill(Number.NaN);
  for (const [row, values] of rows.entries()) data.set(values, row * stride);
  return { data, rows: rows.length, dimensions, stride };
}

export async function blocksOf<T>(blocks: Iterable<T> | AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const block of blocks) all.push(block);
  return all;
}

export async function bytesOf(blocks: Iterable<RowBlock> | AsyncIterable<RowBlock>): Promise<Buffer> {
  return Buffer.concat((await blocksOf(blocks)).map(({ bytes }) => bytes));
}

/** Reads files as one format, whatever they look like. */
export function readAs(
  format: VectorFormat,
): (path: string, options?: ReadOptions) => Promise<ListedVectors> {
  return async (path, options = {}) => {
    const vectors = await readVectors(path, { ...options, format });
    return { ...vectors, words: [...vectors.words] };
  };
}

/** Words and rows as plain arrays, for comparison. */
export function plain({ words, matrix }: WordVectors): Record<string, number[]> {
  return Object.fromEntries(
    [...words].map((word, row) => [
      word,
      [...matrix.data.subarray(row * matrix.stride, row * matrix.stride + matrix.dimensions)],
    ]),
  );
}

/** Words that formats must carry whole. */
export const DIFFICULT_WORDS = [
  'the',
  "don't",
  'na\u00efve',
  '10\u00a0000',
  '\u3000',
  '\u00a0',
  '\u0085',
  '\ufeffbom',
  '\u{1f600}',
  '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}',
  '0.5',
  '2_3',
  'x'.repeat(60),
  '\u6f22'.repeat(30),
];
