/**
 * Windows, written out. As text: a line for each, the target, then its contexts in text order, with tabs between. As
 * CSV: the header `target,contexts`, the contexts in one cell with spaces between. As binary, little-endian: uint32
 * target id, uint32 number of contexts, then a uint32 id for each.
 */
import type { WindowBlock } from '../../core/blocks.js';
import { throwIfAborted } from '../../core/errors.js';
import type { Stage } from '../../core/stage.js';
import { csvCells } from './csv.js';
import { type CellStyle, EncodedWords, refuseWords, type WordsById } from './encoded-words.js';
import { WordWriter } from './word-writer.js';

const TAB = 0x09;
const SPACE = 0x20;
const COMMA = 0x2c;
const QUOTE = 0x22;
const LINE_FEED = 0x0a;
const TEXT_CELLS: CellStyle = { refused: /[\t\n\r]/, format: 'a line of windows' };
const CSV_CELLS: CellStyle = { refused: /\s/, format: 'a CSV cell of contexts', cellsOf: csvCells };

/**
 * Writes windows as text.
 *
 * @param words the vocabulary's words, by id.
 * @throws `data` if a word has a tab or a line break in it: at once where it is known, before any of its block is
 *   written where it comes later.
 */
export function windowsToText(words: WordsById): Stage<WindowBlock, Uint8Array> {
  refuseWords(words, TEXT_CELLS);
  return async function* (input, { signal }) {
    const encoded = new EncodedWords(words, TEXT_CELLS);
    const writer = new WordWriter();
    for await (const block of input) {
      throwIfAborted(signal);
      await encoded.catchUp();
      forEachWindow(block, (target, start, end) => {
        writer.word(encoded, target);
        for (let i = start; i < end; i++) {
          writer.byte(TAB);
          writer.word(encoded, block.contexts[i]!);
        }
        writer.byte(LINE_FEED);
      });
      yield writer.take();
    }
  };
}

/**
 * Writes windows as CSV, header first.
 *
 * @param words the vocabulary's words, by id.
 * @throws `data` if a word has white space in it, as `windowsToText` does.
 */
export function windowsToCsv(words: WordsById): Stage<WindowBlock, Uint8Array> {
  refuseWords(words, CSV_CELLS);
  return async function* (input, { signal }) {
    const targets = new EncodedWords(words, CSV_CELLS);
    const contexts = new EncodedWords(words, { cellsOf: insideQuotes });
    const writer = new WordWriter();
    yield Buffer.from('target,contexts\n');
    for await (const block of input) {
      throwIfAborted(signal);
      await targets.catchUp();
      await contexts.catchUp();
      forEachWindow(block, (target, start, end) => {
        writer.word(targets, target);
        writer.byte(COMMA);
        writer.byte(QUOTE);
        for (let i = start; i < end; i++) {
          if (i > start) writer.byte(SPACE);
          writer.word(contexts, block.contexts[i]!);
        }
        writer.byte(QUOTE);
        writer.byte(LINE_FEED);
      });
      yield writer.take();
    }
  };
}

/** The contexts' cell is always quoted; a word that would be quoted by itself goes in without its own quotes. */
async function insideQuotes(words: readonly string[]): Promise<string[]> {
  const cells = await csvCells(words);
  return cells.map((cell, index) => (cell === words[index] ? cell : cell.slice(1, -1)));
}

/** Writes windows as binary. */
export function windowsToBinary(): Stage<WindowBlock, Uint8Array> {
  return async function* (input, { signal }) {
    for await (const block of input) {
      throwIfAborted(signal);
      const bytes = new Uint8Array(4 * (2 * block.targets.length + block.contexts.length));
      const view = new DataView(bytes.buffer);
      let at = 0;
      const write = (value: number): void => {
        view.setUint32(at, value, true);
        at += 4;
      };
      forEachWindow(block, (target, start, end) => {
        write(target);
        write(end - start);
        for (let i = start; i < end; i++) write(block.contexts[i]!);
      });
      yield bytes;
    }
  };
}

function forEachWindow(
  block: WindowBlock,
  visit: (target: number, start: number, end: number) => void,
): void {
  let start = 0;
  for (let window = 0; window < block.targets.length; window++) {
    const end = block.contextEnds[window]!;
    visit(block.targets[window]!, start, end);
    start = end;
  }
}
