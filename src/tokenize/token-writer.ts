import type { SplitBatch } from './split-batch.js';

/** Longer tokens, in bytes of UTF-8, are dropped: they are encoded data and broken text, never words. */
export const MAX_TOKEN_BYTES = 1_000;

/**
 * Collects the tokens of one batch at a time: bytes and ends in working arrays that are kept, copied once a batch.
 *
 * The bytes, the token ends and their fill marks are open to the splitter of bytes, which writes to them directly.
 */
export class TokenWriter {
  bytes: Uint8Array = new Uint8Array(0);
  byteEnd = 0;
  tokenEnds: Uint32Array = new Uint32Array(0);
  tokenCount = 0;
  units = 0;
  /** Units of the batch without a word. */
  emptyUnits = 0;
  /** Tokens of the batch that were too long. */
  droppedTokens = 0;
  /** How the first of them begins. */
  droppedExample = '';

  readonly #maxSentence: number;
  #buffer = Buffer.alloc(0);
  #sentenceEnds: Uint32Array = new Uint32Array(1_024);
  #sentenceCount = 0;
  #unitStart = 0;

  /** @param maxSentence a unit of more words becomes several sentences of at most this many. */
  constructor(maxSentence: number) {
    this.#maxSentence = maxSentence;
  }

  /** Begins a batch; any `inputBytes` of ASCII text fit without a further check. */
  start(inputBytes: number): void {
    this.byteEnd = 0;
    this.tokenCount = 0;
    this.#sentenceCount = 0;
    this.#unitStart = 0;
    this.units = 0;
    this.emptyUnits = 0;
    this.droppedTokens = 0;
    this.reserveFor(inputBytes);
  }

  /** Makes room for the tokens of ASCII text of this length: no longer than the text, and a gap between any two. */
  reserveFor(inputBytes: number): void {
    this.#reserve(inputBytes, (inputBytes >>> 1) + 1);
  }

  /** Adds a word. An empty one is left out; one that is too long is dropped and counted. */
  addWord(word: string): void {
    if (word === '') return;
    this.#reserve(word.length * 3, 1);
    const length = this.#buffer.write(word, this.byteEnd, 'utf8');
    if (length > MAX_TOKEN_BYTES) this.#drop(word);
    else this.#end(length);
  }

  /** Adds a word that is `bytes[start .. end)`, with the same two exceptions. */
  addBytes(bytes: Uint8Array, start: number, end: number): void {
    const length = end - start;
    if (length <= 0) return;
    if (length > MAX_TOKEN_BYTES) {
      this.#drop(Buffer.from(bytes.subarray(start, start + 160)).toString('utf8'));
      return;
    }
    this.#reserve(length, 1);
    const target = this.bytes;
    let position = this.byteEnd;
    for (let i = start; i < end; i++) target[position++] = bytes[i]!;
    this.#end(length);
  }

  /** Ends a unit: its words become a sentence, or several; a unit without words none. */
  endUnit(): void {
    const end = this.tokenCount;
    this.units++;
    if (end === this.#unitStart) {
      this.emptyUnits++;
      return;
    }
    for (let cut = this.#unitStart + this.#maxSentence; cut < end; cut += this.#maxSentence)
      this.#endSentence(cut);
    this.#endSentence(end);
    this.#unitStart = end;
  }

  /** What was collected since `start`, in arrays of its own. */
  finish(): SplitBatch {
    const { units, emptyUnits, droppedTokens, droppedExample } = this;
    const block = {
      bytes: this.bytes.slice(0, this.byteEnd),
      tokenEnds: this.tokenEnds.slice(0, this.tokenCount),
      sentenceEnds: this.#sentenceEnds.slice(0, this.#sentenceCount),
    };
    return { block, units, emptyUnits, droppedTokens, droppedExample };
  }

  #end(length: number): void {
    this.byteEnd += length;
    this.tokenEnds[this.tokenCount++] = this.byteEnd;
  }

  #drop(word: string): void {
    if (this.droppedTokens === 0) this.droppedExample = word.slice(0, 40);
    this.droppedTokens++;
  }

  #endSentence(end: number): void {
    if (this.#sentenceCount === this.#sentenceEnds.length) {
      this.#sentenceEnds = grown(this.#sentenceEnds, this.#sentenceCount * 2);
    }
    this.#sentenceEnds[this.#sentenceCount++] = end;
  }

  #reserve(bytes: number, tokens: number): void {
    if (this.byteEnd + bytes > this.bytes.length) {
      const larger = new Uint8Array(Math.max(this.byteEnd + bytes, this.bytes.length * 2));
      larger.set(this.bytes.subarray(0, this.byteEnd));
      this.bytes = larger;
      this.#buffer = Buffer.from(larger.buffer);
    }
    if (this.tokenCount + tokens > this.tokenEnds.length) {
      this.tokenEnds = grown(this.tokenEnds, Math.max(this.tokenCount + tokens, this.tokenEnds.length * 2));
    }
  }
}

function grown(array: Uint32Array, length: number): Uint32Array {
  const larger = new Uint32Array(length);
  larger.set(array);
  return larger;
}
