import type { Split } from './split-text.js';
import type { TokenWriter } from './token-writer.js';

/** For each byte, 1 if it is ASCII white space: tab, line feed, vertical tab, form feed, carriage return, space. */
export const ASCII_WHITE_SPACE = new Uint8Array(256);
for (const byte of [0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x20]) ASCII_WHITE_SPACE[byte] = 1;

/** Records of the cache: key length, token count, token ends, then the key and the tokens' bytes. */
const RECORD = 128;
const RECORDS = 1 << 15;
const ENDS_AT = 2;
const MAX_TOKENS = 8;
const KEY_AT = ENDS_AT + MAX_TOKENS;
const TOKENS_AT = 64;
const MAX_KEY = TOKENS_AT - KEY_AT;

/**
 * Splits chunks (what stands between ASCII white space) by way of strings, exactly as `words` says. Words repeat, so
 * short chunks and their tokens are remembered, 4 MB of them, each in the one place that its hash gives; text in
 * Cyrillic or Greek, where every chunk comes here, is several times faster for it.
 */
export class ChunkSplitter {
  readonly #words: Split;
  readonly #records = new Uint8Array(RECORD * RECORDS);

  constructor(words: Split) {
    this.#words = words;
  }

  /** Splits the chunk that begins at `start`, adds its words, and returns where it ends: at ASCII white space. */
  split(input: Uint8Array, start: number, writer: TokenWriter): number {
    let end = start;
    while (ASCII_WHITE_SPACE[input[end]!] === 0) end++;
    this.splitBetween(input, start, end, writer);
    return end;
  }

  /** Splits a chunk, or a part of one that is taken for a chunk, and adds its words. */
  splitBetween(input: Uint8Array, start: number, end: number, writer: TokenWriter): void {
    let hash = 0x811c9dc5;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ input[at]!, 0x01000193);
    const record = ((hash ^ (hash >>> 15)) & (RECORDS - 1)) * RECORD;
    if (!this.#recall(record, input, start, end, writer)) this.#split(record, input, start, end, writer);
  }

  #recall(record: number, input: Uint8Array, start: number, end: number, writer: TokenWriter): boolean {
    const records = this.#records;
    if (records[record] !== end - start) return false;
    for (let i = start, at = record + KEY_AT; i < end; i++, at++) if (records[at] !== input[i]) return false;
    const tokens = records[record + 1]!;
    let tokenStart = record + TOKENS_AT;
    for (let token = 0; token < tokens; token++) {
      const tokenEnd = record + TOKENS_AT + records[record + ENDS_AT + token]!;
      writer.addBytes(records, tokenStart, tokenEnd);
      tokenStart = tokenEnd;
    }
    return true;
  }

  #split(record: number, input: Uint8Array, start: number, end: number, writer: TokenWriter): void {
    const firstToken = writer.tokenCount;
    const firstByte = writer.byteEnd;
    const text = Buffer.from(input.buffer, input.byteOffset + start, end - start).toString('utf8');
    for (const word of this.#words(text)) writer.addWord(word);

    const tokens = writer.tokenCount - firstToken;
    const length = writer.byteEnd - firstByte;
    if (end - start > MAX_KEY || tokens > MAX_TOKENS || length > RECORD - TOKENS_AT) return;
    const records = this.#records;
    records[record] = end - start;
    records[record + 1] = tokens;
    for (let token = 0; token < tokens; token++) {
      records[record + ENDS_AT + token] = writer.tokenEnds[firstToken + token]! - firstByte;
    }
    for (let i = 0; i < end - start; i++) records[record + KEY_AT + i] = input[start + i]!;
    for (let i = 0; i < length; i++) records[record + TOKENS_AT + i] = writer.bytes[firstByte + i]!;
  }
}
