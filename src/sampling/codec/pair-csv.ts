/**
 * Pairs as CSV (RFC 4180), with the header `context,target,offset`; where pairs have weights, with a column `weight`.
 */
import type { PairBlock, TextBlock, TokenPairBlock } from '../../core/blocks.js';
import { type ErrorPlace, WordmillError } from '../../core/errors.js';
import type { Stage } from '../../core/stage.js';
import { csvCells, csvRows } from './csv.js';
import { EncodedWords, type WordsById } from './encoded-words.js';
import { PairBlockBuilder } from './pair-block-builder.js';
import {
  columnsOfHeader,
  emptyWord,
  notAWeight,
  type PairColumns,
  parseWeight,
  wrongColumns,
} from './pair-columns.js';
import { writePairs } from './write-pairs.js';

const COMMA = 0x2c;
const PAIRS_IN_A_BLOCK = 8_192;

/**
 * Writes pairs as CSV, header first.
 *
 * @param words the vocabulary's words, by id.
 */
export function pairsToCsv(words: WordsById): Stage<PairBlock, Uint8Array> {
  return (input, context) => {
    const cells = new EncodedWords(words, { cellsOf: csvCells });
    return writePairs(input, context, cells, { separator: COMMA, plus: '', header: 'context,target,offset' });
  };
}

/**
 * Reads pairs from CSV. The first row is a header with `context` and `target`, perhaps `weight`, in any order; other
 * columns are passed over. Blank lines are passed over and counted. Blocks may be cut anywhere.
 *
 * @param file how errors name the input.
 * @throws `data`, with the line, for a wrong header, a row of another length, an empty word or a weight that is none.
 */
export function readCsvPairs(file?: string): Stage<TextBlock, TokenPairBlock> {
  return async function* (input, { signal, report }) {
    const pairs = new PairBlockBuilder();
    const take = (): TokenPairBlock => {
      report.count('readPairs', 'pairs', pairs.pairs);
      return pairs.take();
    };
    let columns: PairColumns | undefined;
    for await (const { cells, line } of csvRows(input, signal, file)) {
      const place = file === undefined ? { line } : { file, line };
      if (cells.length === 0) {
        report.drop('readPairs', 'blank line');
      } else if (columns === undefined) {
        columns = columnsOfHeader(cells);
        if (columns === undefined) throw noHeader(place);
      } else {
        addRow(pairs, cells, columns, place);
        if (pairs.pairs === PAIRS_IN_A_BLOCK) yield take();
      }
    }
    if (pairs.pairs > 0) yield take();
  };
}

function addRow(
  pairs: PairBlockBuilder,
  cells: readonly string[],
  { columns, context, target, weight }: PairColumns,
  place: ErrorPlace,
): void {
  if (cells.length !== columns) throw wrongColumns(cells.length, columns, place);
  if (cells[context] === '') throw emptyWord('context', place);
  if (cells[target] === '') throw emptyWord('target', place);
  pairs.addString(cells[context]!);
  pairs.addString(cells[target]!);
  if (weight < 0) return;
  const value = parseWeight(cells[weight]!);
  if (Number.isNaN(value)) throw notAWeight(cells[weight]!, place);
  pairs.addWeight(value);
}

function noHeader(place: ErrorPlace): WordmillError {
  return new WordmillError('data', 'this row is not a header with the columns context and target', {
    place,
    hint: 'Give the CSV the first row context,target or context,target,weight; text needs no header.',
  });
}
