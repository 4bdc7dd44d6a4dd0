import { type RowLosses, sampledSoftmax, softmaxCrossEntropy } from '../autodiff/losses.js';
import { Parameter } from '../autodiff/parameter.js';
import type { Tape, Value } from '../autodiff/tape.js';
import type { Device, Tensor } from '../backend/device.js';
import { dropout } from '../dropout.js';
import { glorotUniform, uniform, weightsRandom } from '../initial-weights.js';
import { type CarriedState, type NetworkResult, RecurrentNetwork } from '../recurrent/network.js';
import { WordSampler } from '../sampled-words.js';
import type { LanguageModelOptions } from './options.js';

/**
 * Word vectors start uniform in +-this. An LSTM passes on little of a small input, and a stack of them next to nothing:
 * with 0.1 two layers learned far slower than with 0.5. Where the vectors are the softmax's weights too, as large ones
 * would make it sure of what it does not know yet, so there it is 0.1 (as Zaremba, Sutskever & Vinyals 2014 start all).
 */
const EMBEDDING_RANGE = { separate: 0.5, tied: 0.1 } as const;
/** Sampled words are drawn in proportion to count to this power, as negatives are. */
const SAMPLE_POWER = 0.75;

/** Words that go in and come out, in the layout of `StreamBatch`. */
export interface NetworkInput {
  readonly steps: number;
  readonly inputs: Int32Array;
}

/** A dense layer. */
interface Dense {
  readonly weights: Parameter;
  readonly bias: Parameter;
  readonly activation: 'tanh' | 'none';
}

/**
 * A recurrent language model (Mikolov et al. 2010, "Recurrent neural network based language model"): for words w,
 *
 *     x^{<t>} = E[w^{<t>}],   h^{<t>} = dense(recurrent(x^{<1>} … x^{<t>})),   p(w^{<t+1>} = v) = softmax(W h^{<t>} + b)[v]
 *
 * With tied weights W is E (Press & Wolf 2017, "Using the Output Embedding to Improve Language Models"); where h has
 * another length than E's rows, a projection without activation is put between.
 */
export class LanguageModelNetwork {
  readonly parameters: readonly Parameter[];
  /** E, [vocabulary, dimensions]. */
  readonly embedding: Parameter;
  /** W, [vocabulary, units], and b, [vocabulary]. */
  readonly output: { readonly weights: Parameter; readonly bias: Parameter };
  readonly #recurrent: RecurrentNetwork;
  readonly #dense: readonly Dense[];
  readonly #options: LanguageModelOptions;
  readonly #seed: number;
  readonly #sampler: WordSampler | undefined;

  /** @param counts of the words by id: how many there are, and what a sampled softmax draws by. */
  constructor(
    device: Device,
    options: LanguageModelOptions,
    { counts, seed }: { readonly counts: ArrayLike<number>; readonly seed: number },
  ) {
    const { cell, layers, units, dimensions, tied, softmax, outputPeephole } = options;
    const words = counts.length;
    this.#options = options;
    this.#seed = seed;
    this.embedding = new Parameter(
      device,
      'embedding',
      [words, dimensions],
      uniform(
        weightsRandom(seed, 'embedding'),
        words * dimensions,
        EMBEDDING_RANGE[tied ? 'tied' : 'separate'],
      ),
      'rows',
    );
    this.#recurrent = new RecurrentNetwork(device, {
      ...{ cell, layers, units, outputPeephole, seed, inputs: dimensions, name: 'recurrent' },
      dropout: options.dropout,
    });
    const dense: Dense[] = [];
    let length = this.#recurrent.outputs;
    for (const [index, next] of options.dense.entries()) {
      dense.push(denseLayer(device, `dense.${index}`, length, next, seed, 'tanh'));
      length = next;
    }
    if (tied && length !== dimensions) {
      dense.push(denseLayer(device, 'projection', length, dimensions, seed, 'none'));
      length = dimensions;
    }
    this.#dense = dense;
    const kind = softmax === 'sampled' ? 'rows' : 'dense';
    const name = 'output.weights';
    this.output = {
      weights: tied
        ? this.embedding
        : new Parameter(
            device,
            name,
            [words, length],
            glorotUniform(weightsRandom(seed, name), length, words),
            kind,
          ),
      bias: new Parameter(device, 'output.bias', [words], logShares(counts), kind),
    };
    this.parameters = [
      this.embedding,
      ...this.#recurrent.parameters,
      ...dense.flatMap(({ weights, bias }) => [weights, bias]),
      ...(tied ? [] : [this.output.weights]),
      this.output.bias,
    ];
    if (softmax === 'sampled') {
      const { samples } = options;
      this.#sampler = new WordSampler(counts, { samples, noisePower: SAMPLE_POWER, seed });
    }
  }

  /**
   * Runs words through the network.
   *
   * @param options `carried`: the state to go on from; `step`: the number of this step of training, or undefined where
   * nothing is to be left out.
   * @returns h, [steps * batch, units], and the states to carry on.
   */
  run(
    tape: Tape,
    { steps, inputs }: NetworkInput,
    options: { readonly carried?: CarriedState | undefined; readonly step?: number | undefined } = {},
  ): { readonly h: Value; readonly states: NetworkResult } {
    const { layers, inputDropout, outputDropout, dropout: rate } = this.#options;
    const leaveOut = (x: Value, share: number, place: number) =>
      options.step === undefined
        ? x
        : dropout(tape, x, { rate: share, seed: this.#seed, step: options.step, place });
    const x = leaveOut(tape.rows(this.embedding, inputs), inputDropout ?? rate, 0);
    const shape = { steps, batch: inputs.length / steps };
    const states = this.#recurrent.run(tape, x, shape, options);
    // Places 1 to layers - 1 are those between recurrent layers.
    let h = leaveOut(states.outputs, outputDropout ?? rate, layers);
    for (const { weights, bias, activation } of this.#dense) {
      h = tape.linear(h, weights, bias);
      if (activation === 'tanh') h = tape.tanh(h);
    }
    return { h, states };
  }

  /** The loss of a step of training, by the full or the sampled softmax. */
  trainingLoss(tape: Tape, h: Value, targets: Int32Array, weights: Float32Array, step: number): RowLosses {
    if (!this.#sampler) return this.loss(tape, h, targets, weights);
    return sampledSoftmax(tape, h, this.output, targets, weights, this.#sampler.draw(step));
  }

  /** The loss by the full softmax: what perplexity is made of. */
  loss(tape: Tape, h: Value, targets: Int32Array, weights: Float32Array): RowLosses {
    return softmaxCrossEntropy(tape, h, this.output, targets, weights);
  }

  /** The probabilities of all words after the last row of h: a tensor of the current scope, [1, vocabulary]. */
  nextWord(tape: Tape, h: Value): Tensor {
    const { device } = tape;
    const [rows, units] = h.shape as [number, number];
    const last = device.slice(h.tensor, [rows - 1, 0], [1, units]);
    const scores = device.matMul(last, tape.tensorOf(this.output.weights), false, true);
    return device.softmax(device.binary('add', scores, tape.tensorOf(this.output.bias)));
  }

  /** The shapes of the state that is carried on between batches of so many streams: by layer and part. */
  carriedShapes(streams: number): (readonly [number, number])[][] {
    const { layers, units } = this.#options;
    const ofLayer = () => Array.from({ length: this.#recurrent.stateParts }, () => [streams, units] as const);
    return Array.from({ length: layers }, ofLayer);
  }

  carry(device: Device, states: NetworkResult): CarriedState {
    return this.#recurrent.carry(device, states);
  }

  dispose(): void {
    for (const parameter of this.parameters) parameter.dispose();
  }
}

function denseLayer(
  device: Device,
  name: string,
  inputs: number,
  outputs: number,
  seed: number,
  activation: Dense['activation'],
): Dense {
  const path = `${name}.weights`;
  const data = glorotUniform(weightsRandom(seed, path), inputs, outputs);
  return {
    weights: new Parameter(device, path, [inputs, outputs], data),
    bias: new Parameter(device, `${name}.bias`, [outputs], new Float32Array(outputs)),
    activation,
  };
}

/**
 * The logarithm of each word's share of the text, one added to each count: with these as its biases a model starts as
 * the unigram model. A softmax that is sampled needs it, since a rare word's bias is seldom touched; any other learns
 * sooner.
 */
function logShares(counts: ArrayLike<number>): Float32Array {
  let total = 0;
  for (let id = 0; id < counts.length; id++) total += counts[id]! + 1;
  return Float32Array.from(counts, (count) => Math.log((count + 1) / total));
}
