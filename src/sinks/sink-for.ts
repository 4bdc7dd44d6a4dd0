import type { Stage } from '../core/stage.js';
import type { TrainedVectors } from '../core/vectors.js';
import { fasttextBinary } from './fasttext-file.js';
import { npyMatrix, projectorFolder, safetensorsVectors } from './matrix-files.js';
import type { SinkOptions, SinkSettings } from './options.js';
import { gloveText, outputWeights, word2vecBinary, word2vecText } from './vector-files.js';
import { vocabularyFile } from './vocabulary-file.js';

/** The sink that an entry of a definition's `sinks` stands for. */
export function sinkFor(
  options: SinkOptions,
  settings: Partial<SinkSettings> = {},
): Stage<TrainedVectors, TrainedVectors> {
  if ('glove' in options) return gloveText(options.glove, settings);
  if ('word2vec' in options) return word2vecBinary(options.word2vec, settings);
  if ('word2vecText' in options) return word2vecText(options.word2vecText, settings);
  if ('fasttext' in options) return fasttextBinary(options.fasttext, settings);
  if ('safetensors' in options) return safetensorsVectors(options.safetensors);
  if ('npy' in options) return npyMatrix(options.npy, settings);
  if ('projector' in options) return projectorFolder(options.projector);
  if ('outputWeights' in options) return outputWeights(options.outputWeights, settings);
  return vocabularyFile(options.vocabulary);
}
