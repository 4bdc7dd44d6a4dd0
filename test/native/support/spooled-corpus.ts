import { tokenBlock } from '../../../src/core/blocks.js';
import type { Corpus } from '../../../src/core/corpus.js';
import { Random } from '../../../src/core/random.js';
import { openContext } from '../../../src/core/run.js';
import type { StageContext } from '../../../src/core/stage.js';
import { buildVocabulary } from '../../../src/tokenize/build-vocabulary.js';

/** A corpus on disk, as a run would make it; its files go when the context is closed. */
export async function spooledCorpus(
  sentences: readonly (readonly string[])[],
  context: StageContext,
  options: { readonly minCount?: number } = {},
): Promise<Corpus> {
  async function* tokens() {
    yield tokenBlock(sentences);
  }
  const build = buildVocabulary({ minCount: 1, ...options });
  for await (const corpus of build(tokens(), context)) return corpus;
  throw new Error('no corpus came out');
}

/** Calls a function with a corpus on disk and removes the corpus after it. */
export async function withCorpus<T>(
  sentences: readonly (readonly string[])[],
  use: (corpus: Corpus, context: StageContext) => Promise<T> | T,
  options: { readonly minCount?: number } = {},
): Promise<T> {
  const { context, close } = openContext();
  try {
    return await use(await spooledCorpus(sentences, context, options), context);
  } finally {
    await close();
  }
}

/**
 * Sentences of 0 to 39 words from a vocabulary in which word i is about i times rarer than the first, so that words
 * repeat inside windows.
 */
export function randomSentences(count: number, words: number, seed = 1): string[][] {
  const random = new Random(seed);
  return Array.from({ length: count }, () =>
    Array.from({ length: random.below(40) }, () => `w${Math.floor(words ** random.unit()) - 1}`),
  );
}
