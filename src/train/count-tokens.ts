import type { Corpus } from '../core/corpus.js';
import { throwIfAborted } from '../core/errors.js';

/**
 * Tokens that have an id. Counted rather than summed from the vocabulary, whose counts may be another corpus's
 * (`--read-vocabulary`).
 */
export async function countTokens(corpus: Corpus, signal: AbortSignal): Promise<number> {
  let tokens = 0;
  for await (const block of corpus.blocks()) {
    throwIfAborted(signal);
    tokens += block.ids.length;
  }
  return tokens;
}
