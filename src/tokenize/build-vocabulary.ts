import { dirname, join } from 'node:path';
import type { Corpus } from '../core/corpus.js';
import { WordmillError } from '../core/errors.js';
import { parseOptions } from '../core/options.js';
import type { Source, Stage, StageContext } from '../core/stage.js';
import { type SpooledText, spoolText, type Tokens } from './count.js';
import { FinalIds } from './final-ids.js';
import { GivenVocabulary } from './given-vocabulary.js';
import { type Include, IncludedWords } from './included-words.js';
import { type VocabularyOptions, vocabularyOptions } from './options.js';
import type { PartialSpool } from './partial-spool.js';
import { SpoolCorpus } from './read-spool.js';
import { emptyCorpus, selectWords } from './select-words.js';
import { storeSpool } from './stored-spool.js';
import { refuseVocabularyProblems } from './vocabulary-problems.js';
import { reportGiven, reportSelection } from './vocabulary-report.js';
import { watchSpace } from './watch-space.js';

/** The options of `buildVocabulary`. */
export interface BuildVocabularyOptions extends Partial<VocabularyOptions> {
  /**
   * With `spool`: names what is read, so that `openSpool` finds it again; a `fingerprintOf` the files and of how they
   * are split. Without it nothing is kept.
   */
  readonly fingerprint?: string | undefined;
  /**
   * Where the spool grows, with a `fingerprint`: what an earlier run has left of it is gone on with, and so is this if the
   * run ends early. It gets its final name beside it, or in `spool` where that is given.
   */
  readonly partial?: PartialSpool | undefined;
  /**
   * Words that the vocabulary is to have whatever their count, beside the `maxSize` most frequent of the others, such as
   * those of vectors that training goes on from. Those that the text lacks come after all others, in the order given,
   * with a count of 0. A function is called when the run begins, before any text is read.
   */
  readonly include?: Include;
}

/**
 * Reads tokens to their end, once, and gives one corpus: its vocabulary, and its tokens on disk.
 *
 * Words that occur `minCount` times or more are kept, of those the `maxSize` most frequent, `<UNK>` not counted;
 * ordered by count, then by bytes. All others, and the literals `<UNK>` and `<unk>` in the text, are `<UNK>`.
 * Counting is exact and takes `memory` megabytes at most, by way of the disk. With `pruneAt` it is approximate: after a
 * sentence with which there are more different words than that, those that have occurred once (the next time: twice or
 * less, and so on) are dropped. What has come of them until then are unknown words, in the counts and in the tokens
 * alike; a word that comes back counts from 1, so that counts are lower bounds.
 *
 * With `read` the vocabulary comes from a file; see `GivenVocabulary` for what then applies.
 *
 * @throws WordmillError `usage` for wrong options, at once; `data` for an empty corpus, and for one of which no word is
 * kept; what `readVocabulary` and `outputError` say.
 */
export function buildVocabulary(settings: BuildVocabularyOptions = {}): Stage<Tokens, Corpus> {
  const { fingerprint, partial, include = [], ...given } = settings;
  const options = parseOptions(vocabularyOptions, given, 'vocabulary');
  refuseVocabularyProblems(options, false);
  return async function* buildingVocabulary(input, context) {
    const included = await wordsOf(include, context);
    const vocabulary = await readGiven(options, context, included);
    const text = await spooled(input, options, { fingerprint, partial }, context);
    yield await corpusOf(text, options, vocabulary, included, context);
  };
}

/**
 * The corpus of a stored spool, without reading the text again: what `buildVocabulary` gives for the same options.
 *
 * @throws WordmillError as `buildVocabulary` does.
 */
export function corpusFromSpool(
  text: SpooledText,
  settings: Omit<BuildVocabularyOptions, 'fingerprint' | 'partial'> = {},
): Source<Corpus> {
  const { include = [], ...given } = settings;
  const options = parseOptions(vocabularyOptions, given, 'vocabulary');
  return async function* startingFromSpool(_input, context) {
    const included = await wordsOf(include, context);
    const vocabulary = await readGiven(options, context, included);
    yield await corpusOf(text, options, vocabulary, included, context);
  };
}

/** Reads the vocabulary file, if one is given, before any text, and lets the sinks check its words. */
export async function readGiven(
  options: VocabularyOptions,
  context: StageContext,
  included?: IncludedWords,
): Promise<GivenVocabulary | undefined> {
  if (options.read === undefined) return undefined;
  const given = await GivenVocabulary.read(options.read, options, included?.words);
  context.announceVocabulary(given.vocabulary);
  return given;
}

/** The words to include, read where that is still to be done. */
export async function wordsOf(include: Include, context: StageContext): Promise<IncludedWords> {
  return new IncludedWords(typeof include === 'function' ? await include(context) : include);
}

async function spooled(
  input: AsyncIterable<Tokens>,
  options: VocabularyOptions,
  { fingerprint, partial }: Pick<BuildVocabularyOptions, 'fingerprint' | 'partial'>,
  context: StageContext,
): Promise<SpooledText> {
  const { memory, pruneAt } = options;
  const { report, signal } = context;
  const limits = { memoryBytes: memory * 1e6, pruneAt, signal };
  const spaceFor = (folder: string) => watchSpace(folder, context);
  const keptIn = options.spool ?? (partial && dirname(partial.folder));
  if (keptIn !== undefined && fingerprint !== undefined) {
    const make = async (folder: string): Promise<SpooledText> => {
      const text = await spoolText(
        input,
        folder,
        { ...limits, sync: true },
        { partial, report, space: spaceFor(folder) },
      );
      if (text.tokens === 0) throw emptyCorpus();
      return text;
    };
    const notes = () => ({ ...(partial && { key: partial.key }), report: report.state() });
    const growing = partial && { growing: partial };
    const text = await storeSpool(keptIn, fingerprint, make, { notes, ...growing });
    context.recovery?.saved('the spool');
    return text;
  }
  if (options.spool !== undefined) {
    context.report.warn(
      'spool',
      'the spool is not kept: this input cannot be recognised when it comes again',
    );
  }
  const folder = await context.scratchFolder();
  return spoolText(input, folder, limits, { space: spaceFor(folder) });
}

/** Chooses the vocabulary of a text that has been read, and maps its tokens to it. */
async function corpusOf(
  text: SpooledText,
  options: VocabularyOptions,
  given: GivenVocabulary | undefined,
  included: IncludedWords,
  context: StageContext,
): Promise<Corpus> {
  if (text.tokens === 0) throw emptyCorpus();
  const selection = given ? undefined : await selectWords(text.words, options, context.signal, included);
  if (selection) context.announceVocabulary(selection.vocabulary);
  const finalIds = new FinalIds(text.words, (selection ?? given)!.vocabulary, context.signal);
  const mapPath = join(await context.scratchFolder(), 'map');
  await context.requireSpace(mapPath, finalIds.mapBytes, 'intermediate file');
  const generationStarts = await finalIds.writeMap(mapPath);
  const { tokens } = finalIds;
  if (tokens.known === 0 && given) throw nothingKnown(given);
  if (selection) reportSelection(context.report, selection, tokens, options);
  if (given) reportGiven(context.report, given, tokens, text.words.types, options);
  return new SpoolCorpus(selection?.vocabulary ?? given!.forText(tokens), {
    tokensPath: join(text.words.folder, text.tokensFile),
    mapPath,
    chunks: text.chunks,
    generationStarts,
    sentences: text.sentences,
    tokens: text.tokens,
  });
}

/** The error for a text that shares no word with the vocabulary that was given for it. */
export function nothingKnown(given: GivenVocabulary): WordmillError {
  return new WordmillError('data', 'no word of the text is in this vocabulary', {
    place: { file: given.path },
    hint: 'Check that the file belongs to this text, and that both are lower-cased and split alike.',
  });
}
