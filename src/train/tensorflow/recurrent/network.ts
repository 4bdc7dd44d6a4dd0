import { WordmillError } from '../../../core/errors.js';
import type { Parameter } from '../autodiff/parameter.js';
import type { Tape, Value } from '../autodiff/tape.js';
import type { Device, Tensor } from '../backend/device.js';
import { dropout } from '../dropout.js';
import type { CellState } from './cell.js';
import { RecurrentLayer } from './layer.js';
import type { CellChoice } from './make-cell.js';
import type { SequenceShape } from './sequences.js';

/** A stack of recurrent layers of one kind. */
export interface NetworkOptions extends CellChoice {
  readonly inputs: number;
  readonly units: number;
  /** How many layers stand on each other. */
  readonly layers: number;
  readonly bidirectional?: boolean;
  /** The share of units left out between layers in training. */
  readonly dropout?: number;
  readonly name: string;
  readonly seed: number;
}

/** States of all layers and directions, on the device: what one batch hands to the next. */
export class CarriedState {
  /** By layer, direction and part. */
  readonly tensors: readonly (readonly (readonly Tensor[])[])[];
  readonly #device: Device;

  constructor(device: Device, tensors: CarriedState['tensors']) {
    this.#device = device;
    this.tensors = tensors;
  }

  dispose(): void {
    for (const tensor of this.tensors.flat(2)) this.#device.free(tensor);
  }
}

/** What a network gives for a batch. */
export interface NetworkResult {
  readonly shape: SequenceShape;
  /** The top layer's activations, [steps * batch, outputs]. */
  readonly outputs: Value;
  /** By layer and direction, after the last step; padding, where there is some, included. */
  readonly states: readonly (readonly CellState[])[];
}

/**
 * Recurrent layers on top of each other: a^{[l]<t>} takes a^{[l-1]<t>} as its input and a^{[l]<t-1>} as its past
 * (Pascanu et al. 2014, "How to Construct Deep Recurrent Neural Networks"). Truncated back-propagation through time
 * (Williams & Peng 1990) is by `carry`: a batch starts from the states that the last one ended with, and gradients
 * do not cross from one to the other.
 */
export class RecurrentNetwork {
  readonly outputs: number;
  readonly parameters: readonly Parameter[];
  /** How many tensors the state of a layer has in each direction. */
  readonly stateParts: number;
  readonly #layers: readonly RecurrentLayer[];
  readonly #options: NetworkOptions;

  constructor(device: Device, options: NetworkOptions) {
    const { layers, inputs, name, dropout: _, ...rest } = options;
    this.#options = options;
    const made: RecurrentLayer[] = [];
    for (let l = 0; l < layers; l++) {
      made.push(
        new RecurrentLayer(device, { ...rest, inputs: made.at(-1)?.outputs ?? inputs, name: `${name}.${l}` }),
      );
    }
    this.#layers = made;
    this.outputs = made.at(-1)!.outputs;
    this.stateParts = made[0]!.stateParts;
    this.parameters = made.flatMap(({ parameters }) => parameters);
  }

  /**
   * @param x [steps * batch, inputs]
   * @param options `carried`: the states that the batch before ended with; `step`: the number of this step of training,
   * which dropout is drawn by, or undefined where nothing is to be left out.
   * @throws WordmillError `usage` if states are carried in a bidirectional network.
   */
  run(
    tape: Tape,
    x: Value,
    shape: SequenceShape,
    options: { readonly carried?: CarriedState | undefined; readonly step?: number | undefined } = {},
  ): NetworkResult {
    if (options.carried) this.checkStreams();
    const states: (readonly CellState[])[] = [];
    let outputs = x;
    for (const [l, layer] of this.#layers.entries()) {
      if (l > 0 && options.step !== undefined) outputs = this.#leaveOut(tape, outputs, options.step, l);
      const before = options.carried?.tensors[l]?.map((state) => state.map((tensor) => tape.value(tensor)));
      const result = layer.run(tape, outputs, shape, before);
      outputs = result.outputs;
      states.push(result.states);
    }
    return { shape, outputs, states };
  }

  /**
   * Takes the states out of the current scope, for the next batch. The states that came before are left alone.
   *
   * @throws WordmillError `usage` if the network is bidirectional; `internal` if sequences of the batch were shorter
   * than others: their states have seen padding.
   */
  carry(device: Device, { states, shape }: NetworkResult): CarriedState {
    this.checkStreams();
    if (shape.lengths?.some((length) => length !== shape.steps)) {
      throw new WordmillError('internal', 'states of sequences with padding cannot be carried on');
    }
    const tensors = states.map((directions) =>
      directions.map((state) => state.map(({ tensor }) => device.keep(device.scale(tensor, 1)))),
    );
    return new CarriedState(device, tensors);
  }

  /** @throws WordmillError `usage` if this network cannot run over a stream, piece by piece. */
  checkStreams(): void {
    if (!this.#options.bidirectional) return;
    throw new WordmillError(
      'usage',
      'a bidirectional network needs whole sequences; it cannot run over a stream',
      {
        hint: 'Give whole sentences, or leave bidirectional out.',
      },
    );
  }

  #leaveOut(tape: Tape, x: Value, step: number, place: number): Value {
    const { dropout: rate = 0, seed } = this.#options;
    return dropout(tape, x, { rate, seed, step, place });
  }
}
