import { WordmillError } from '../core/errors.js';
import { readFasttextBinary } from './fasttext-binary.js';
import { isFasttextBinary } from './fasttext-layout.js';
import { readGloveText } from './glove-text.js';
import { InputFile } from './input-file.js';
import { linesOf, numbersAtEnd } from './text-row.js';
import type { ReadOptions, WordVectors } from './word-vectors.js';
import { readWord2vecBinary } from './word2vec-binary.js';
import { parseHeader } from './word2vec-header.js';
import { readWord2vecText } from './word2vec-text.js';

/** The vector formats that are read, and what reads them. */
const READERS = {
  fasttext: readFasttextBinary,
  glove: readGloveText,
  word2vec: readWord2vecBinary,
  word2vecText: readWord2vecText,
} as const;

/** The name of a vector format, as in a definition's sinks. */
export type VectorFormat = keyof typeof READERS;

/** The first two lines of text fit in this. */
const HEAD_BYTES = 4 << 20;

/**
 * Tells a vector file's format by its content. fastText's models begin with a number of their own. With a header line of two whole numbers it is word2vec's: text if a row
 * of text follows, or at least no control characters; else binary. Without one it is GloVe text, if its first line
 * ends in numbers.
 *
 * @throws WordmillError `noInput`; `data` where it is none of them.
 */
export async function detectFormat(path: string): Promise<VectorFormat> {
  const file = await InputFile.open(path);
  try {
    return formatOf(await file.head(HEAD_BYTES), path);
  } finally {
    await file.close();
  }
}

function formatOf(head: Buffer, file: string): VectorFormat {
  if (isFasttextBinary(head)) return 'fasttext';
  const [firstLine, secondLine] = linesOf(head);
  const header = parseHeader(head);
  if (header) {
    const isRow = secondLine && numbersAtEnd(head, ...secondLine) >= header.dimensions;
    return isRow || !hasControlCharacters(head) ? 'word2vecText' : 'word2vec';
  }
  if (firstLine && numbersAtEnd(head, ...firstLine) > 0) return 'glove';
  throw new WordmillError(
    'data',
    'this is no vector file: neither GloVe text, word2vec text or binary, nor a fastText model',
    {
      place: { file },
      hint: isCompressed(head)
        ? 'It is compressed: unpack it first.'
        : 'Its first line should be a word and its numbers, or the number of rows and of dimensions.',
    },
  );
}

/** Numbers in binary are full of them; text has none but white space. */
function hasControlCharacters(head: Buffer): boolean {
  return /[\x00-\x08\x0e-\x1f]/.test(head.toString('latin1', 0, 1 << 16));
}

/** gzip, zstd, bzip2 and xz by their first bytes. */
function isCompressed(head: Buffer): boolean {
  return /^(?:1f8b|28b52ffd|425a68|fd377a58)/.test(head.toString('hex', 0, 4));
}

/** Reads a vector file of any of the formats; see `detectFormat` and the readers for what is thrown. */
export async function readVectors(path: string, options: ReadOptions = {}): Promise<WordVectors> {
  return READERS[await detectFormat(path)](path, options);
}
