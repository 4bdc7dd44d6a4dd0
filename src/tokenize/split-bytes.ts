import type { TokenizeOptions } from './options.js';
import type { BatchSplitter } from './split-batch.js';
import { ASCII_WHITE_SPACE, ChunkSplitter } from './split-chunks.js';
import { type Split, wordsOfText } from './split-text.js';
import { MAX_TOKEN_BYTES, TokenWriter } from './token-writer.js';

// What a byte of the input is, where it is not part of a word. Larger values are parts of words, as they are written.
const BETWEEN_WORDS = 0;
const SPACE = 1;
const NEWLINE = 2;
const APOSTROPHE = 3;
/** The whole chunk needs the splitter of strings. */
const NOT_PLAIN = 4;
const LAST_CLASS = NOT_PLAIN;

/**
 * The splitters `words` and `whitespace` over bytes, equal to `wordsOfText` unit by unit.
 *
 * Text is taken in chunks, which ASCII white space delimits. A chunk of plain ASCII is split, lower-cased and folded
 * by one look into a table for each byte. A chunk with any other byte is given to the splitter of strings on its
 * own: ASCII white space never takes part in normalisation, stops the search for what makes a sigma final, and is
 * in no word, so nothing outside the chunk can change its words.
 */
export function byteSplitter(options: TokenizeOptions): BatchSplitter {
  const words = wordsOfText(options);
  const table = byteTable(words);
  const chunks = new ChunkSplitter(words);
  return collecting(options, (input, writer) => splitBytes(input, table, chunks, writer));
}

/** Collects what `split` writes for the units of a batch, every one of which is ended by `\n`. */
function collecting(
  { maxSentence }: TokenizeOptions,
  split: (input: Uint8Array, writer: TokenWriter) => void,
): BatchSplitter {
  const writer = new TokenWriter(maxSentence);
  return (bytes) => {
    writer.start(bytes.length);
    split(plainUnits(bytes), writer);
    return writer.finish();
  };
}

/** The bytes as a plain Uint8Array (not a Buffer, so that the splitter is compiled for one type), ended by `\n`. */
function plainUnits(bytes: Uint8Array): Uint8Array {
  if (bytes.length === 0 || bytes.at(-1) === 0x0a) {
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  }
  const ended = new Uint8Array(bytes.length + 1);
  ended.set(bytes);
  ended[bytes.length] = 0x0a;
  return ended;
}

/** For each byte its class, or what it is written as within a word; read off from what `words` does with it. */
function byteTable(words: Split): Uint8Array {
  const table = new Uint8Array(256).fill(NOT_PLAIN);
  for (let byte = 0; byte < 0x80; byte++) {
    const [word] = words(String.fromCharCode(byte));
    if (ASCII_WHITE_SPACE[byte]) table[byte] = SPACE;
    else if (word === undefined) table[byte] = BETWEEN_WORDS;
    else if (word.charCodeAt(0) > LAST_CLASS) table[byte] = word.charCodeAt(0);
  }
  table[0x0a] = NEWLINE;
  const [joined] = words("a'a");
  if (table[0x27] === BETWEEN_WORDS && joined?.length === 3) table[0x27] = APOSTROPHE;
  return table;
}

/**
 * One pass over the bytes. Words are written as they are read; when a chunk turns out not to be plain ASCII, or holds
 * a word that is too long, what was written of it is taken back and the whole chunk goes to `chunks`.
 */
function splitBytes(input: Uint8Array, table: Uint8Array, chunks: ChunkSplitter, writer: TokenWriter): void {
  let { bytes, byteEnd, tokenEnds, tokenCount } = writer;
  let chunkStart = 0;
  let chunkByteEnd = byteEnd;
  let chunkTokenCount = tokenCount;
  let position = 0;
  while (position < input.length) {
    let value = table[input[position]!]!;
    if (value > LAST_CLASS) {
      const wordStart = byteEnd;
      for (;;) {
        do {
          bytes[byteEnd++] = value;
          value = table[input[++position]!]!;
        } while (value > LAST_CLASS);
        if (value !== APOSTROPHE) break;
        const next = table[input[position + 1]!]!;
        if (next <= LAST_CLASS) break;
        bytes[byteEnd++] = 0x27;
        position++;
        value = next;
      }
      tokenEnds[tokenCount++] = byteEnd;
      if (byteEnd - wordStart > MAX_TOKEN_BYTES) value = NOT_PLAIN;
    }
    if (value === NOT_PLAIN) {
      writer.byteEnd = chunkByteEnd;
      writer.tokenCount = chunkTokenCount;
      position = chunks.split(input, chunkStart, writer);
      writer.reserveFor(input.length - position);
      ({ bytes, byteEnd, tokenEnds, tokenCount } = writer);
      value = table[input[position]!]!;
    }
    position++;
    if (value === SPACE || value === NEWLINE) {
      if (value === NEWLINE) {
        writer.byteEnd = byteEnd;
        writer.tokenCount = tokenCount;
        writer.endUnit();
      }
      chunkStart = position;
      chunkByteEnd = byteEnd;
      chunkTokenCount = tokenCount;
    }
  }
}

/** Splits unit by unit by way of strings: for a user's own pattern or function. */
export function unitSplitter(options: TokenizeOptions, words: Split): BatchSplitter {
  return collecting(options, (input, writer) => {
    const text = Buffer.from(input.buffer, input.byteOffset, input.length);
    for (let start = 0; start < input.length; ) {
      const end = text.indexOf(0x0a, start);
      for (const word of words(text.toString('utf8', start, end))) writer.addWord(word);
      writer.endUnit();
      start = end + 1;
    }
  });
}
