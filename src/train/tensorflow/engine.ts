import type { Matrix } from '../../core/vectors.js';
import type { SamplingOptions } from '../../sampling/options.js';
import type { Engine, ResolvedTrainOptions } from '../engine.js';
import type { GivenRows } from '../given-rows.js';
import { fillInitialRows } from '../initial-rows.js';
import { allocateMatrix } from '../matrices.js';
import { openDevice } from './backend/open-device.js';
import { nplmMemory } from './embeddings/nplm-memory.js';
import { trainNplm } from './embeddings/train-nplm.js';
import { trainShallow, trainShallowOnPairs } from './embeddings/train-shallow.js';

/**
 * Embeddings on TensorFlow: its native library where that is set up, else tfjs in WebAssembly or JavaScript, slower, with
 * a warning (`requireNative`: an error). The neural probabilistic language model, and skip-gram and CBOW.
 */
export const tensorflowEngine: Engine = {
  name: 'tensorflow',
  trains: (model, loss) =>
    model === 'nplm'
      ? loss === 'softmax' || loss === 'sampled'
      : model !== 'glove' && (loss === 'negative' || loss === 'softmax'),
  unavailable: () => undefined,
  async prepare(options, { report }) {
    await openDevice({ ...settings(options), report });
  },
  memory,
  async train(corpus, options, sampling, context, setup = {}) {
    const device = await openDevice(settings(options));
    if (options.model !== 'nplm') return trainShallow(corpus, options, sampling, device, context, setup);
    const initialVectors =
      setup.initialVectors && wholeE(corpus.vocabulary.size, options, setup.initialVectors);
    const { onEpoch, checkpoints } = setup;
    return trainNplm(corpus, options, sampling, device, context, {
      ...(initialVectors && { initialVectors }),
      ...(onEpoch && { onEpoch }),
      ...(checkpoints && { checkpoints }),
    });
  },
  async trainPairs(corpus, options, context, setup = {}) {
    const device = await openDevice(settings(options));
    return trainShallowOnPairs(corpus, options, device, context, setup);
  },
};

function settings({ requireNative = false, threads }: ResolvedTrainOptions) {
  return { requireNative, threads };
}

/** What E of nplm starts from where some of its rows are given. */
function wholeE(words: number, options: ResolvedTrainOptions, given: GivenRows): Matrix {
  const matrix = allocateMatrix(words, options.dimensions);
  fillInitialRows(matrix, options);
  given.copyTo(matrix);
  return matrix;
}

/** E and W on the device, their copies on this side, and with `patience` those of the best epoch. */
function memory(words: number, options: ResolvedTrainOptions, sampling: SamplingOptions): number {
  if (options.model === 'nplm') return nplmMemory(words, options, sampling);
  return (options.patience ? 6 : 4) * words * options.dimensions * Float32Array.BYTES_PER_ELEMENT;
}
