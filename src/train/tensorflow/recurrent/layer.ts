import type { Parameter } from '../autodiff/parameter.js';
import type { Tape, Value } from '../autodiff/tape.js';
import type { Device } from '../backend/device.js';
import type { Cell, CellState, SequenceResult } from './cell.js';
import { type CellChoice, makeCell } from './make-cell.js';
import { reversedRows, type SequenceShape } from './sequences.js';

/** A recurrent layer: one cell through time, or one each way. */
export interface LayerOptions extends CellChoice {
  readonly inputs: number;
  /** Length of the activation, for each direction. */
  readonly units: number;
  readonly bidirectional?: boolean;
  /** Where its parameters' names begin. */
  readonly name: string;
  readonly seed: number;
}

/** What a layer gives for a batch of sequences. */
export interface LayerResult {
  /** The activations, [steps * batch, outputs]. */
  readonly outputs: Value;
  /** The states after the last step, one for each direction; of a sequence that is shorter, after its padding too. */
  readonly states: readonly CellState[];
}

/**
 * A layer of a recurrent network. A bidirectional one (Schuster & Paliwal 1997, "Bidirectional Recurrent Neural
 * Networks") runs a second cell from each sequence's end to its start, and joins both activations:
 * [a-forward^{<t>}, a-backward^{<t>}]. So it needs whole sequences.
 */
export class RecurrentLayer {
  /** Length of its output vectors: units, or twice that. */
  readonly outputs: number;
  readonly parameters: readonly Parameter[];
  /** How many tensors the state of a direction has. */
  readonly stateParts: number;
  readonly #forward: Cell;
  readonly #backward: Cell | undefined;

  constructor(device: Device, { bidirectional, name, inputs, units, seed, ...choice }: LayerOptions) {
    this.#forward = makeCell(device, choice, { inputs, units, seed, name: `${name}.forward` });
    if (bidirectional) {
      this.#backward = makeCell(device, choice, { inputs, units, seed, name: `${name}.backward` });
    }
    this.outputs = bidirectional ? 2 * units : units;
    this.stateParts = this.#forward.states;
    this.parameters = [...this.#forward.parameters, ...(this.#backward?.parameters ?? [])];
  }

  /**
   * @param x [steps * batch, inputs]
   * @param before states to start from, one for each direction; zeros by default.
   */
  run(tape: Tape, x: Value, shape: SequenceShape, before?: readonly CellState[]): LayerResult {
    const forward = through(tape, this.#forward, x, shape, before?.[0]);
    if (!this.#backward) return { outputs: forward.outputs, states: [forward.state] };
    const reversed = reversedRows(shape);
    const backward = through(tape, this.#backward, tape.gather(x, reversed), shape, before?.[1]);
    const outputs = tape.concat([forward.outputs, tape.gather(backward.outputs, reversed)], 1);
    return { outputs, states: [forward.state, backward.state] };
  }
}

/** A cell through all steps of a batch. */
function through(
  tape: Tape,
  cell: Cell,
  x: Value,
  shape: SequenceShape,
  before = zeroState(tape, cell, shape.batch),
): SequenceResult {
  if (cell.sequence) return cell.sequence(tape, x, shape, before);
  const fromInput = tape.split(tape.linear(x, cell.inputWeights, cell.bias), shape.steps, 0);
  let state = before;
  const activations: Value[] = [];
  for (const input of fromInput) {
    state = cell.step(tape, input, state);
    activations.push(state[0]!);
  }
  return { outputs: tape.concat(activations, 0), state };
}

function zeroState(tape: Tape, { states, units }: Cell, batch: number): CellState {
  return Array.from({ length: states }, () => tape.constant(new Float32Array(batch * units), [batch, units]));
}
