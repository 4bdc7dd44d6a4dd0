import { type ErrorPlace, WordmillError } from '../../core/errors.js';
import type { Report } from '../../core/report.js';
import { readConll } from '../../formats/conll.js';
import type { ConllOptions } from '../../formats/conll-options.js';
import type { ConllSentence } from '../../formats/conll-parser.js';
import { convertTags, detectScheme } from './convert-tags.js';
import { checkTags, entitiesOf, type PlaceOfTag } from './entities.js';
import type { Scheme } from './schemes.js';

/** A sentence with the tags of its tokens. */
export interface TaggedSentence {
  readonly tokens: readonly string[];
  readonly tags: readonly string[];
  /** Where a token comes from, for messages. */
  readonly placeOf?: PlaceOfTag;
}

/** A sentence of a CoNLL file that knows where each of its tokens stands. */
export interface PlacedSentence extends ConllSentence {
  readonly placeOf: (index: number) => ErrorPlace & { readonly file: string };
}

/**
 * The sentences of CoNLL files, one file after the other.
 *
 * @throws WordmillError as `readConll` does, with file and line.
 */
export async function* readTagged(
  files: readonly string[],
  options: Partial<ConllOptions> & { readonly withTags?: boolean; readonly signal?: AbortSignal } = {},
): AsyncGenerator<PlacedSentence> {
  for (const file of files) {
    for await (const sentence of readConll(file, options)) {
      yield { ...sentence, placeOf: (index) => ({ file, line: sentence.lines[index]! }) };
    }
  }
}

/** What training takes sentences to be. */
export interface PreparedSentences {
  readonly sentences: readonly TaggedSentence[];
  readonly scheme: Scheme;
}

/**
 * Sentences whose tags are all of one scheme, to learn from.
 *
 * @param from the scheme of the sentences; by default the one that they are most likely in
 * @param to the scheme that is wanted; by default the same
 * @throws WordmillError `data`, with the place where it is known, for a sentence without tokens or with more than
 * `maxLength`, and for a tag that the scheme cannot have; `usage` where there is no sentence.
 */
export function prepareSentences(
  sentences: readonly TaggedSentence[],
  options: {
    readonly from?: Scheme | undefined;
    readonly to?: Scheme | undefined;
    readonly maxLength: number;
    readonly report?: Report;
  },
): PreparedSentences {
  if (sentences.length === 0) throw new WordmillError('usage', 'there is no sentence to learn from');
  for (const [index, sentence] of sentences.entries()) checkSentence(sentence, index, options);
  const from = options.from ?? detectScheme(sentences.map(({ tags }) => tags));
  const to = options.to ?? from;
  const { report } = options;
  // Also within one scheme, so that what is learned is well-formed where the data is not.
  const converted = sentences.map(({ tags, ...rest }) => ({
    ...rest,
    tags: convertTags(tags, to, { ...(report && from !== to && { report }) }),
  }));
  return { sentences: converted, scheme: to };
}

function checkSentence(
  { tokens, tags, placeOf }: TaggedSentence,
  index: number,
  { from, maxLength }: { readonly from?: Scheme | undefined; readonly maxLength: number },
): void {
  const fail = (problem: string, hint: string) => {
    const place = tokens.length > 0 ? placeOf?.(0) : undefined;
    return new WordmillError('data', `${place ? 'this sentence' : `sentence ${index + 1}`} ${problem}`, {
      ...(place && { place }),
      hint,
    });
  };
  if (tokens.length === 0) throw fail('has no tokens', 'Leave empty sentences out.');
  if (tokens.length !== tags.length) {
    throw fail(`has ${tokens.length} tokens but ${tags.length} tags`, 'Every token needs a tag.');
  }
  if (tokens.length > maxLength) {
    throw fail(
      `has ${tokens.length} tokens, more than train.maxLength, ${maxLength}`,
      'Put an empty line after each sentence, or raise train.maxLength.',
    );
  }
  if (from) checkTags(from, tags, { ...(placeOf && { placeOf }) });
  else entitiesOf(tags, placeOf);
}
