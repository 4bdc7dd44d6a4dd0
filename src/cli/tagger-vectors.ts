import type { Options } from 'yargs';
import type { Report } from '../core/report.js';
import type { VectorOf } from '../train/tensorflow/tagger/vocabulary.js';
import { loadVectors } from '../vectors/load.js';

/** The flag that `tag run` and `tag eval` share. */
export const vectorsOption: Options = {
  string: true,
  requiresArg: true,
  describe:
    "For words that the tagger does not know: the vectors it was trained with; a fastText model has any word's",
};

/** Vectors from the file of that flag, where it is given. */
export async function vectorsFor(
  file: unknown,
  { report, signal }: { readonly report: Report; readonly signal: AbortSignal },
): Promise<{ vectorOf?: VectorOf }> {
  if (file === undefined) return {};
  const vectors = await loadVectors(String(file), { report, signal });
  return { vectorOf: (word) => (vectors.has(word) ? vectors.get(word) : undefined) };
}
