import { WordmillError } from '../../core/errors.js';
import { linesOf, nameOfSet, readTestFile } from './test-file.js';

/** "a is to b as c is to expected". */
export interface AnalogyQuestion {
  readonly a: string;
  readonly b: string;
  readonly c: string;
  readonly expected: string;
}

/** Questions of one kind. */
export interface AnalogySection {
  readonly name: string;
  readonly questions: readonly AnalogyQuestion[];
}

/** A test set of analogies, such as word2vec's `questions-words.txt`. */
export interface AnalogySet {
  readonly name: string;
  readonly sections: readonly AnalogySection[];
  /** Lines that are neither a heading nor a question of four words. */
  readonly otherLines: number;
}

/** See `parseAnalogies`. @throws WordmillError `noInput` for a file that cannot be read, `data` for one without questions. */
export async function readAnalogies(path: string): Promise<AnalogySet> {
  return parseAnalogies(await readTestFile(path), { name: nameOfSet(path), file: path });
}

/**
 * Analogies from text in the format of word2vec's `questions-words.txt`: four words on each line, and before each
 * section a line `: name`. Questions before the first heading are a section of the set's own name; other lines are
 * counted and passed over.
 *
 * @throws WordmillError `data` for a text without any questions.
 */
export function parseAnalogies(
  text: string,
  { name, file = name }: { readonly name: string; readonly file?: string },
): AnalogySet {
  const sections: { name: string; questions: AnalogyQuestion[] }[] = [];
  let otherLines = 0;
  for (const { text: line } of linesOf(text)) {
    const words = line.trim().split(/\s+/);
    if (line.startsWith(': ') || (line.startsWith(':') && words.length !== 4)) {
      sections.push({ name: line.replace(/^[:\s]+/, '').trim(), questions: [] });
    } else if (words.length === 4) {
      if (sections.length === 0) sections.push({ name, questions: [] });
      const [a, b, c, expected] = words as [string, string, string, string];
      sections.at(-1)!.questions.push({ a, b, c, expected });
    } else {
      otherLines++;
    }
  }
  if (sections.every(({ questions }) => questions.length === 0)) {
    throw new WordmillError('data', 'has no analogies', {
      place: { file },
      hint: 'A line has four words: a is to b as c is to d. A section begins with a line ": name".',
    });
  }
  return { name, sections, otherLines };
}
