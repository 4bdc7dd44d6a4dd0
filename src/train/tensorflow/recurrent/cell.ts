import { Parameter } from '../autodiff/parameter.js';
import type { Tape, Value } from '../autodiff/tape.js';
import type { Device } from '../backend/device.js';
import { glorotUniform, orthogonalBlocks, weightsRandom } from '../initial-weights.js';
import type { SequenceShape } from './sequences.js';

/** The kinds of cell, by the name that definitions give them. */
export const CELL_NAMES = ['rnn', 'gru-simple', 'gru', 'lstm', 'lstm-vanilla', 'lstm-peephole'] as const;
export type CellName = (typeof CELL_NAMES)[number];

/** What a cell hands from one step to the next, each [batch, units]: the activation a first, then what else it keeps. */
export type CellState = readonly Value[];

/** What a cell is made of. */
export interface CellOptions {
  /** Length of its input vector. */
  readonly inputs: number;
  /** Length of its activation. */
  readonly units: number;
  /** Where its parameters' names begin. */
  readonly name: string;
  readonly seed: number;
}

/**
 * A recurrent cell, one step in time at a go. In the course's notation a gate is sigma(W [a^{<t-1>}, x^{<t>}] + b): W is
 * kept here in two parts, W [a, x] = x W_x + a W_a for vectors as rows. The part x W_x + b needs no earlier step, so the
 * layer computes it for all steps in one product, and hands each step its share, `fromInput`: [batch, blocks * units],
 * the cell's gates side by side.
 */
export interface Cell {
  readonly name: CellName;
  readonly units: number;
  /** W_x, [inputs, blocks * units]. */
  readonly inputWeights: Parameter;
  /** b, [blocks * units]. */
  readonly bias: Parameter;
  /** All of them, W_x and b among them. */
  readonly parameters: readonly Parameter[];
  /** How many tensors its state has. */
  readonly states: number;
  step(tape: Tape, fromInput: Value, before: CellState): CellState;
  /** All steps at once, where the device has an operation for them: x is [steps * batch, inputs]. */
  sequence?(tape: Tape, x: Value, shape: SequenceShape, before: CellState): SequenceResult;
}

/** What a cell gives for a batch of sequences. */
export interface SequenceResult {
  /** The activations, [steps * batch, units]. */
  readonly outputs: Value;
  /** The state after the last step, padding included. */
  readonly state: CellState;
}

/** The parameters that every cell has: W_x, b, and W_a in one matrix or more. */
export function cellParameters(
  device: Device,
  { inputs, units, name, seed }: CellOptions,
  blocks: number,
): {
  readonly inputWeights: Parameter;
  readonly bias: Parameter;
  recurrent(part: string, blocks: number): Parameter;
} {
  const draw = (path: string) => weightsRandom(seed, path);
  const inputName = `${name}.input`;
  return {
    inputWeights: new Parameter(
      device,
      inputName,
      [inputs, blocks * units],
      glorotUniform(draw(inputName), inputs, blocks * units, units),
    ),
    bias: new Parameter(device, `${name}.bias`, [blocks * units], new Float32Array(blocks * units)),
    recurrent: (part, parts) => {
      const path = `${name}.${part}`;
      return new Parameter(device, path, [units, parts * units], orthogonalBlocks(draw(path), units, parts));
    },
  };
}
