/**
 * Windows, written out. As text: a line for each, the target, then its contexts in text order, with tabs between. As
 * CSV: the header `target,contexts`, the contexts in one cell with spaces between. As binary, little-endian: uint32
 * target id, uint32 number of contexts, then a uint32 id for each.
 */
import type { WindowBlock } from '../../core/blocks.js';
import { throwIfAborted } from '../../core/errors.js';
import type { Stage } from '../../core/stage.js';
import { csvCells } from './csv.js';
import { EncodedWords, refuseWords, WordWriter } from './word-writer.js';

const TAB = 0x09;
const SPACE = 0x20;
const COMMA = 0x2c;
const QUOTE = 0x22;
const LINE_FEED = 0x0a;

/**
 * Writes windows as text.
 *
 * @throws `data` before anything is read if a word has a tab or a line break in it.
 */
export function windowsToText(words: readonly string[]): Stage<WindowBlock, Uint8Array> {
  refuseWords(words, /[\t\n\r]/, 'a line of windows');
  return async function* (input, { signal }) {
    const encoded = new EncodedWords(words);
    const writer = new WordWriter();
    for await (const block of input) {
      throwIfAborted(signal);
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
 * @throws `data` before anything is read if a word has white space in it.
 */
export function windowsToCsv(words: readonly string[]): Stage<WindowBlock, Uint8Array> {
  refuseWords(words, /\s/, 'a CSV cell of contexts');
  return async function* (input, { signal }) {
    const cells = await csvCells(words);
    const targets = new EncodedWords(cells);
    // The contexts' cell is always quoted; a word that would be quoted by itself goes in without its own quotes.
    const contexts = new EncodedWords(
      cells.map((cell, id) => (cell === words[id] ? cell : cell.slice(1, -1))),
    );
    const writer = new WordWriter();
    yield Buffer.from('target,contexts\n');
    for await (const block of input) {
      throwIfAborted(signal);
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
