import { WordmillError } from '../../core/errors.js';
import { UNKNOWN } from '../../core/vocabulary.js';
import { WordCarrier } from '../../formats/carried-words.js';
import type { VectorBatch } from '../../formats/vector-stream.js';
import type { VectorWriter } from '../../formats/vector-writers.js';

/**
 * Batches with their words as a format can carry them, and as it gives them back.
 *
 * @param path of the file to be written, for messages
 * @throws WordmillError `data` at the first word that cannot be carried, or that would be written like another word.
 */
export async function* carriedBatches(
  batches: AsyncIterable<VectorBatch>,
  { name: format, unknown, notCarried, carriesAnyWord }: Omit<VectorWriter, 'write'>,
  { path, escapeWords }: { readonly path: string; readonly escapeWords: boolean },
): AsyncGenerator<VectorBatch> {
  if (carriesAnyWord) {
    yield* batches;
    return;
  }
  const carrier = new WordCarrier({ format, path, escapeWords, ...(notCarried && { notCarried }) });
  const spellings = new Set<string>();
  for await (const batch of batches) {
    const words = carrier.carry(batch.words);
    yield { ...batch, words: unknown === undefined ? words : words.map(ours) };
  }

  /** The unknown word as it is spelled in memory. */
  function ours(word: string): string {
    if (word !== UNKNOWN && word !== unknown) return word;
    spellings.add(word);
    if (spellings.size < 2) return UNKNOWN;
    throw new WordmillError(
      'data',
      `${format} cannot carry both ${UNKNOWN} and ${unknown}: it has one unknown word`,
      {
        place: { file: path },
        hint: 'Write another format.',
      },
    );
  }
}
