import { WordmillError } from '../core/errors.js';
import { type ConllSentence, startsDocument } from './conll-parser.js';

/** An entity: its type, and the tokens [start, end) of its sentence, from 0. */
export interface Entity {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/**
 * A sentence as it was read, with a last column of predicted tags, and an empty line after it: what conlleval reads
 * when the column before is the gold tag. The sentence's comments, those within it too, and `-DOCSTART-` lines come
 * first; a `-DOCSTART-` line gets as many `O` as make its columns those of the sentence, one at least, and an empty line.
 * What follows the last sentence of a file belongs to none and is left out.
 *
 * @throws WordmillError `internal` where there are not as many tags as tokens.
 */
export function conllWithPrediction(sentence: ConllSentence, predicted: readonly string[]): string {
  checkOneTagEach(sentence.tokens, predicted);
  let text = '';
  for (const line of sentence.preceding) {
    text += startsDocument(line) ? `${documentStart(line, sentence.rows[0])}\n\n` : `${line}\n`;
  }
  for (const [index, row] of sentence.rows.entries()) {
    text += `${row}${separatorOf(row)}${predicted[index]}\n`;
  }
  return `${text}\n`;
}

/**
 * A sentence as two CoNLL columns, token and tag, and an empty line after it.
 *
 * @param separator between the two; a space (the default) only parts tokens that have none
 * @throws WordmillError `data` for a token that such a line cannot carry; `internal` where there are not as many tags as
 * tokens.
 */
export function conllColumns(
  tokens: readonly string[],
  tags: readonly string[],
  separator: ' ' | '\t' = ' ',
): string {
  checkOneTagEach(tokens, tags);
  let text = '';
  for (const [index, token] of tokens.entries()) {
    if (!carries(token, separator)) {
      throw new WordmillError('data', `CoNLL columns cannot carry the token ${JSON.stringify(token)}`, {
        hint: 'Write JSONL, or part the columns with tabs.',
      });
    }
    text += `${token}${separator}${tags[index]}\n`;
  }
  return `${text}\n`;
}

/**
 * A sentence as one line of JSON: `{"tokens": […], "tags": […], "entities": [{"type", "start", "end", "text"}]}`, where
 * an entity has the tokens [start, end) and its text is these with a space between them.
 *
 * @throws WordmillError `internal` where there are not as many tags as tokens.
 */
export function taggedJsonLine(
  tokens: readonly string[],
  tags: readonly string[],
  entities: readonly Entity[],
): string {
  checkOneTagEach(tokens, tags);
  const withText = entities.map(({ type, start, end }) => ({
    type,
    start,
    end,
    text: tokens.slice(start, end).join(' '),
  }));
  return `${JSON.stringify({ tokens, tags, entities: withText })}\n`;
}

function documentStart(line: string, row = ''): string {
  const columns = columnsOf(line);
  const separator = separatorOf(columns > 1 ? line : row);
  return line + `${separator}O`.repeat(Math.max(1, columnsOf(row) + 1 - columns));
}

function columnsOf(row: string): number {
  return row.split(row.includes('\t') ? '\t' : / +/).length;
}

function separatorOf(row: string): string {
  return row.includes('\t') ? '\t' : ' ';
}

function carries(token: string, separator: ' ' | '\t'): boolean {
  if (token === '' || /[\t\r\n]/.test(token) || startsDocument(token)) return false;
  return separator === '\t' ? !/^ | $/.test(token) : !token.includes(' ');
}

function checkOneTagEach(tokens: readonly string[], tags: readonly string[]): void {
  if (tokens.length !== tags.length) {
    throw new WordmillError('internal', `${tokens.length} tokens but ${tags.length} tags`);
  }
}
