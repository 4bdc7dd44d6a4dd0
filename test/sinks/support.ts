import type { Source } from '../../src/core/stage.js';
import type { TrainedVectors } from '../../src/core/vectors.js';
import { Vocabulary } from '../../src/core/vocabulary.js';
import { padded } from '../formats/support.js';

/** Vectors as training would give them, with padded rows. */
export function trained(
  words: readonly string[],
  rows: readonly (readonly number[])[],
  unknown: 'drop' | 'token' = 'drop',
): TrainedVectors {
  const matrix = padded(rows, 3);
  return {
    vocabulary: new Vocabulary({
      words,
      counts: words.map((_, id) => 100 - id),
      unknown,
      unknownCount: 7,
    }),
    input: matrix,
    output: matrix,
    summary: {
      engine: 'none',
      model: 'skipgram',
      loss: 'negative',
      epochs: 1,
      seed: 1,
      words: 0,
      seconds: 0,
      lossByEpoch: [],
      threads: 1,
    },
  };
}

/** What stands in for training in these tests: announces the vocabulary, then `trains`, then gives the vectors. */
export function training(vectors: TrainedVectors, trains: () => void = () => {}): Source<TrainedVectors> {
  return async function* source(_input, context) {
    context.announceVocabulary(vectors.vocabulary);
    trains();
    yield vectors;
  };
}
