import { sentencesOf } from '../core/blocks.js';
import type { Report } from '../core/report.js';
import { iterate, type RunOptions } from '../core/run.js';
import { conllSentences } from '../formats/conll.js';
import type { ConllOptions } from '../formats/conll-options.js';
import type { ConllSentence } from '../formats/conll-parser.js';
import { conllColumns, conllWithPrediction, taggedJsonLine } from '../formats/tagged-text.js';
import { tokenizeOptions } from '../tokenize/options.js';
import { entitiesOf } from '../train/tagging/entities.js';
import { EntityScorer, type EntityScores } from '../train/tagging/entity-scores.js';
import { readTagged } from '../train/tagging/tagged-sentence.js';
import type { Tagger } from '../train/tensorflow/tagger/tagger.js';
import { tokensOf } from './inputs.js';

/** Sentences that are read before they are tagged together. */
const TOGETHER = 512;
const STANDARD_INPUT = 'standard input';

/** How text that is to be tagged comes in. */
export const TAG_INPUTS = ['text', 'tokens', 'conll'] as const;
/** How tagged text goes out. */
export const TAG_OUTPUTS = ['conll', 'jsonl'] as const;

/**
 * Labelled text has punctuation as tokens of its own: runs of letters and digits, with an apostrophe, hyphen or dot
 * inside; every other character but white space is a token.
 */
const TOKENS = String.raw`[\p{L}\p{M}\p{N}]+(?:['’.-][\p{L}\p{M}\p{N}]+)*|\S`;

/** How text is read, besides which columns of CoNLL are. */
interface UseOptions extends Partial<ConllOptions> {
  readonly report: Report;
  readonly signal?: AbortSignal;
}

/** How `taggedText` reads and writes. */
export interface TaggedTextOptions extends UseOptions {
  /** `text`: a sentence a line, its case kept; `tokens`: the same, tokens at white space; `conll`: columns. */
  readonly input: (typeof TAG_INPUTS)[number];
  readonly output: (typeof TAG_OUTPUTS)[number];
}

/**
 * How well a tagger finds the entities of labelled CoNLL files, all together, as conlleval counts.
 *
 * @param files paths; standard input where they are left out
 * @throws WordmillError `data` with file and line for what is no labelled CoNLL.
 */
export async function evaluateTagger(
  tagger: Tagger,
  files: readonly string[] | undefined,
  options: UseOptions,
): Promise<EntityScores> {
  const scorer = new EntityScorer();
  for await (const sentences of grouped(conllOf(files, options, true))) {
    for (const sentence of sentences) {
      warnOfLength(tagger, sentence, options.report);
      // Refuses tags of no scheme, with their place.
      entitiesOf(sentence.tags, (index) => ({ file: sentence.file, line: sentence.lines[index]! }));
    }
    const predicted = tagger.tag(sentences.map(({ tokens }) => tokens));
    for (const [i, { tags }] of sentences.entries()) scorer.add(tags, predicted[i]!);
  }
  return scorer.scores();
}

/**
 * Text with a tagger's tags: CoNLL with a last column for them, or a JSON object a line.
 *
 * @param files paths; standard input where they are left out
 */
export async function* taggedText(
  tagger: Tagger,
  files: readonly string[] | undefined,
  options: TaggedTextOptions,
): AsyncGenerator<string> {
  const { input, output, report } = options;
  const sentences: AsyncIterable<ToTag> =
    input === 'conll' ? conllOf(files, options, false) : linesOf(files, input, options);
  for await (const group of grouped(sentences)) {
    for (const sentence of group) if ('lines' in sentence) warnOfLength(tagger, sentence, report);
    const predicted = tagger.tag(group.map(({ tokens }) => tokens));
    let text = '';
    for (const [i, sentence] of group.entries()) {
      const { tokens } = sentence;
      const tags = predicted[i]!;
      if (output === 'jsonl') text += taggedJsonLine(tokens, tags, entitiesOf(tags));
      else text += 'lines' in sentence ? conllWithPrediction(sentence, tags) : conllColumns(tokens, tags);
    }
    yield text;
  }
}

type PlacedConll = ConllSentence & { readonly file: string };
type ToTag = PlacedConll | { readonly tokens: readonly string[] };

async function* conllOf(
  files: readonly string[] | undefined,
  { report: _, signal, tokenColumn, tagColumn, comments }: UseOptions,
  withTags: boolean,
): AsyncGenerator<PlacedConll> {
  const settings = {
    ...{ withTags, ...(signal && { signal }) },
    ...(tokenColumn !== undefined && { tokenColumn }),
    ...(tagColumn !== undefined && { tagColumn }),
    ...(comments !== undefined && { comments }),
  };
  if (files) {
    for await (const sentence of readTagged(files, settings)) {
      yield { ...sentence, file: sentence.placeOf(0).file };
    }
    return;
  }
  const chunks = process.stdin as AsyncIterable<Uint8Array>;
  for await (const sentence of conllSentences(chunks, { ...settings, file: STANDARD_INPUT })) {
    yield { ...sentence, file: STANDARD_INPUT };
  }
}

async function* linesOf(
  files: readonly string[] | undefined,
  input: 'text' | 'tokens',
  { signal }: UseOptions,
): AsyncGenerator<ToTag> {
  const splitting = input === 'text' ? { pattern: TOKENS } : { splitter: 'whitespace' as const };
  const tokenize = tokenizeOptions.parse({ lowercase: false, ...splitting });
  const source = { unit: 'lines', strictUtf8: false } as const;
  const tokens = tokensOf({
    source: files ? { ...source, files: [...files] } : { ...source, stdin: true },
    tokenize,
  });
  const run: RunOptions = signal ? { signal } : {};
  for await (const block of iterate(tokens, run)) {
    for (const sentence of sentencesOf(block)) if (sentence.length > 0) yield { tokens: sentence };
  }
}

async function* grouped<T>(items: AsyncIterable<T>): AsyncGenerator<T[]> {
  let group: T[] = [];
  for await (const item of items) {
    group.push(item);
    if (group.length < TOGETHER) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

function warnOfLength(tagger: Tagger, { tokens, lines, file }: PlacedConll, report: Report): void {
  const { maxLength } = tagger.options.train;
  if (tokens.length <= maxLength) return;
  const place = `${file}:${lines[0]}`;
  report.warn(
    `long sentence ${place}`,
    `${place}: this sentence has ${tokens.length} tokens; it is tagged in pieces of ${maxLength}`,
  );
}
