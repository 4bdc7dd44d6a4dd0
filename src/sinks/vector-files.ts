import { WordmillError } from '../core/errors.js';
import { parseOptions } from '../core/options.js';
import type { Stage, StageContext } from '../core/stage.js';
import { meanOfRarest, type TrainedVectors } from '../core/vectors.js';
import type { Vocabulary } from '../core/vocabulary.js';
import { carriedWords } from '../formats/carried-words.js';
import { GLOVE_UNKNOWN, gloveTextBlocks } from '../formats/glove-text.js';
import { LONGEST_WORD_OF_WORD2VEC, word2vecBinaryBlocks } from '../formats/word2vec-binary.js';
import { word2vecTextBlocks } from '../formats/word2vec-text.js';
import { fileSink } from './file-sink.js';
import { type SinkSettings, sinkSettings } from './options.js';
import { leastBytes } from './output-size.js';

type VectorSink = Stage<TrainedVectors, TrainedVectors>;

/**
 * Writes the input vectors as GloVe text. The last row is `<unk>`: the row of `<UNK>` where the vocabulary has one,
 * else the mean of the 100 rarest words, as GloVe makes it.
 *
 * @throws WordmillError `usage` for wrong settings, at once; as `fileSink`; `data` for a word with white space, unless
 * `escapeWords` is set.
 */
export function gloveText(path: string, settings: Partial<SinkSettings> = {}): VectorSink {
  const words = wordsFor('GloVe text', path, settings, GLOVE_UNKNOWN);
  return fileSink(path, {
    name: 'glove',
    bytes: (vectors) => leastBytes('glove', vectors),
    check: words,
    rows: ({ vocabulary }) => vocabulary.size + (vocabulary.unknownId === undefined ? 1 : 0),
    blocks(vectors) {
      const unknown = vectors.vocabulary.unknownId === undefined ? meanOfRarest(vectors, 100) : undefined;
      return gloveTextBlocks({ words: words(vectors.vocabulary), matrix: vectors.input }, unknown);
    },
  });
}

/**
 * Writes the input vectors as word2vec text, with a header line. `<UNK>` is a row only where the vocabulary has it.
 *
 * @throws WordmillError `usage` for wrong settings, at once; as `fileSink`; `data` for a word with white space, unless
 * `escapeWords` is set.
 */
export function word2vecText(path: string, settings: Partial<SinkSettings> = {}): VectorSink {
  const words = wordsFor('word2vec text', path, settings);
  return fileSink(path, {
    name: 'word2vecText',
    bytes: (vectors) => leastBytes('word2vecText', vectors),
    check: words,
    rows: ({ vocabulary }) => vocabulary.size,
    blocks: ({ vocabulary, input }) => word2vecTextBlocks({ words: words(vocabulary), matrix: input }),
  });
}

/**
 * Writes the input vectors as word2vec binary. `<UNK>` is a row only where the vocabulary has it.
 *
 * @throws WordmillError `usage` for wrong settings, at once; as `fileSink`; `data` for a word with white space, unless
 * `escapeWords` is set.
 */
export function word2vecBinary(path: string, settings: Partial<SinkSettings> = {}): VectorSink {
  const words = wordsFor('word2vec binary', path, settings);
  return fileSink(path, {
    name: 'word2vec',
    bytes: (vectors) => leastBytes('word2vec', vectors),
    check: words,
    rows: ({ vocabulary }) => vocabulary.size,
    blocks({ vocabulary, input }, context) {
      const carried = words(vocabulary);
      noteLongWords(carried, path, context);
      return word2vecBinaryBlocks({ words: carried, matrix: input });
    },
  });
}

/**
 * Writes the output weights W, a row for each word, as word2vec binary: what `initialOutputWeights` goes on from.
 *
 * @throws WordmillError as `word2vecBinary`; `usage` where the rows of W are no words (hierarchical softmax).
 */
export function outputWeights(path: string, settings: Partial<SinkSettings> = {}): VectorSink {
  const words = wordsFor('word2vec binary', path, settings);
  return fileSink(path, {
    name: 'outputWeights',
    bytes: (vectors) => leastBytes('outputWeights', vectors),
    check: words,
    rows: ({ output }) => output.rows,
    blocks({ vocabulary, output, summary }) {
      if (summary.loss === 'hierarchical') {
        throw new WordmillError('usage', 'the output weights of hierarchical softmax belong to no words', {
          place: { file: path },
          hint: 'Train with another loss, or leave this output out.',
        });
      }
      return word2vecBinaryBlocks({ words: words(vocabulary), matrix: output });
    },
  });
}

/** What turns a vocabulary into the words of one format, or refuses it. */
function wordsFor(
  format: string,
  path: string,
  settings: Partial<SinkSettings>,
  unknown?: string,
): (vocabulary: Vocabulary) => readonly string[] {
  const { escapeWords } = parseOptions(sinkSettings, settings, '');
  const options = { format, path, escapeWords, ...(unknown === undefined ? {} : { unknown }) };
  return (vocabulary) => carriedWords(vocabulary, options);
}

function noteLongWords(words: readonly string[], path: string, { report }: StageContext): void {
  const long = words.filter(
    (word) =>
      word.length > LONGEST_WORD_OF_WORD2VEC / 3 && Buffer.byteLength(word) > LONGEST_WORD_OF_WORD2VEC,
  );
  if (long.length === 0) return;
  report.count('word2vec', `words longer than ${LONGEST_WORD_OF_WORD2VEC} bytes`, long.length);
  report.note(
    `${path}: words longer than ${LONGEST_WORD_OF_WORD2VEC} bytes: ${long.length}; word2vec's own distance and word-analogy misread them, other readers do not`,
  );
}
