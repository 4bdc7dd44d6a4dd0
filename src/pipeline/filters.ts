import type { IdBlock } from '../core/blocks.js';
import { throwIfAborted } from '../core/errors.js';
import { compose, type Source, type Stage } from '../core/stage.js';
import type { Vocabulary } from '../core/vocabulary.js';
import { vocabularyLines } from '../formats/vocabulary.js';
import type { WordsById } from '../sampling/codec/encoded-words.js';
import { pairsToBinary } from '../sampling/codec/pair-binary.js';
import { pairsToCsv } from '../sampling/codec/pair-csv.js';
import { pairsToText } from '../sampling/codec/pair-text.js';
import { windowsToBinary, windowsToCsv, windowsToText } from '../sampling/codec/windows.js';
import { languageModelWindows } from '../sampling/language-model-windows.js';
import type { WindowsOptions } from '../sampling/options.js';
import { skipGramPairs } from '../sampling/skip-gram.js';
import { readGiven } from '../tokenize/build-vocabulary.js';
import { encode, encodeGrowing } from '../tokenize/encode.js';
import { tokensToText } from '../tokenize/tokens-to-text.js';
import { tokensOf } from './inputs.js';
import type { ResolvedDefinition } from './schema.js';
import { corpusOf } from './spooled-corpus.js';

/** How a filter writes. */
export type FilterFormat = 'text' | 'csv' | 'binary';

/** A definition's text as words: a sentence on each line, a space between words. */
export function tokenizedText(definition: ResolvedDefinition): Source<Uint8Array> {
  return compose(
    tokensOf(definition),
    each((block) => [tokensToText(block)]),
  );
}

/** A definition's vocabulary: a word and its count on each line. */
export function vocabularyText(definition: ResolvedDefinition): Source<Uint8Array> {
  return compose(
    corpusOf(definition),
    each(({ vocabulary }) => vocabularyLines(vocabulary)),
  );
}

/** The skip-gram pairs that the first epoch of training on a definition would see; see `encoded` for when they come. */
export function pairsAs(format: FilterFormat, definition: ResolvedDefinition): Source<Uint8Array> {
  const { sampling, train } = definition;
  const needsVocabulary = format === 'binary' || sampling.subsample > 0;
  return encoded(definition, needsVocabulary, ({ words, vocabulary, ids }) => {
    const writers = { text: () => pairsToText(words), csv: () => pairsToCsv(words), binary: pairsToBinary };
    const draw = skipGramPairs({ ...sampling, vocabulary, seed: train.seed });
    return compose(ids, draw, writers[format]());
  });
}

/** Windows for language models over a definition's text; see `encoded` for when they come. */
export function windowsAs(
  format: FilterFormat,
  windows: WindowsOptions,
  definition: ResolvedDefinition,
): Source<Uint8Array> {
  return encoded(definition, format === 'binary', ({ words, ids }) => {
    const writers = {
      text: () => windowsToText(words),
      csv: () => windowsToCsv(words),
      binary: windowsToBinary,
    };
    const draw = languageModelWindows({ ...windows, seed: definition.train.seed });
    return compose(ids, draw, writers[format]());
  });
}

/** Ids, the words that they stand for and, where it is known, the vocabulary that these belong to. */
interface Encoded {
  readonly words: WordsById;
  readonly vocabulary?: Vocabulary;
  readonly ids: Source<IdBlock>;
}

/**
 * A pipeline of ids. Text streams through it where the vocabulary is read from a file, and where every word is kept
 * and nothing needs the counts (`needsVocabulary`). Else the whole text is read first.
 */
function encoded<Out>(
  definition: ResolvedDefinition,
  needsVocabulary: boolean,
  make: (encoded: Encoded) => Source<Out>,
): Source<Out> {
  return async function* (input, context) {
    const given = await readGiven(definition.vocabulary, context);
    if (given) {
      const { vocabulary } = given;
      const ids = compose(tokensOf(definition), encode(vocabulary));
      yield* make({ words: vocabulary.words, vocabulary, ids })(input, context);
    } else if (!needsVocabulary && keepsEveryWord(definition)) {
      const words = encodeGrowing();
      yield* make({ words, ids: compose(tokensOf(definition), words.stage) })(input, context);
    } else {
      for await (const corpus of corpusOf(definition)(input, context)) {
        const { vocabulary } = corpus;
        yield* make({ words: vocabulary.words, vocabulary, ids: () => corpus.blocks() })(input, context);
      }
    }
  };
}

function keepsEveryWord({ vocabulary }: ResolvedDefinition): boolean {
  const { minCount, maxSize, unk, spool } = vocabulary;
  return minCount === 1 && maxSize === undefined && unk === 'drop' && spool === undefined;
}

/** A stage from a function of one batch. */
function each<In, Out>(pieces: (batch: In) => Iterable<Out>): Stage<In, Out> {
  return async function* (input, { signal }) {
    for await (const batch of input) {
      for (const piece of pieces(batch)) {
        throwIfAborted(signal);
        yield piece;
      }
    }
  };
}
