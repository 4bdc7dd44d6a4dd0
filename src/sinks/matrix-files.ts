import { join } from 'node:path';
import { WordmillError } from '../core/errors.js';
import { parseOptions } from '../core/options.js';
import { compose, type Stage } from '../core/stage.js';
import type { TrainedVectors } from '../core/vectors.js';
import { carriedWords } from '../formats/carried-words.js';
import { npyBlocks } from '../formats/npy.js';
import {
  CONFIG_FILE,
  METADATA_FILE,
  projectorConfig,
  projectorMetadata,
  projectorVectors,
  VECTORS_FILE,
} from '../formats/projector.js';
import { safetensorsVectorBlocks } from '../formats/safetensors-vector-writer.js';
import { batchesOf } from '../formats/vector-rows.js';
import { NOT_IN_WORD_LIST, wordListBeside, wordListBytes } from '../formats/word-list.js';
import { fileSink } from './file-sink.js';
import { type SinkSettings, sinkSettings } from './options.js';
import { STANDARD_OUTPUT } from './output.js';
import { leastBytes } from './output-size.js';
import { trainingMetadata } from './training-metadata.js';

type VectorSink = Stage<TrainedVectors, TrainedVectors>;

const rows = ({ vocabulary }: TrainedVectors) => vocabulary.size;

/**
 * Writes the input vectors as wordmill's own format: one safetensors file with words, counts and what the training was,
 * which opens by memory map. It carries any word.
 *
 * @throws WordmillError `usage` for standard output, at once; as `fileSink`.
 */
export function safetensorsVectors(path: string): VectorSink {
  refuseStandardOutput(path, 'safetensors');
  return fileSink(path, {
    name: 'safetensors',
    bytes: (vectors) => leastBytes('safetensors', vectors),
    rows,
    blocks({ vocabulary, input, ...training }) {
      const { words, counts } = vocabulary;
      const metadata = trainingMetadata({ input, ...training });
      return safetensorsVectorBlocks(batchesOf({ words, counts, matrix: input }), input, { metadata });
    },
  });
}

/**
 * Writes the input vectors as a matrix of numpy (`.npy`), and beside it the list of words, `NAME.words.txt`.
 *
 * @throws WordmillError `usage` for wrong settings and for standard output, at once; as `fileSink`; `data` for a word with
 * a line break, unless `escapeWords` is set.
 */
export function npyMatrix(path: string, settings: Partial<SinkSettings> = {}): VectorSink {
  refuseStandardOutput(path, '.npy');
  const { escapeWords } = parseOptions(sinkSettings, settings, '');
  const options = { format: 'a word list', path, escapeWords, notCarried: NOT_IN_WORD_LIST };
  return compose(
    fileSink<TrainedVectors>(path, {
      name: 'npy',
      bytes: (vectors) => leastBytes('npy', vectors),
      rows,
      blocks: ({ vocabulary, input }) =>
        npyBlocks(batchesOf({ words: vocabulary.words, matrix: input }), {
          rows: vocabulary.size,
          dimensions: input.dimensions,
        }),
    }),
    fileSink<TrainedVectors>(wordListBeside(path), {
      name: 'wordList',
      check: (vocabulary) => void carriedWords(vocabulary, options),
      rows,
      blocks: ({ vocabulary }) => [{ bytes: wordListBytes(carriedWords(vocabulary, options)) }],
    }),
  );
}

/**
 * Writes the input vectors as a folder for TensorBoard's projector: vectors, words with their counts, and its
 * configuration. The folder is made if it is not there. Tabs and line breaks in words become U+2581.
 *
 * @throws WordmillError `usage` for standard output; as `fileSink`; `cannotCreate` where there can be no such folder.
 */
export function projectorFolder(path: string): VectorSink {
  refuseStandardOutput(path, 'a folder for the projector');
  return compose(
    fileSink<TrainedVectors>(join(path, VECTORS_FILE), {
      name: 'projector',
      rows,
      blocks: ({ vocabulary, input }) => projectorVectors({ ...input, rows: vocabulary.size }),
    }),
    fileSink<TrainedVectors>(join(path, METADATA_FILE), {
      name: 'projectorWords',
      rows,
      blocks: ({ vocabulary: { words, counts } }) => projectorMetadata(words, counts),
    }),
    fileSink<TrainedVectors>(join(path, CONFIG_FILE), {
      name: 'projectorConfiguration',
      rows: () => 0,
      blocks: () => [{ bytes: Buffer.from(projectorConfig()) }],
    }),
    // The last stage runs first, so the folder is there when the files are opened.
    async function* folder(input, { outputs }) {
      await outputs.createFolder(path);
      yield* input;
    },
  );
}

function refuseStandardOutput(path: string, format: string): void {
  if (path !== STANDARD_OUTPUT) return;
  throw new WordmillError('usage', `${format} cannot be written to standard output`, {
    hint: 'Give a path.',
  });
}
