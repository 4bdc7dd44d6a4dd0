import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { systemCode, throwIfAborted, WordmillError } from '../core/errors.js';
import { type ConllOptions, conllOptions } from './conll-options.js';
import { ConllParser, type ConllSentence } from './conll-parser.js';

/**
 * CoNLL columns, as the shared tasks of CoNLL-2000 and CoNLL-2003 have them: a line for each token, its columns
 * parted by white space, and an empty line after each sentence. In a line that has a tab, tabs alone part columns (as
 * in WNUT-17); a line of white space only is empty. A line that begins with `-DOCSTART-` stands between documents.
 * UTF-8; lines end in `\n` or `\r\n`, the last one or not; a byte order mark at the start is none of the text.
 */

const BLOCK_BYTES = 1 << 18;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
/** Without a limit, a file without line breaks would be read into memory. */
const LONGEST_LINE = 1 << 20;

/** How columns are read, and where from. */
export interface ReadConllSettings extends Partial<ConllOptions> {
  /** The name of the file, for messages. */
  readonly file: string;
  /** Whether there is a column of tags to read; by default there is. */
  readonly withTags?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Sentences from the bytes of a CoNLL file, one after the other: memory does not grow with the file.
 *
 * @param chunks pieces of the file, cut anywhere
 * @throws WordmillError `usage` for an impossible column; `data`, with file and line, for a line that lacks a column or
 * has another number of columns than the lines before it, an empty column, invalid UTF-8, a sentence of more than
 * 100,000 tokens, or a file without any sentence.
 */
export async function* conllSentences(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  settings: ReadConllSettings,
): AsyncGenerator<ConllSentence> {
  const { file, withTags = true, signal, ...options } = settings;
  const parser = new ConllParser(file, conllOptions(options), withTags);
  for await (const lines of wholeLines(chunks, file, parser)) {
    if (signal) throwIfAborted(signal);
    for (const line of lines) {
      const sentence = parser.line(line);
      if (sentence) yield sentence;
    }
  }
  const last = parser.end();
  if (last) yield last;
}

/**
 * Sentences of a CoNLL file at a path.
 *
 * @throws WordmillError `noInput` when there is no such file; `inputOutput`; and as `conllSentences` says.
 */
export async function* readConll(
  path: string,
  settings: Omit<ReadConllSettings, 'file'> = {},
): AsyncGenerator<ConllSentence> {
  try {
    const chunks = createReadStream(path, { highWaterMark: BLOCK_BYTES });
    yield* conllSentences(chunks, { ...settings, file: path });
  } catch (error) {
    if (error instanceof WordmillError || systemCode(error) === undefined) throw error;
    const missing = systemCode(error) === 'ENOENT';
    throw new WordmillError(
      missing ? 'noInput' : 'inputOutput',
      missing ? 'there is no such file' : `cannot read this file: ${(error as Error).message}`,
      { place: { file: path }, cause: error },
    );
  }
}

/** The lines that each chunk completes, without their ends; and what follows the last line end. */
async function* wholeLines(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  file: string,
  parser: ConllParser,
): AsyncGenerator<Generator<string>> {
  let rest: Buffer = Buffer.alloc(0);
  let first = true;
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    if (end > 0) {
      yield linesOf(Buffer.concat([rest, bytes.subarray(0, end)]), first, file, parser);
      first = false;
      rest = Buffer.from(bytes.subarray(end));
    } else {
      rest = Buffer.concat([rest, bytes]);
    }
    if (rest.length > LONGEST_LINE) {
      throw parser.problemAtNextLine('a line of more than 1 MB: this is no CoNLL file');
    }
  }
  if (rest.length > 0) yield linesOf(rest, first, file, parser);
}

function* linesOf(bytes: Buffer, first: boolean, file: string, parser: ConllParser): Generator<string> {
  let start = first && bytes.length >= 3 && bytes.readUIntBE(0, 3) === 0xefbbbf ? 3 : 0;
  const valid = isUtf8(bytes);
  while (start < bytes.length) {
    const found = bytes.indexOf(NEWLINE, start);
    const end = found === -1 ? bytes.length : found;
    if (!valid && !isUtf8(bytes.subarray(start, end))) {
      throw parser.problemAtNextLine('this is not UTF-8', `Convert it: \`iconv -t UTF-8 ${file}\`.`);
    }
    yield bytes.toString('utf8', start, end > start && bytes[end - 1] === RETURN ? end - 1 : end);
    start = end + 1;
  }
}
