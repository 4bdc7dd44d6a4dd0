import { WordmillError } from '../core/errors.js';
import type { Stage } from '../core/stage.js';
import type { Vocabulary } from '../core/vocabulary.js';
import { vocabularyFileCarries, vocabularyLines } from '../formats/vocabulary.js';
import { fileSink } from './file-sink.js';

/**
 * Writes the vocabulary of what flows through, a corpus or trained vectors: a word and its count on each line.
 *
 * @throws WordmillError as `fileSink`; `data` for a word with a line break in it.
 */
export function vocabularyFile<T extends { readonly vocabulary: Vocabulary }>(path: string): Stage<T, T> {
  return fileSink<T>(path, {
    name: 'vocabulary',
    check({ words }) {
      const id = words.findIndex((word) => !vocabularyFileCarries(word));
      if (id < 0) return;
      throw new WordmillError(
        'data',
        `a vocabulary file cannot carry the word ${JSON.stringify(words[id])}`,
        {
          place: { file: path },
          hint: 'Use a tokenizer pattern that matches no line breaks.',
        },
      );
    },
    *blocks({ vocabulary }) {
      for (const bytes of vocabularyLines(vocabulary)) yield { bytes };
    },
    rows: ({ vocabulary }) => vocabulary.size,
  });
}
