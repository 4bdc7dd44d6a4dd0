import { WordmillError } from '../core/errors.js';
import type { OptionProblem } from '../core/options.js';
import type { VocabularyOptions } from './options.js';

/** Options of the vocabulary that do not go together, by their keys in `vocabulary`. */
export function vocabularyProblems(
  { pruneAt, read }: { readonly pruneAt?: number | undefined; readonly read?: string | undefined },
  ofPairs: boolean,
): OptionProblem[] {
  if (pruneAt === undefined) return [];
  const path = ['pruneAt'];
  if (read !== undefined) {
    return [
      {
        path,
        problem: 'would drop words of a vocabulary that is read from a file',
        hint: 'Leave out one of them; the words of a file are kept whatever their count.',
      },
    ];
  }
  return ofPairs ? [{ path, problem: 'has no effect on pairs, whose words are counted exactly' }] : [];
}

/** @throws WordmillError `usage` for options that do not go together. */
export function refuseVocabularyProblems(options: VocabularyOptions, ofPairs: boolean): void {
  const [found] = vocabularyProblems(options, ofPairs);
  if (!found) return;
  const { path, problem, hint } = found;
  throw new WordmillError('usage', problem, {
    place: { key: ['vocabulary', ...path].join('.') },
    ...(hint && { hint }),
  });
}
