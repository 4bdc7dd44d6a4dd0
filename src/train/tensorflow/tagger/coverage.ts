import type { Report } from '../../../core/report.js';
import { type TaggerVocabulary, type VectorOf, wordId } from './vocabulary.js';

/**
 * Says which part of the training text the given vectors know, and warns where it is less than half of its words.
 *
 * @param counts of the words of the training text
 */
export function reportCoverage(
  counts: ReadonlyMap<string, number>,
  { vocabulary, firstOwn }: Pick<TaggerVocabulary, 'vocabulary' | 'firstOwn'>,
  {
    lowercase,
    vectorOf,
    file = 'the vectors',
    report,
  }: {
    readonly lowercase: boolean;
    readonly vectorOf?: VectorOf | undefined;
    readonly file?: string | undefined;
    readonly report: Report;
  },
): void {
  const words = { known: 0, all: 0 };
  const tokens = { known: 0, all: 0 };
  for (const [word, count] of counts) {
    const id = wordId(vocabulary, word, lowercase);
    const known = id < firstOwn || (id === vocabulary.unknownId && vectorOf?.(word) !== undefined);
    words.all++;
    tokens.all += count;
    if (!known) continue;
    words.known++;
    tokens.known += count;
  }
  const share = `${percent(words)} of the ${words.all.toLocaleString('en-US')} words of the training text (${percent(tokens)} of its tokens)`;
  report.note(`vectors: ${file} has ${share}`);
  if (2 * words.known >= words.all) return;
  const hint = lowercase
    ? 'model.lowercase looks words up in lower case: vectors of words with capitals need model.lowercase: false'
    : 'vectors of the same language, made of text that is split alike, have more';
  report.warn('few words have vectors', `${file}: only ${share} have a vector; ${hint}`);
}

function percent({ known, all }: { readonly known: number; readonly all: number }): string {
  return `${((100 * known) / all).toFixed(1)} %`;
}
