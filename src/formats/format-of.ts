import { WordmillError } from '../core/errors.js';
import { isFasttextBinary } from './fasttext-layout.js';
import { gloveBinaryError, isGloveBinary } from './glove-binary.js';
import { isNpy } from './npy-header.js';
import { isSafetensors } from './safetensors-header.js';
import { linesOf, numbersAtEnd } from './text-row.js';
import type { VectorFile } from './vector-file.js';
import type { VectorFormat } from './vector-stream.js';
import { parseHeader } from './word2vec-header.js';

/** The first two lines of text fit in this. */
export const HEAD_BYTES = 4 << 20;

/**
 * Tells a vector file's format by the beginning of its content. fastText's models begin with a number of their own, and
 * so does .npy; safetensors with the length of a header. With a header line of two whole numbers it is word2vec's: text
 * if a row of text follows, or at least no control characters; else binary. Without one it is GloVe text, if its first
 * line ends in numbers.
 *
 * @throws WordmillError `data` where it is none of them; it says what GloVe's binary lacks.
 */
export function formatOf(head: Buffer, file: Pick<VectorFile, 'path' | 'size'>): VectorFormat {
  if (isFasttextBinary(head)) return 'fasttext';
  if (isNpy(head)) return 'npy';
  if (isSafetensors(head)) return 'safetensors';
  const [firstLine, secondLine] = linesOf(head);
  const header = parseHeader(head);
  if (header) {
    const isRow = secondLine && numbersAtEnd(head, ...secondLine) >= header.dimensions;
    return isRow || !hasControlCharacters(head) ? 'word2vecText' : 'word2vec';
  }
  if (isGloveBinary(head, file.size)) throw gloveBinaryError(file);
  if (firstLine && numbersAtEnd(head, ...firstLine) > 0) return 'glove';
  throw new WordmillError(
    'data',
    'this is no vector file: neither GloVe text, word2vec text or binary, a fastText model, safetensors nor .npy',
    { place: { file: file.path }, hint: hintFor(head) },
  );
}

/** What to do with a file that Python programs write and that has vectors in it, but not to be read by others. */
function hintFor(head: Buffer): string {
  // The opcode PROTO with a protocol from 2 on, as Python's pickletools document it.
  if (head[0] === 0x80 && head[1]! >= 2 && head[1]! <= 5) {
    return "It looks like a Python pickle, as gensim's save() writes it: load it there, and write it by its save_word2vec_format().";
  }
  if (head.toString('latin1', 0, 4) === 'PK\x03\x04') {
    return 'It looks like a .zip or .npz archive: take the vectors out of it first.';
  }
  return 'Its first line should be a word and its numbers, or the number of rows and of dimensions.';
}

/** Numbers in binary are full of them; text has none but white space. */
function hasControlCharacters(head: Buffer): boolean {
  return /[\x00-\x08\x0e-\x1f]/.test(head.toString('latin1', 0, 1 << 16));
}
