import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { systemCode, WordmillError } from '../../core/errors.js';

/** A line of a test file that says something. */
export interface TestLine {
  readonly text: string;
  /** From 1. */
  readonly line: number;
}

/** The name of a set, by which scores and minimums are told apart: its file's, without folders and extension. */
export function nameOfSet(path: string): string {
  return basename(path).replace(/(?<=.)\.[^.]*$/, '');
}

/** @throws WordmillError `noInput` for a file that cannot be read. */
export async function readTestFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const problem =
      systemCode(cause) === 'ENOENT'
        ? 'there is no such file'
        : `cannot be read: ${(cause as Error).message}`;
    throw new WordmillError('noInput', problem, { place: { file: path }, cause });
  }
}

/** The lines that are not empty, and no comments (#). */
export function linesOf(text: string): TestLine[] {
  return text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\n|\r/)
    .map((each, index) => ({ text: each, line: index + 1 }))
    .filter(({ text: each }) => each.trim() !== '' && !each.startsWith('#'));
}
