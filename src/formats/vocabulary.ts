import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { systemCode, WordmillError } from '../core/errors.js';
import { UNKNOWN, Vocabulary } from '../core/vocabulary.js';

/**
 * Vocabulary files, word2vec.c's and GloVe's own form: on each line a word, a space or tab, and its count, in UTF-8.
 * The count is what stands after the last space or tab, so that words with spaces in them are read as well.
 * A line for `<UNK>` or `<unk>` says how many tokens the words left out stood for; we write it last.
 *
 * A byte order mark at the start of a file is none of its text. So where the first word itself begins with U+FEFF, we
 * write a mark before it, as The Unicode Standard (section 23.8) has it.
 */

const BLOCK_BYTES = 1 << 18;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const BYTE_ORDER_MARK = '\ufeff';
/** A longer line is no word and count; without a limit, a file without line breaks would be read into memory. */
const LONGEST_LINE = 1 << 20;
/** What the longest line leaves for its word: less a separator, the longest count, and `\r`. */
const LONGEST_WORD = LONGEST_LINE - 18;

/** What a vocabulary file holds. */
export interface VocabularyFile {
  /** In the file's order; `<UNK>` is not among them. */
  readonly words: readonly string[];
  readonly counts: Float64Array;
  /** The count of the line for `<UNK>` or `<unk>`; undefined where there is none. */
  readonly unknownCount: number | undefined;
}

/**
 * Reads a vocabulary file and makes a vocabulary of it, words in the file's order.
 *
 * @throws WordmillError `noInput` when there is no such file; `data` as `parseVocabulary` says.
 */
export async function readVocabulary(
  path: string,
  options: { unknown?: 'drop' | 'token' } = {},
): Promise<Vocabulary> {
  const { words, counts, unknownCount } = await readVocabularyFile(path);
  return new Vocabulary({
    words,
    counts,
    unknown: options.unknown ?? 'drop',
    unknownCount: unknownCount ?? 0,
  });
}

/** Reads a vocabulary file as it is. @throws WordmillError as `readVocabulary` says. */
export async function readVocabularyFile(path: string): Promise<VocabularyFile> {
  try {
    return await parseVocabulary(createReadStream(path, { highWaterMark: BLOCK_BYTES }), path);
  } catch (error) {
    if (error instanceof WordmillError) throw error;
    const missing = systemCode(error) === 'ENOENT';
    throw new WordmillError(
      missing ? 'noInput' : 'inputOutput',
      missing
        ? 'there is no such vocabulary file'
        : `cannot read this vocabulary file: ${(error as Error).message}`,
      { place: { file: path }, cause: error },
    );
  }
}

/**
 * Parses a vocabulary file's bytes. Lines may end in `\r\n`; empty lines and a byte order mark are skipped.
 *
 * @param file its name, for messages
 * @throws WordmillError `data`, with the line, for a line without a word or without a whole number from 0 as its count,
 * for a word that comes twice, and for invalid UTF-8; and when there is no word at all.
 */
export async function parseVocabulary(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  file: string,
): Promise<VocabularyFile> {
  const parser = new VocabularyParser(file);
  let rest = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    parser.lines(bytes.subarray(0, end));
    rest = bytes.subarray(end);
    if (rest.length > LONGEST_LINE) throw parser.longLine();
  }
  if (rest.length > 0) parser.lines(Buffer.concat([rest, Uint8Array.of(NEWLINE)]));
  return parser.result();
}

class VocabularyParser {
  readonly #file: string;
  readonly #words: string[] = [];
  readonly #counts: number[] = [];
  readonly #seen = new Set<string>();
  #unknownCount: number | undefined;
  #line = 0;

  constructor(file: string) {
    this.#file = file;
  }

  /** Takes whole lines, each with its newline. */
  lines(bytes: Buffer): void {
    let start = this.#line === 0 && bytes.length >= 3 && bytes.readUIntBE(0, 3) === 0xefbbbf ? 3 : 0;
    const valid = isUtf8(bytes);
    while (start < bytes.length) {
      const end = bytes.indexOf(NEWLINE, start);
      this.#line++;
      if (!valid && !isUtf8(bytes.subarray(start, end))) throw this.#problem('invalid UTF-8');
      const textEnd = end > start && bytes[end - 1] === RETURN ? end - 1 : end;
      if (textEnd > start) this.#add(bytes.toString('utf8', start, textEnd));
      start = end + 1;
    }
  }

  result(): VocabularyFile {
    if (this.#words.length === 0) {
      throw new WordmillError('data', 'there is no word in this vocabulary file', {
        place: { file: this.#file },
        hint: 'Each line must hold a word and its count.',
      });
    }
    return {
      words: this.#words,
      counts: Float64Array.from(this.#counts),
      unknownCount: this.#unknownCount,
    };
  }

  #add(line: string): void {
    const separator = Math.max(line.lastIndexOf(' '), line.lastIndexOf('\t'));
    const digits = line.slice(separator + 1);
    const count = Number(digits);
    if (separator === -1 || !/^\d+$/.test(digits) || !Number.isSafeInteger(count)) {
      throw this.#problem(
        separator === -1 ? `no count after ${quoted(line)}` : `${quoted(digits)} is not a count`,
      );
    }
    const word = line.slice(0, separator);
    if (word === '') throw this.#problem('no word before the count');
    const known = word === '<unk>' ? UNKNOWN : word;
    if (this.#seen.has(known)) throw this.#problem(`${quoted(word)} comes a second time`);
    this.#seen.add(known);
    if (known === UNKNOWN) {
      this.#unknownCount = count;
    } else {
      this.#words.push(word);
      this.#counts.push(count);
    }
  }

  /** The error for a line that goes on and on after the ones taken. */
  longLine(): WordmillError {
    this.#line++;
    return this.#problem('a line of more than 1 MB: this is no vocabulary file');
  }

  #problem(problem: string): WordmillError {
    return new WordmillError('data', problem, {
      place: { file: this.#file, line: this.#line },
      hint: 'Each line of a vocabulary file must hold a word, a space or tab, and its count, as UTF-8; each word once.',
    });
  }
}

/** A piece of a bad line, short enough for a message. */
function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}

/** Whether a vocabulary file can carry a word, so that it is read back as what it is. */
export function vocabularyFileCarries(word: string): boolean {
  if (word === '' || word === '<unk>' || /\n|\p{Surrogate}/u.test(word)) return false;
  return word.length * 3 <= LONGEST_WORD || Buffer.byteLength(word) <= LONGEST_WORD;
}

/**
 * Refuses a vocabulary with a word that a vocabulary file cannot carry: an empty one, one with a line break or half a
 * surrogate pair, one of a megabyte, or `<unk>`, which stands for unknown words there.
 *
 * @param file the file to be written, for the message
 * @throws WordmillError `data` at the first such word
 */
export function checkVocabularyFileCarries({ words }: Vocabulary, file?: string): void {
  const word = words.find((candidate) => !vocabularyFileCarries(candidate));
  if (word === undefined) return;
  throw new WordmillError('data', `a vocabulary file cannot carry the word ${quoted(word)}`, {
    ...(file !== undefined && { place: { file } }),
    hint: 'Use a tokenizer pattern that matches no line breaks, and no <unk>.',
  });
}

/**
 * A vocabulary as the bytes of a vocabulary file, in blocks. The last line is `<UNK>` with its count; where unknown
 * words are dropped and none were, there is no such line.
 *
 * @throws WordmillError `data` as `checkVocabularyFileCarries` does.
 */
export function* vocabularyLines(vocabulary: Vocabulary): Generator<Uint8Array, void, undefined> {
  checkVocabularyFileCarries(vocabulary);
  const { words, counts, unknown, unknownCount } = vocabulary;
  let text = words[0]?.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : '';
  for (let id = 0; id < words.length; id++) {
    text += `${words[id]} ${counts[id]}\n`;
    if (text.length >= BLOCK_BYTES) {
      yield Buffer.from(text);
      text = '';
    }
  }
  if (unknown === 'drop' && unknownCount > 0) text += `${UNKNOWN} ${unknownCount}\n`;
  if (text !== '') yield Buffer.from(text);
}
