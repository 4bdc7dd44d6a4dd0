import { WordmillError } from '../core/errors.js';
import type { ConllOptions } from './conll-options.js';

/** More tokens without an empty line are no sentence. */
const LONGEST_SENTENCE = 100_000;
const DOCUMENT_START = '-DOCSTART-';

/** A sentence of a CoNLL file. */
export interface ConllSentence {
  readonly tokens: readonly string[];
  /** One for each token; none where tags are not read. */
  readonly tags: readonly string[];
  /** The line of each token, from 1. */
  readonly lines: readonly number[];
  /** The whole line of each token, as it stands in the file, but for white space at its end. */
  readonly rows: readonly string[];
  /** The comment and `-DOCSTART-` lines since the sentence before it; comments between its tokens are among them. */
  readonly preceding: readonly string[];
  /** The number of its document, from 1. A document start after a document without sentences starts none. */
  readonly document: number;
}

/** Whether a line stands between documents. */
export function startsDocument(line: string): boolean {
  return line.startsWith(DOCUMENT_START);
}

/** Puts lines together to sentences. */
export class ConllParser {
  readonly #file: string;
  readonly #options: ConllOptions;
  readonly #withTags: boolean;
  #line = 0;
  #columns: number | undefined;
  #sentence = emptySentence();
  #sentences = 0;
  #document = 1;
  #sentencesOfDocument = 0;

  constructor(file: string, options: ConllOptions, withTags: boolean) {
    this.#file = file;
    this.#options = options;
    this.#withTags = withTags;
  }

  /** Takes the next line, without its end; gives the sentence that it ends, if there is one. */
  line(text: string): ConllSentence | undefined {
    this.#line++;
    if (this.#options.comments && text.startsWith('#')) {
      this.#sentence.preceding.push(text);
      return undefined;
    }
    const row = text.replace(/[ \t]+$/, '');
    if (row === '') return this.#take();
    if (startsDocument(row)) {
      const ended = this.#take();
      if (this.#sentencesOfDocument > 0) this.#document++;
      this.#sentencesOfDocument = 0;
      this.#sentence.preceding.push(row);
      return ended;
    }
    this.#token(row, text);
    return undefined;
  }

  /** The last sentence, where no empty line ended it. @throws WordmillError `data` where there was none at all. */
  end(): ConllSentence | undefined {
    const last = this.#take();
    if (this.#sentences > 0) return last;
    throw new WordmillError('data', 'there is no sentence in this file', {
      place: { file: this.#file },
      hint: 'A CoNLL file has a line for each token, and an empty line after each sentence.',
    });
  }

  /** An error at the line that would come next. */
  problemAtNextLine(problem: string, hint?: string): WordmillError {
    this.#line++;
    return this.#problem(problem, hint);
  }

  #take(): ConllSentence | undefined {
    if (this.#sentence.tokens.length === 0) return undefined;
    const sentence = { ...this.#sentence, document: this.#document };
    this.#sentence = emptySentence();
    this.#sentences++;
    this.#sentencesOfDocument++;
    return sentence;
  }

  #token(row: string, text: string): void {
    const tabs = text.includes('\t');
    // An empty last column is seen only in the line as it was.
    const cells = tabs
      ? text.split('\t').map((cell) => cell.replace(/^ +| +$/g, ''))
      : row.trimStart().split(/ +/);
    const empty = cells.indexOf('');
    if (empty !== -1) throw this.#problem(`column ${empty + 1} of ${cells.length} is empty`);
    if (this.#columns !== undefined && cells.length !== this.#columns) {
      const before = this.#columns;
      throw this.#problem(
        `this line has ${counted(cells.length)}, those before it ${before}`,
        'Every token needs the same columns; an empty line ends a sentence.',
      );
    }
    const { tokenColumn, tagColumn } = this.#options;
    const token = this.#cell(cells, tokenColumn, 'token');
    const sentence = this.#sentence;
    if (this.#withTags) {
      const tag = this.#cell(cells, tagColumn, 'tag');
      if (positionOf(tokenColumn, cells.length) === positionOf(tagColumn, cells.length)) {
        throw this.#problem(
          `this line has ${counted(cells.length)}: token and tag would be the same one, column ${positionOf(tagColumn, cells.length) + 1}`,
          'Labelled text needs a column for the tag; tokenColumn and tagColumn choose the two.',
        );
      }
      sentence.tags.push(tag);
    }
    this.#columns = cells.length;
    sentence.tokens.push(token);
    sentence.rows.push(row);
    sentence.lines.push(this.#line);
    if (sentence.tokens.length > LONGEST_SENTENCE) {
      throw this.#problem(
        `no empty line ended the sentence within ${LONGEST_SENTENCE} tokens`,
        'Put an empty line after each sentence.',
      );
    }
  }

  #cell(cells: readonly string[], column: number, what: string): string {
    const cell = cells[positionOf(column, cells.length)];
    if (cell !== undefined) return cell;
    const wanted = column > 0 ? `${column}` : `${column} (from the last)`;
    throw this.#problem(
      `this line has ${counted(cells.length)}; the ${what} is wanted from column ${wanted}`,
      `Choose another ${what}Column, or give each line that column.`,
    );
  }

  #problem(problem: string, hint?: string): WordmillError {
    return new WordmillError('data', problem, {
      place: { file: this.#file, line: this.#line },
      ...(hint !== undefined && { hint }),
    });
  }
}

function emptySentence() {
  return {
    tokens: [] as string[],
    tags: [] as string[],
    lines: [] as number[],
    rows: [] as string[],
    preceding: [] as string[],
  };
}

/** From 0; columns count from 1, or from -1 backwards. */
function positionOf(column: number, columns: number): number {
  return column > 0 ? column - 1 : columns + column;
}

function counted(columns: number): string {
  return columns === 1 ? '1 column' : `${columns} columns`;
}
