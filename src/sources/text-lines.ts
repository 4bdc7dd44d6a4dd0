import { WordmillError } from '../core/errors.js';
import { cleanText, countLines } from './clean-text.js';
import { cutPoint } from './cut.js';
import type { SourceReport } from './source-report.js';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BYTE_ORDER_MARK = Buffer.from('\ufeff');

/** How the lines of a file are read; sizes in bytes. */
export interface LineOptions {
  readonly file: string;
  readonly strictUtf8: boolean;
  /** How much is read before whole lines are handed out. */
  readonly blockBytes: number;
  /** Longer lines are cut; at least `blockBytes`. */
  readonly longestUnit: number;
  /** Whether lines are counted, which takes some time. */
  readonly countLines: boolean;
  /** Where in the file the bytes start, at the start of a line; 0 by default. */
  readonly firstByte?: number | undefined;
}

/** Whole lines of a file, or a piece of one that was cut; each ended by `\n`. */
export interface LineBlock {
  readonly bytes: Buffer;
  /** The line of the file, from 1, that the block starts on; known only where lines are counted. */
  readonly firstLine: number;
  /** Where in the file's text, after decompression, it starts. */
  readonly firstByte: number;
  /** Whether it starts inside a line that was cut. */
  readonly startsInside: boolean;
  /** Whether it ends inside a line that was cut; it is then one piece of that line. */
  readonly endsInside: boolean;
}

/**
 * The bytes of one file as blocks of whole clean lines, each ended by `\n`: valid UTF-8 without NUL and byte order
 * mark.
 *
 * @throws WordmillError `data` for UTF-16, and for invalid UTF-8 when strict.
 */
export async function* textLines(
  chunks: AsyncIterable<Uint8Array>,
  options: LineOptions,
  report: SourceReport,
): AsyncGenerator<LineBlock> {
  const gatherer = new LineGatherer(options, report);
  for await (const chunk of chunks) {
    report.textBytes(chunk.length);
    yield* gatherer.add(chunk);
  }
  yield* gatherer.end();
}

/** Fills a buffer that always starts at the start of a line, and hands it on up to the last line end in it. */
class LineGatherer {
  readonly #options: LineOptions;
  readonly #report: SourceReport;
  #buffer: Buffer = Buffer.alloc(0);
  #length = 0;
  /** Where in the file the buffer starts, and how many lines are before it. */
  #byte: number;
  #line = 0;
  /** Whether the buffer starts inside a line that was cut. */
  #inside = false;

  constructor(options: LineOptions, report: SourceReport) {
    this.#options = options;
    this.#report = report;
    this.#byte = options.firstByte ?? 0;
  }

  *add(chunk: Uint8Array): Generator<LineBlock> {
    // A small file comes as one chunk: it shall not take a large buffer.
    if (this.#buffer.length === 0) this.#move(0, Math.min(chunk.length + 1, this.#options.blockBytes));
    for (let taken = 0; taken < chunk.length; ) {
      const part = chunk.subarray(taken, taken + this.#buffer.length - this.#length);
      this.#buffer.set(part, this.#length);
      this.#length += part.length;
      taken += part.length;
      if (this.#length === this.#buffer.length) yield* this.#handOut();
    }
  }

  *end(): Generator<LineBlock> {
    yield* this.#cutLongLine();
    if (this.#length > 0) yield this.#take(this.#length, this.#length, { capacity: 0 });
  }

  *#handOut(): Generator<LineBlock> {
    yield* this.#cutLongLine();
    const end = this.#lastLineEnd();
    const { blockBytes, longestUnit } = this.#options;
    if (end > 0) yield this.#take(end, end);
    else if (this.#length === this.#buffer.length) {
      this.#move(0, this.#length < blockBytes ? blockBytes : longestUnit + 2);
    }
  }

  /** Just after the last line end in the buffer, 0 if there is none. A CR at the very end may yet be followed by LF. */
  #lastLineEnd(): number {
    const filled = this.#buffer.subarray(0, this.#length);
    const lineFeed = filled.lastIndexOf(LINE_FEED);
    return (lineFeed === -1 ? filled.subarray(0, -1).lastIndexOf(CARRIAGE_RETURN) : lineFeed) + 1;
  }

  /** Cuts the first line while it is too long: at its last white space in reach, else between two characters. */
  *#cutLongLine(): Generator<LineBlock> {
    const { longestUnit } = this.#options;
    while (this.#length > longestUnit && this.#firstLineEnd() > longestUnit) {
      const { end, next } = cutPoint(this.#buffer.subarray(0, this.#length), longestUnit);
      yield this.#take(end, next, { cut: true });
    }
  }

  #firstLineEnd(): number {
    const filled = this.#buffer.subarray(0, this.#length);
    const ends = [filled.indexOf(LINE_FEED), filled.indexOf(CARRIAGE_RETURN)].filter((end) => end !== -1);
    return Math.min(this.#length, ...ends);
  }

  /** Cleans what is before `end`, and starts a new buffer with what is at `next` and after it. */
  #take(end: number, next: number, { capacity = this.#options.blockBytes, cut = false } = {}): LineBlock {
    const { file, strictUtf8, countLines: counted } = this.#options;
    let piece = this.#buffer.subarray(0, end);
    const origin = { file, byte: this.#byte, line: this.#line };
    if (this.#byte === 0) piece = withoutByteOrderMark(piece, file);
    const skipped = end - piece.length;
    const startsInside = this.#inside;
    this.#inside = cut;
    if (counted) this.#line += countLines(piece);
    this.#move(next, capacity);
    const clean = cleanText(piece, { ...origin, byte: origin.byte + skipped }, strictUtf8, this.#report);
    return {
      bytes: endedByLineFeed(clean),
      firstLine: origin.line + 1,
      firstByte: origin.byte,
      startsInside,
      endsInside: cut,
    };
  }

  /** Goes on in a new buffer; the old one belongs to whoever got a block of it. */
  #move(from: number, capacity: number): void {
    const rest = this.#buffer.subarray(from, this.#length);
    this.#buffer = Buffer.allocUnsafeSlow(Math.max(capacity, rest.length));
    this.#buffer.set(rest);
    this.#length = rest.length;
    this.#byte += from;
  }
}

function withoutByteOrderMark(piece: Buffer, file: string): Buffer {
  const mark = piece.length >= 2 ? piece.readUInt16BE(0) : 0;
  if (mark === 0xfeff || mark === 0xfffe) {
    throw new WordmillError('data', 'this is UTF-16, not UTF-8', {
      place: { file },
      hint: 'Convert it: `iconv -f UTF-16 -t UTF-8 FILE`; its output can be piped in.',
    });
  }
  return piece.subarray(0, 3).equals(BYTE_ORDER_MARK) ? piece.subarray(3) : piece;
}

function endedByLineFeed(text: Buffer): Buffer {
  return text.length === 0 || text.at(-1) === LINE_FEED ? text : Buffer.concat([text, Buffer.of(LINE_FEED)]);
}
