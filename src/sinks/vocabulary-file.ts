import type { Stage } from '../core/stage.js';
import type { Vocabulary } from '../core/vocabulary.js';
import { checkVocabularyFileCarries, vocabularyLines } from '../formats/vocabulary.js';
import { fileSink } from './file-sink.js';

/**
 * Writes the vocabulary of what flows through, a corpus or trained vectors: a word and its count on each line.
 *
 * @throws WordmillError as `fileSink`; `data` as `checkVocabularyFileCarries`.
 */
export function vocabularyFile<T extends { readonly vocabulary: Vocabulary }>(path: string): Stage<T, T> {
  return fileSink<T>(path, {
    name: 'vocabulary',
    check: (vocabulary) => checkVocabularyFileCarries(vocabulary, path),
    *blocks({ vocabulary }) {
      for (const bytes of vocabularyLines(vocabulary)) yield { bytes };
    },
    rows: ({ vocabulary }) => vocabulary.size,
  });
}
