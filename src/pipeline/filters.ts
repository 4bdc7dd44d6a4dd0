import type { IdBlock } from '../core/blocks.js';
import { throwIfAborted } from '../core/errors.js';
import { compose, type Source, type Stage } from '../core/stage.js';
import type { Vocabulary } from '../core/vocabulary.js';
import { vocabularyLines } from '../formats/vocabulary.js';
import { pairsToBinary } from '../sampling/codec/pair-binary.js';
import { pairsToCsv } from '../sampling/codec/pair-csv.js';
import { pairsToText } from '../sampling/codec/pair-text.js';
import { windowsToBinary, windowsToCsv, windowsToText } from '../sampling/codec/windows.js';
import { languageModelWindows } from '../sampling/language-model-windows.js';
import type { WindowsOptions } from '../sampling/options.js';
import { skipGramPairs } from '../sampling/skip-gram.js';
import { readGiven } from '../tokenize/build-vocabulary.js';
import { encode } from '../tokenize/encode.js';
import { tokensToText } from '../tokenize/tokens-to-text.js';
import { corpusOf, tokensOf } from './inputs.js';
import type { ResolvedDefinition } from './schema.js';

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

/** The skip-gram pairs that the first epoch of training on a definition would see. */
export function pairsAs(format: FilterFormat, definition: ResolvedDefinition): Source<Uint8Array> {
  const { sampling, train } = definition;
  return encoded(definition, ({ vocabulary, ids }) => {
    const { words } = vocabulary;
    const writers = { text: () => pairsToText(words), csv: () => pairsToCsv(words), binary: pairsToBinary };
    const draw = skipGramPairs({ ...sampling, vocabulary, seed: train.seed });
    return compose(ids, draw, writers[format]());
  });
}

/** Windows for language models over a definition's text. */
export function windowsAs(
  format: FilterFormat,
  windows: WindowsOptions,
  definition: ResolvedDefinition,
): Source<Uint8Array> {
  return encoded(definition, ({ vocabulary, ids }) => {
    const { words } = vocabulary;
    const writers = {
      text: () => windowsToText(words),
      csv: () => windowsToCsv(words),
      binary: windowsToBinary,
    };
    const draw = languageModelWindows({ ...windows, seed: definition.train.seed });
    return compose(ids, draw, writers[format]());
  });
}

/** Ids, and the vocabulary that they belong to. */
interface Encoded {
  readonly vocabulary: Vocabulary;
  readonly ids: Source<IdBlock>;
}

/**
 * A pipeline that can only be made once the vocabulary is known: from its file, and then text streams through, or
 * from the whole text.
 */
function encoded<Out>(definition: ResolvedDefinition, make: (encoded: Encoded) => Source<Out>): Source<Out> {
  return async function* (input, context) {
    const given = await readGiven(definition.vocabulary, context);
    if (given) {
      const { vocabulary } = given;
      const ids = compose(tokensOf(definition), encode(vocabulary));
      yield* make({ vocabulary, ids })(input, context);
      return;
    }
    for await (const corpus of corpusOf(definition)(input, context)) {
      yield* make({ vocabulary: corpus.vocabulary, ids: () => corpus.blocks() })(input, context);
    }
  };
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
