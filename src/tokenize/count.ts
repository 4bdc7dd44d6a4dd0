import { join } from 'node:path';
import { type TokenBlock, toTokenBlock } from '../core/blocks.js';
import type { SpoolChunks } from '../core/corpus.js';
import { throwIfAborted, WordmillError } from '../core/errors.js';
import { BufferedFile } from './buffered-file.js';
import { SpoolWriter } from './spool-writer.js';
import { type CountedWords, WordCounter } from './word-counter.js';
import { ByteReader, type WordTable } from './word-table.js';

/** What a tokenizing stage may yield: blocks, or plain arrays of words by sentence. */
export type Tokens = TokenBlock | readonly (readonly string[])[];

/** A text that has been read once: its tokens as provisional ids, and its words with their counts, all on disk. */
export interface SpooledText {
  readonly words: CountedWords;
  /** The file of tokens, in the folder of the words. */
  readonly tokensFile: string;
  readonly tokenBytes: number;
  readonly chunks: SpoolChunks;
  readonly sentences: number;
  readonly tokens: number;
}

/** The name of the file of tokens. */
export const TOKENS_FILE = 'tokens';

/**
 * Reads a text to its end, once: counts its words and writes its tokens as provisional ids, both into `folder`.
 * Memory: `memoryBytes` for counting, and some 3 MB of buffers.
 */
export async function spoolText(
  input: AsyncIterable<Tokens>,
  folder: string,
  options: { memoryBytes: number; signal: AbortSignal; sync?: boolean },
): Promise<SpooledText> {
  const counter = new WordCounter(folder, options);
  const file = await BufferedFile.create(join(folder, TOKENS_FILE));
  try {
    const spool = new SpoolWriter(file);
    for await (const item of input) {
      throwIfAborted(options.signal);
      await spoolBlock(toTokenBlock(item), counter, spool);
    }
    const chunks = spool.finish();
    await file.finish({ sync: options.sync ?? false });
    const { sentences, tokens } = spool;
    const words = await counter.finish();
    return { words, tokensFile: TOKENS_FILE, tokenBytes: file.bytes, chunks, sentences, tokens };
  } finally {
    await file.close();
  }
}

async function spoolBlock(block: TokenBlock, counter: WordCounter, spool: SpoolWriter): Promise<void> {
  const { bytes, tokenEnds, sentenceEnds } = block;
  checkTokenBlock(block);
  const { file } = spool;
  const reader = new ByteReader(bytes);
  let token = 0;
  let start = 0;
  for (let sentence = 0; sentence < sentenceEnds.length; sentence++) {
    const tokenEnd = sentenceEnds[sentence]!;
    const tokens = tokenEnd - token;
    const end = tokens === 0 ? start : tokenEnds[tokenEnd - 1]!;
    if (!counter.reserve(tokens, end - start)) {
      spool.startGeneration();
      await counter.startGeneration();
      counter.reserve(tokens, end - start);
    }
    if (!spool.hasRoom(tokens)) await spool.makeRoom(tokens);
    spool.startSentence(tokens);
    file.length = countSentence(
      counter.table,
      reader,
      tokenEnds,
      token,
      tokenEnd,
      start,
      file.buffer,
      file.length,
    );
    token = tokenEnd;
    start = end;
  }
}

/** Counts the tokens `token .. tokenEnd` and writes their ids; the loop that all tokens of a text go through. */
function countSentence(
  table: WordTable,
  bytes: ByteReader,
  tokenEnds: Uint32Array,
  firstToken: number,
  tokenEnd: number,
  firstByte: number,
  target: Uint8Array,
  targetStart: number,
): number {
  let start = firstByte;
  let position = targetStart;
  for (let token = firstToken; token < tokenEnd; token++) {
    const end = tokenEnds[token]!;
    let id = table.add(bytes, start, end);
    start = end;
    while (id > 0x7f) {
      target[position++] = (id & 0x7f) | 0x80;
      id >>>= 7;
    }
    target[position++] = id;
  }
  return position;
}

/**
 * A user's own stage may make blocks; one whose parts do not fit together would lose or mix up tokens unseen.
 *
 * @throws WordmillError `data` where ends go backwards or too far, or a token is empty.
 */
export function checkTokenBlock({ bytes, tokenEnds, sentenceEnds }: TokenBlock): void {
  const lastToken = tokenEnds.at(-1) ?? 0;
  const lastSentence = sentenceEnds.at(-1) ?? 0;
  if (
    lastSentence === tokenEnds.length &&
    lastToken <= bytes.length &&
    grows(tokenEnds, 1) &&
    grows(sentenceEnds, 0)
  ) {
    return;
  }
  throw new WordmillError('data', 'a block of tokens whose ends do not fit together', {
    hint: 'Ends must grow, no token may be empty, the last sentence must end after the last token, and the last token within the bytes; see TokenBlock.',
  });
}

/** Whether each end is at least so much past the one before it, and the first past 0. */
function grows(ends: Uint32Array, least: number): boolean {
  let before = 0;
  for (let index = 0; index < ends.length; index++) {
    const end = ends[index]!;
    if (end < before + least) return false;
    before = end;
  }
  return true;
}
