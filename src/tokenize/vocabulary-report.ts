import type { Report } from '../core/report.js';
import type { MappedTokens } from './final-ids.js';
import type { GivenVocabulary } from './given-vocabulary.js';
import type { Selection, SelectionOptions } from './select-words.js';

const STAGE = 'vocabulary';

/** Reports a vocabulary that was chosen from the text: counts, what was left out and why, one line for a person. */
export function reportSelection(
  report: Report,
  selection: Selection,
  tokens: MappedTokens,
  options: SelectionOptions,
): void {
  const { vocabulary, types } = selection;
  const size = vocabulary.size - (vocabulary.unknown === 'token' ? 1 : 0);
  reportCounts(report, tokens, types, size);
  reportUnknown(report, options.unk, {
    'below minCount': selection.belowMinCount,
    'past maxSize': selection.pastMaxSize,
    'the literal <UNK>': selection.literals,
    'dropped while counting': selection.pruned,
  });
  const limits = `min-count ${options.minCount}${options.maxSize ? `, at most ${grouped(options.maxSize)}` : ''}`;
  report.note(`vocabulary: ${grouped(size)} words of ${grouped(types)} (${limits}), ${shareOf(tokens)}`);
  if (selection.pruned > 0) {
    report.warn(
      'pruned counts',
      `counts are approximate (lower bounds): words were dropped while counting, with ${grouped(selection.pruned)} tokens; a larger --prune-at drops less, and without it counts are exact`,
    );
  }
}

/** The same for a vocabulary that was read from a file. */
export function reportGiven(
  report: Report,
  given: GivenVocabulary,
  tokens: MappedTokens,
  types: number,
  options: SelectionOptions,
): void {
  const { vocabulary } = given;
  const size = vocabulary.size - (vocabulary.unknown === 'token' ? 1 : 0);
  reportCounts(report, tokens, types, size);
  reportUnknown(report, options.unk, {
    'not in the vocabulary file': tokens.unknown,
    'the literal <UNK>': tokens.literals,
  });
  report.note(
    `vocabulary: ${grouped(size)} words of ${grouped(given.wordsInFile)} in ${given.path}` +
      ` (min-count ${options.minCount}), ${shareOf(tokens)}`,
  );
}

function reportCounts(report: Report, tokens: MappedTokens, types: number, size: number): void {
  report.count(STAGE, 'tokens', totalOf(tokens));
  report.count(STAGE, 'types', types);
  report.count(STAGE, 'kept words', size);
  report.count(STAGE, 'kept tokens', tokens.known);
  if (tokens.literals > 0) {
    report.warn(
      'literal <UNK>',
      `the text itself holds <UNK> or <unk>, ${grouped(tokens.literals)} times: counted as unknown words`,
    );
  }
}

/** Tokens without a word of their own: dropped, or counted as occurrences of `<UNK>`. */
function reportUnknown(report: Report, unk: 'drop' | 'token', amounts: Record<string, number>): void {
  for (const [reason, amount] of Object.entries(amounts)) {
    if (amount === 0) continue;
    if (unk === 'drop') report.drop(STAGE, reason, amount);
    else report.count(STAGE, 'tokens as <UNK>', amount);
  }
}

function totalOf({ known, literals, unknown }: MappedTokens): number {
  return known + literals + unknown;
}

/** `15.1 M of 15.4 M tokens` */
function shareOf(tokens: MappedTokens): string {
  return `${rounded(tokens.known)} of ${rounded(totalOf(tokens))} tokens`;
}

function rounded(number: number): string {
  return number < 1e6 ? grouped(number) : `${(number / 1e6).toFixed(1)} M`;
}

function grouped(number: number): string {
  return number.toLocaleString('en-US');
}
