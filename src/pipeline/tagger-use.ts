import type { Report } from '../core/report.js';
import { conllColumns, conllWithPrediction, taggedJsonLine } from '../formats/tagged-text.js';
import { entitiesOf } from '../train/tagging/entities.js';
import { EntityScorer, type EntityScores } from '../train/tagging/entity-scores.js';
import type { Tagger } from '../train/tensorflow/tagger/tagger.js';
import {
  conllOf,
  linesOf,
  type PlacedConll,
  type PlacedTokens,
  type TaggerInputOptions,
} from './tagger-inputs.js';

/** Sentences that are read before they are tagged together. */
const TOGETHER = 512;

/** How text that is to be tagged comes in. */
export const TAG_INPUTS = ['text', 'tokens', 'conll'] as const;
/** How tagged text goes out. */
export const TAG_OUTPUTS = ['conll', 'jsonl'] as const;

/** How `taggedText` reads and writes. */
export interface TaggedTextOptions extends TaggerInputOptions {
  /** `text`: a sentence a line, its case kept; `tokens`: the same, tokens at white space; `conll`: columns. */
  readonly input: (typeof TAG_INPUTS)[number];
  readonly output: (typeof TAG_OUTPUTS)[number];
}

/**
 * How well a tagger finds the entities of labelled CoNLL files, all together, as conlleval counts.
 *
 * @param files paths, folders or glob patterns; standard input where they are left out
 * @throws WordmillError `data` with file and line for what is no labelled CoNLL.
 */
export async function evaluateTagger(
  tagger: Tagger,
  files: readonly string[] | undefined,
  options: TaggerInputOptions,
): Promise<EntityScores> {
  const scorer = new EntityScorer();
  for await (const sentences of grouped(conllOf(files, options, true))) {
    for (const sentence of sentences) {
      warnOfLength(tagger, sentence, options.report);
      // Refuses tags of no scheme, with their place.
      entitiesOf(sentence.tags, (index) => ({ file: sentence.file, line: sentence.lines[index]! }));
    }
    const predicted = await tagged(tagger, sentences, options);
    for (const [i, { tags }] of sentences.entries()) scorer.add(tags, predicted[i]!);
  }
  return scorer.scores();
}

/**
 * Text with a tagger's tags: CoNLL with a last column for them, or a JSON object a line. Lines of text without a token
 * give nothing.
 *
 * @param files paths, folders or glob patterns; standard input where they are left out
 */
export async function* taggedText(
  tagger: Tagger,
  files: readonly string[] | undefined,
  options: TaggedTextOptions,
): AsyncGenerator<string> {
  const { input, output, report } = options;
  const sentences: AsyncIterable<PlacedConll | PlacedTokens> =
    input === 'conll' ? conllOf(files, options, false) : linesOf(files, input, options);
  for await (const group of grouped(sentences)) {
    for (const sentence of group) warnOfLength(tagger, sentence, report);
    const predicted = await tagged(tagger, group, options);
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

function tagged(tagger: Tagger, sentences: readonly PlacedTokens[], { signal }: TaggerInputOptions) {
  return tagger.tagMany(
    sentences.map(({ tokens }) => tokens),
    { ...(signal && { signal }) },
  );
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

function warnOfLength(tagger: Tagger, { tokens, file, line }: PlacedTokens, report: Report): void {
  const { maxLength } = tagger.options.train;
  if (tokens.length <= maxLength) return;
  const place = `${file}:${line}`;
  report.warn(
    `long sentence ${place}`,
    `${place}: this sentence has ${tokens.length} tokens; it is tagged in pieces of ${maxLength}`,
  );
}
