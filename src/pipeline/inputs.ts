import type { InputPosition, TextBlock, TokenBlock } from '../core/blocks.js';
import type { CellCorpus, PairCorpus } from '../core/corpus.js';
import { nameOfEntry } from '../core/shown-url.js';
import { compose, type Source } from '../core/stage.js';
import { filterText } from '../filter/filter-text.js';
import { keepRejected } from '../filter/keep-rejected.js';
import type { FilterOptions } from '../filter/options.js';
import { countCellsIn } from '../formats/cooccurrence.js';
import { readVocabulary } from '../formats/vocabulary.js';
import { readPairs } from '../sampling/codec/read-pairs.js';
import { files } from '../sources/files.js';
import type { SourceOptions } from '../sources/options.js';
import { stdin } from '../sources/stdin.js';
import type { Include } from '../tokenize/included-words.js';
import type { TokenizeOptions, VocabularyOptions } from '../tokenize/options.js';
import { buildPairCorpus } from '../tokenize/pair-corpus.js';
import type { PhraseSettings } from '../tokenize/phrases/options.js';
import { phrases } from '../tokenize/phrases/phrases.js';
import { tokenize } from '../tokenize/tokenize.js';
import type { ResolvedDefinition } from './schema.js';

/** How a definition of any kind says what is read. */
export interface TextDefinition {
  readonly source: SourceOptions;
  /** Which of the text goes on; all, where it is left out. */
  readonly filter?: FilterOptions | undefined;
  readonly tokenize: TokenizeOptions;
  /** How words are joined to phrases, where they are. */
  readonly phrases?: PhraseSettings | undefined;
  readonly vocabulary: VocabularyOptions;
}

/** The text of a definition: its files, from where an earlier run stood, or standard input. */
export function textOf(source: Partial<SourceOptions>, from?: InputPosition): Source<TextBlock> {
  const { files: patterns, ...reading } = readingOf(source);
  return patterns === undefined ? stdin(reading) : files(patterns, reading, from);
}

/** What of a definition's source says how text is read, and from which files; the rest of it is about pairs and cells. */
export function readingOf(source: Partial<ResolvedDefinition['source']>): Partial<SourceOptions> {
  const { stdin: _, pairs: _pairs, pairsFormat: _format, cooccurrence: _cells, ...reading } = source;
  return reading;
}

/**
 * The text of a definition that its filters let through.
 *
 * @param from where an earlier run stood.
 * @param text another text in the place of the definition's.
 */
export function filteredText(
  { source, filter = {} }: Pick<TextDefinition, 'source' | 'filter'>,
  from?: InputPosition,
  text: Source<TextBlock> = textOf(source, from),
): Source<TextBlock> {
  const filtered = compose(text, filterText(filter));
  return filter.rejected === undefined ? filtered : keepRejected(filter.rejected, filtered);
}

/** The tokens of a definition's text, as `filteredText` gives it, joined to phrases where it says so. */
export function tokensOf(
  definition: Pick<TextDefinition, 'source' | 'filter' | 'tokenize' | 'phrases'>,
  from?: InputPosition,
  text?: Source<TextBlock>,
): Source<TokenBlock> {
  const tokens = compose(filteredText(definition, from, text), tokenize(definition.tokenize));
  return definition.phrases ? compose(tokens, phrases(definition.phrases)) : tokens;
}

/** The co-occurrences of a definition that trains on a file of them, with the vocabulary that it names. */
export function cellCorpusOf({ source, vocabulary }: ResolvedDefinition): Source<CellCorpus> {
  return async function* cells(_, context) {
    const path = source.cooccurrence!;
    await context.outputs.refuseToReplace([path]);
    const words = await readVocabulary(vocabulary.read!, { unknown: vocabulary.unk });
    const corpus = { vocabulary: words, path, cells: await countCellsIn(path) };
    context.announceVocabulary(corpus.vocabulary);
    yield corpus;
  };
}

/** The pairs of a definition that trains on pairs, read once. */
export function pairCorpusOf(
  { source, vocabulary }: ResolvedDefinition,
  include: Include = [],
): Source<PairCorpus> {
  const path = source.pairs!;
  const { strictUtf8, http } = source;
  const reading = { format: 'text', strictUtf8 } as const;
  const text = path === '-' ? stdin(reading) : files(path, { ...reading, http });
  const file = path === '-' ? 'standard input' : nameOfEntry(path);
  const format = source.pairsFormat ?? (/\.csv(\.\w+)?(\?…)?$/i.test(file) ? 'csv' : 'text');
  return compose(text, readPairs({ format, file }), buildPairCorpus({ ...vocabulary, include }));
}
