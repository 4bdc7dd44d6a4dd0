import type { TextBlock, TokenPairBlock } from '../../core/blocks.js';
import type { Stage } from '../../core/stage.js';
import { readCsvPairs } from './pair-csv.js';
import { readTextPairs } from './pair-text.js';

/** How pairs are written in the input. */
export interface ReadPairsOptions {
  /** `text` by default. Binary pairs are not text: see `readBinaryPairs`. */
  readonly format?: 'text' | 'csv';
  /** How errors name the input. */
  readonly file?: string;
}

/** Reads pairs of words from text or CSV, whoever wrote them; see `readTextPairs` and `readCsvPairs`. */
export function readPairs({
  format = 'text',
  file,
}: ReadPairsOptions = {}): Stage<TextBlock, TokenPairBlock> {
  return format === 'csv' ? readCsvPairs(file) : readTextPairs(file);
}
