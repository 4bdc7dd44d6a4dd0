import type { Tape, Value } from '../autodiff/tape.js';
import type { Device } from '../backend/device.js';
import { type Cell, type CellOptions, type CellState, cellParameters } from './cell.js';

/**
 * The basic recurrent cell (Elman 1990, "Finding Structure in Time"):
 *
 *     a^{<t>} = tanh(W_a [a^{<t-1>}, x^{<t>}] + b_a)
 */
export function rnnCell(device: Device, options: CellOptions): Cell {
  const { inputWeights, bias, recurrent } = cellParameters(device, options, 1);
  const weights = recurrent('recurrent', 1);
  return {
    name: 'rnn',
    units: options.units,
    states: 1,
    ...{ inputWeights, bias },
    parameters: [inputWeights, bias, weights],
    step: (tape: Tape, fromInput: Value, [a]: CellState) => [
      tape.tanh(tape.add(fromInput, tape.linear(a!, weights))),
    ],
  };
}
