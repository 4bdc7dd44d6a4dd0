import type { TextBlock, TokenBlock } from '../core/blocks.js';
import type { CellCorpus, Corpus, PairCorpus } from '../core/corpus.js';
import { compose, type Source } from '../core/stage.js';
import { countCellsIn } from '../formats/cooccurrence.js';
import { readVocabulary } from '../formats/vocabulary.js';
import { readPairs } from '../sampling/codec/read-pairs.js';
import { files } from '../sources/files.js';
import { listFiles } from '../sources/list-files.js';
import type { SourceOptions } from '../sources/options.js';
import { stdin } from '../sources/stdin.js';
import { buildVocabulary, corpusFromSpool } from '../tokenize/build-vocabulary.js';
import type { Include } from '../tokenize/included-words.js';
import type { TokenizeOptions, VocabularyOptions } from '../tokenize/options.js';
import { buildPairCorpus } from '../tokenize/pair-corpus.js';
import type { PhraseSettings } from '../tokenize/phrases/options.js';
import { phrases } from '../tokenize/phrases/phrases.js';
import { fingerprintOf, openSpool } from '../tokenize/stored-spool.js';
import { tokenize } from '../tokenize/tokenize.js';
import type { ResolvedDefinition } from './schema.js';

/** How a definition of any kind says what is read. */
export interface TextDefinition {
  readonly source: SourceOptions;
  readonly tokenize: TokenizeOptions;
  /** How words are joined to phrases, where they are. */
  readonly phrases?: PhraseSettings | undefined;
  readonly vocabulary: VocabularyOptions;
}

/** The text of a definition: its files, or standard input. */
export function textOf(source: Partial<SourceOptions>): Source<TextBlock> {
  const { files: patterns, ...reading } = readingOf(source);
  return patterns === undefined ? stdin(reading) : files(patterns, reading);
}

/** What of a definition's source says how text is read, and from which files; the rest of it is about pairs and cells. */
function readingOf(source: Partial<ResolvedDefinition['source']>): Partial<SourceOptions> {
  const { stdin: _, pairs: _pairs, pairsFormat: _format, cooccurrence: _cells, ...reading } = source;
  return reading;
}

/** The tokens of a definition's text, joined to phrases where it says so. */
export function tokensOf(
  definition: Pick<TextDefinition, 'source' | 'tokenize' | 'phrases'>,
): Source<TokenBlock> {
  const tokens = compose(textOf(definition.source), tokenize(definition.tokenize));
  return definition.phrases ? compose(tokens, phrases(definition.phrases)) : tokens;
}

/**
 * The corpus of a definition, read once. With `vocabulary.spool` and files as its source it starts from a stored spool
 * of the same files and options where there is one, and stores one where there is none.
 *
 * @param include words that the vocabulary is to have whatever their count.
 */
export function corpusOf(definition: TextDefinition, include: Include = []): Source<Corpus> {
  const { source } = definition;
  const vocabulary = { ...definition.vocabulary, include };
  const folder = vocabulary.spool;
  if (folder === undefined || source.files === undefined) {
    return compose(tokensOf(definition), buildVocabulary(vocabulary));
  }
  return async function* startingFromSpool(input, context) {
    const fingerprint = await fingerprintOfText(definition);
    const stored = fingerprint && (await openSpool(folder, fingerprint, context.report));
    if (stored) context.report.note(`starting from the spool in ${folder}: files and options are the same`);
    const corpus = stored
      ? corpusFromSpool(stored, vocabulary)
      : compose(
          tokensOf(definition),
          buildVocabulary({ ...vocabulary, ...(fingerprint && { fingerprint }) }),
        );
    yield* corpus(input, context);
  };
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
  const { strictUtf8 } = source;
  const reading = { format: 'text', strictUtf8 } as const;
  const text = path === '-' ? stdin(reading) : files(path, reading);
  const format = source.pairsFormat ?? (/\.csv(\.\w+)?$/i.test(path) ? 'csv' : 'text');
  const file = path === '-' ? 'standard input' : path;
  return compose(text, readPairs({ format, file }), buildPairCorpus({ ...vocabulary, include }));
}

/**
 * Names a text: the same files, of the same size and time, read, split and pruned with the same options. Undefined where
 * files are pipes, whose content cannot be recognised.
 */
async function fingerprintOfText(definition: TextDefinition): Promise<string | undefined> {
  const { files: patterns, ...reading } = readingOf(definition.source);
  const { tokenize, phrases } = definition;
  const { pruneAt } = definition.vocabulary;
  // Phrases that are to be saved must be learned again.
  if (phrases?.save !== undefined) return undefined;
  const others = [tokenize.module, phrases?.read].filter((path) => path !== undefined);
  const read = await listFiles([patterns!, ...others].flat());
  if (read.some(({ pipe }) => pipe)) return undefined;
  return fingerprintOf({ read, reading, pruneAt, tokenize, ...(phrases && { phrases }) });
}
