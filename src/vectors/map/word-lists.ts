import { readFile } from 'node:fs/promises';
import { systemCode, WordmillError } from '../../core/errors.js';

/**
 * Reads a list of words: one on each line, empty lines left out.
 *
 * @throws WordmillError `noInput` where there is no such file; `data` for one without words.
 */
export async function readWordList(path: string): Promise<string[]> {
  const words = (await linesOf(path)).filter((line) => line !== '');
  if (words.length > 0) return words;
  throw new WordmillError('data', 'this list has no words', {
    place: { file: path },
    hint: 'A word on each line is expected.',
  });
}

/**
 * Reads categories: on each line a word, a tab and its category. Of a word that stands there twice the last line counts.
 *
 * @throws WordmillError `noInput` where there is no such file; `data` for a line without a tab.
 */
export async function readCategories(path: string): Promise<Map<string, string>> {
  const categories = new Map<string, string>();
  for (const [index, line] of (await linesOf(path)).entries()) {
    if (line === '') continue;
    const tab = line.indexOf('\t');
    if (tab <= 0 || tab === line.length - 1) {
      throw new WordmillError('data', 'a word, a tab and its category are expected', {
        place: { file: path, line: index + 1 },
      });
    }
    categories.set(line.slice(0, tab), line.slice(tab + 1));
  }
  return categories;
}

/**
 * Reads pairs of words as they are given on a command line: `man:woman,king:queen`.
 *
 * @throws WordmillError `usage` for what is no pair.
 */
export function parsePairs(text: string): [string, string][] {
  return text.split(',').map((pair) => {
    const words = pair.split(':').map((word) => word.trim());
    if (words.length === 2 && words[0] && words[1]) return words as [string, string];
    throw new WordmillError('usage', `'${pair}' is no pair of words`, {
      hint: 'Pairs are written as in man:woman,king:queen',
    });
  });
}

async function linesOf(path: string): Promise<string[]> {
  try {
    return (await readFile(path, 'utf8')).replace(/^\ufeff/, '').split(/\r?\n/);
  } catch (cause) {
    const missing = systemCode(cause) === 'ENOENT';
    throw new WordmillError(
      missing ? 'noInput' : 'inputOutput',
      missing ? 'there is no such file' : `cannot read this file: ${(cause as Error).message}`,
      { place: { file: path }, cause },
    );
  }
}
