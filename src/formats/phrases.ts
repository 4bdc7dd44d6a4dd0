import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { WordmillError } from '../core/errors.js';

/**
 * Files of phrases: UTF-8, tabs between fields. Lines that begin with `#` say how phrases are joined, then each line is
 * a phrase: the pass that joins it (from 1), how often it came, its score, and its words, a field each.
 *
 *     # wordmill phrases
 *     # separator	_
 *     # connectors	of	the
 *     # scoring	npmi
 *     1	57	0.84	new	york
 *     2	23	0.91	new_york	times
 */

const FIRST_LINE = '# wordmill phrases';
const LINES_A_PIECE = 10_000;

/** Words that are joined to one. */
export interface Phrase {
  /** Two, and the connectors between them. */
  readonly words: readonly string[];
  readonly count: number;
  readonly score: number;
}

/** Phrases, and how they are joined. */
export interface PhraseModel {
  /** What stands between the words of a phrase. */
  readonly separator: string;
  /** Words that may stand inside a phrase but not at its ends. */
  readonly connectors: readonly string[];
  /** What scores are. */
  readonly scoring: string;
  /** By pass, best first; a later pass joins what an earlier one has joined. */
  readonly passes: readonly (readonly Phrase[])[];
}

/**
 * Phrases as a file.
 *
 * @param file its name, for messages
 * @throws WordmillError `data` for a word with a tab or a line break in it, which the format cannot carry.
 */
export function* phraseLines(
  { separator, connectors, scoring, passes }: PhraseModel,
  file: string,
): Generator<Uint8Array> {
  const line = (fields: readonly (string | number)[]): string => {
    const wrong = fields.find((field) => /[\t\n\r]/.test(`${field}`));
    if (wrong === undefined) return `${fields.join('\t')}\n`;
    throw new WordmillError('data', `the word ${JSON.stringify(wrong)} has a tab or a line break in it`, {
      place: { file },
      hint: 'A file of phrases cannot carry it: change the pattern or the module that makes such words.',
    });
  };
  const settings = [
    ['# separator', separator],
    ['# connectors', ...connectors],
    ['# scoring', scoring],
  ];
  yield Buffer.from(`${FIRST_LINE}\n${settings.map(line).join('')}`);
  for (const [pass, phrases] of passes.entries()) {
    for (let first = 0; first < phrases.length; first += LINES_A_PIECE) {
      const piece = phrases.slice(first, first + LINES_A_PIECE);
      const lines = piece.map(({ words, count, score }) => line([pass + 1, count, score, ...words]));
      yield Buffer.from(lines.join(''));
    }
  }
}

/**
 * Reads a file of phrases.
 *
 * @throws WordmillError `noInput` where there is none; `data`, with file and line, for what is no such file.
 */
export async function readPhrases(path: string): Promise<PhraseModel> {
  const place = { file: path };
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    const problem = `cannot read this file of phrases: ${(cause as Error).message}`;
    throw new WordmillError('noInput', problem, { place, cause });
  }
  if (!isUtf8(bytes)) throw new WordmillError('data', 'invalid UTF-8', { place });
  return parsePhrases(bytes.toString(), path);
}

function parsePhrases(text: string, file: string): PhraseModel {
  const problem = (line: number, what: string) => new WordmillError('data', what, { place: { file, line } });
  const lines = text.split(/\r?\n/);
  if (lines[0] !== FIRST_LINE)
    throw problem(1, `this is no file of phrases: "${FIRST_LINE}" is expected here`);
  const settings = new Map<string, readonly string[]>();
  const passes: Phrase[][] = [];
  for (const [index, line] of lines.entries()) {
    if (index === 0 || line === '') continue;
    const fields = line.split('\t');
    if (line.startsWith('# ') && passes.length === 0) {
      settings.set(fields[0]!, fields.slice(1));
      continue;
    }
    const [pass, count, score, ...words] = fields;
    const [number, times, value] = [Number(pass), Number(count), Number(score)];
    if (
      words.length < 2 ||
      !(Number.isInteger(number) && number >= 1 && number <= 100) ||
      !(times >= 0) ||
      Number.isNaN(value)
    ) {
      throw problem(
        index + 1,
        'a pass, a count, a score and at least two words are expected, tabs between them',
      );
    }
    while (passes.length < number) passes.push([]);
    passes[number - 1]!.push({ words, count: times, score: value });
  }
  return {
    separator: settings.get('# separator')?.[0] ?? '_',
    connectors: settings.get('# connectors') ?? [],
    scoring: settings.get('# scoring')?.[0] ?? '',
    passes,
  };
}
