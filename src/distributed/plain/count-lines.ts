import { isUtf8 } from 'node:buffer';
import { join } from 'node:path';
import { throwIfAborted, WordmillError } from '../../core/errors.js';
import type { StageContext } from '../../core/stage.js';
import type { Content } from '../../sources/contents.js';
import { readRun, writeRun } from '../../tokenize/word-run.js';
import { ByteReader, WordTable } from '../../tokenize/word-table.js';

/**
 * Counts as lines: a word, a tab and how often it occurs, in UTF-8. Words may come in any order and more than once, in one
 * file or several: their counts add up. Nothing else is in such a file, no byte order mark either, so that its lines can be
 * handed out, sorted and joined by any tool.
 */

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const TAB = 0x09;
const BLOCK_BYTES = 1 << 18;
/** A longer line is no word and count. */
const LONGEST_LINE = 1 << 20;

/**
 * The words of a run as lines, in the order of their bytes, in blocks.
 *
 * @throws WordmillError `data` for a word with a line break in it.
 */
export async function* countLines(run: string): AsyncGenerator<Uint8Array> {
  let waiting: Buffer[] = [];
  let length = 0;
  for await (const { bytes, starts, ends, counts, length: words } of readRun(run)) {
    for (let word = 0; word < words; word++) {
      const text = bytes.subarray(starts[word]!, ends[word]!);
      if (text.includes(NEWLINE)) throw withLineBreak(text);
      const line = Buffer.concat([text, Buffer.from(`\t${counts[word]!}\n`)]);
      waiting.push(line);
      length += line.length;
    }
    if (length < BLOCK_BYTES) continue;
    yield Buffer.concat(waiting);
    waiting = [];
    length = 0;
  }
  if (length > 0) yield Buffer.concat(waiting);
}

function withLineBreak(word: Uint8Array): WordmillError {
  const text = JSON.stringify(Buffer.from(word.subarray(0, 40)).toString());
  return new WordmillError('data', `counts as lines cannot carry the word ${text}`, {
    hint: 'Use a tokenizer pattern that matches no line breaks.',
  });
}

/** Sums counts of words within a limit of memory; past it they go to disk, as runs. */
export class CountSums {
  readonly #folder: string;
  readonly #memoryBytes: number;
  readonly #runs: string[] = [];
  #table = new WordTable();
  #counts = new Float64Array(1024);

  constructor(folder: string, memoryBytes: number) {
    this.#folder = folder;
    this.#memoryBytes = memoryBytes;
  }

  /**
   * Adds the lines of a content.
   *
   * @throws WordmillError `data`, with the line, for what is no word and count; as reading the content does.
   */
  async add({ name, chunks }: Content, { signal }: Pick<StageContext, 'signal'>): Promise<void> {
    const lines = new Lines(name);
    for await (const chunk of chunks) {
      throwIfAborted(signal);
      await this.#take(lines.whole(chunk), lines);
    }
    await this.#take(lines.rest(), lines);
  }

  /** The runs that hold all words with their sums; a word may be in several. */
  async finish(): Promise<readonly string[]> {
    await this.#spill();
    this.#table = new WordTable();
    return this.#runs;
  }

  /** Takes whole lines, each ended by `\n`. */
  async #take(bytes: Buffer, lines: Lines): Promise<void> {
    const valid = isUtf8(bytes);
    const reader = new ByteReader(bytes);
    for (let start = 0; start < bytes.length; ) {
      const end = bytes.indexOf(NEWLINE, start);
      lines.line++;
      if (!valid && !isUtf8(bytes.subarray(start, end))) throw lines.problem('invalid UTF-8');
      const textEnd = end > start && bytes[end - 1] === RETURN ? end - 1 : end;
      if (textEnd > start) {
        const tab = bytes.subarray(start, textEnd).lastIndexOf(TAB);
        const count = lines.countOf(bytes, start, start + tab, textEnd);
        await this.#makeRoom(tab);
        this.#count(reader, start, start + tab, count, lines);
      }
      start = end + 1;
    }
  }

  #count(reader: ByteReader, start: number, end: number, count: number, lines: Lines): void {
    const known = this.#table.size;
    const id = this.#table.add(reader, start, end);
    if (id >= this.#counts.length) this.#growCounts();
    const sum = count + (id === known ? 0 : this.#counts[id]!);
    if (!Number.isSafeInteger(sum)) throw lines.problem('with it the count of this word passes 2^53');
    this.#counts[id] = sum;
  }

  /** Sees to it that a word of so many bytes can be added within the memory. */
  async #makeRoom(bytes: number): Promise<void> {
    const table = this.#table;
    const counts = table.size < this.#counts.length ? this.#counts.length : 3 * this.#counts.length;
    if (table.peakBytes(1, bytes) + 8 * counts <= this.#memoryBytes || table.size === 0) return;
    await this.#spill();
    this.#table = new WordTable();
    this.#counts = new Float64Array(1024);
  }

  async #spill(): Promise<void> {
    const { size, bytes, starts } = this.#table;
    if (size === 0) return;
    const path = join(this.#folder, `counts-${this.#runs.length}`);
    await writeRun(path, { size, bytes, starts, counts: this.#counts }, {});
    this.#runs.push(path);
  }

  #growCounts(): void {
    const larger = new Float64Array(2 * this.#counts.length);
    larger.set(this.#counts);
    this.#counts = larger;
  }
}

/** Puts chunks together to whole lines, and knows where it is. */
class Lines {
  line = 0;
  readonly #file: string;
  #rest = Buffer.alloc(0);

  constructor(file: string) {
    this.#file = file;
  }

  whole(chunk: Uint8Array): Buffer {
    const bytes = this.#rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#rest, chunk]);
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    this.#rest = bytes.subarray(end);
    if (this.#rest.length > LONGEST_LINE) {
      this.line++;
      throw this.problem('a line of more than 1 MB: these are no counts');
    }
    return bytes.subarray(0, end);
  }

  rest(): Buffer {
    return this.#rest.length === 0 ? this.#rest : Buffer.concat([this.#rest, Buffer.of(NEWLINE)]);
  }

  /** The count of a line whose tab is at `tab`, or before `start` where it has none. */
  countOf(bytes: Buffer, start: number, tab: number, end: number): number {
    if (tab < start) throw this.problem(`no tab in ${quoted(bytes.toString('utf8', start, end))}`);
    if (tab === start) throw this.problem('no word before the count');
    const digits = bytes.toString('latin1', tab + 1, end);
    const count = Number(digits);
    if (/^\d+$/.test(digits) && count >= 1 && Number.isSafeInteger(count)) return count;
    throw this.problem(`${quoted(bytes.toString('utf8', tab + 1, end))} is not a count`);
  }

  problem(problem: string): WordmillError {
    return new WordmillError('data', problem, {
      place: { file: this.#file, line: this.line },
      hint: 'Each line of counts must hold a word, a tab, and how often it occurs, as UTF-8: what wordmill shard ingest writes.',
    });
  }
}

/** A piece of a bad line, short enough for a message. */
function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
