import type { Weights } from '../../weights.js';
import { Adam, GradientDescent, type Optimizer } from '../autodiff/optimizers.js';
import { Tape } from '../autodiff/tape.js';
import type { Device } from '../backend/device.js';
import { optimizerWeights } from '../parameter-weights.js';
import type { WordSampler } from '../sampled-words.js';
import type { NeuralLanguageModel } from './nplm.js';

/** How a neural language model learns. */
export interface NplmLearning {
  readonly optimizer: 'adam' | 'sgd';
  /** Share of the hidden units that a step leaves out. */
  readonly dropout: number;
  readonly seed: number;
  /** Draws the words of sampled softmax; without it the softmax is full. */
  readonly sampler?: WordSampler | undefined;
}

/** Steps of training: the mean loss of a batch, its gradient, and the optimizer's change of what the batch touches. */
export class NplmLearner {
  readonly #device: Device;
  readonly #model: NeuralLanguageModel;
  readonly #learning: NplmLearning;
  readonly #optimizer: Optimizer;
  #steps = 0;

  constructor(device: Device, model: NeuralLanguageModel, learning: NplmLearning) {
    this.#device = device;
    this.#model = model;
    this.#learning = learning;
    this.#optimizer = learning.optimizer === 'adam' ? new Adam(device) : new GradientDescent(device);
  }

  /**
   * @param contexts ids, [windows, places] row by row.
   * @returns the sum of the windows' losses before the step, in nats; with sampled softmax, of its own losses.
   */
  step(contexts: Int32Array, targets: Int32Array, learningRate: number): number {
    const { dropout: rate, seed, sampler } = this.#learning;
    const step = this.#steps++;
    return this.#device.scope(() => {
      const tape = new Tape(this.#device);
      const left = rate > 0 ? { rate, seed, step, place: 0 } : undefined;
      const features = this.#model.features(tape, contexts, left);
      const weights = new Float32Array(targets.length).fill(1 / targets.length);
      const { losses } = this.#model.loss(tape, features, targets, weights, sampler?.draw(step));
      this.#optimizer.step(tape.backward(), learningRate);
      return losses.reduce((sum, loss) => sum + loss, 0);
    });
  }

  /** What the optimizer remembers, and the number of steps, which draws depend on. */
  get memory(): Weights {
    // Plain gradient descent has no moments.
    const parameters = this.#learning.optimizer === 'adam' ? this.#model.parameters : [];
    const weights = optimizerWeights(this.#optimizer, parameters);
    return {
      tensors: () => weights.tensors(),
      load: async (fill) => {
        await weights.load(fill);
        this.#steps = this.#optimizer.state().steps;
      },
    };
  }

  dispose(): void {
    this.#optimizer.dispose();
  }
}
