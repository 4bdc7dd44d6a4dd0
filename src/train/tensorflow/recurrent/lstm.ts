import { Parameter } from '../autodiff/parameter.js';
import type { Tape, Value } from '../autodiff/tape.js';
import type { Device } from '../backend/device.js';
import { uniform, weightsRandom } from '../initial-weights.js';
import { type Cell, type CellName, type CellOptions, type CellState, cellParameters } from './cell.js';
import { fusedLstm } from './fused-lstm.js';

/** The variants of long short-term memory. */
export interface LstmOptions extends CellOptions {
  /** Without a forget gate ("vanilla", as first published), Gamma_f is 1. */
  readonly forgetGate?: boolean;
  /**
   * Peephole connections: whether the cell state enters the gates, and which the output gate sees: that of the step
   * before, or the new one.
   */
  readonly peephole?: 'none' | 'previous' | 'current';
  /** Whether TensorFlow's fused operations are used where they compute the same; on by default. */
  readonly fused?: boolean;
}

/** Diagonal peephole weights p, each [units]; no forget gate, no weights for it. */
export interface Peepholes {
  readonly update: Parameter;
  readonly forget?: Parameter;
  readonly output: Parameter;
}

/**
 * Long short-term memory (Hochreiter & Schmidhuber 1997; with a forget gate Gers, Schmidhuber & Cummins 2000; peepholes
 * Gers & Schmidhuber 2000, "Recurrent Nets that Time and Count"):
 *
 *     c~      = tanh(W_c [a^{<t-1>}, x^{<t>}] + b_c)
 *     Gamma_u = sigma(W_u [a^{<t-1>}, x^{<t>}] + b_u)      (+ p_u * c^{<t-1>} inside sigma, with peepholes)
 *     Gamma_f = sigma(W_f [a^{<t-1>}, x^{<t>}] + b_f)      (+ p_f * c^{<t-1>}); 1 in the vanilla form
 *     Gamma_o = sigma(W_o [a^{<t-1>}, x^{<t>}] + b_o)      (+ p_o * c^{<t-1>}, or p_o * c^{<t>} by option)
 *     c^{<t>} = Gamma_u * c~ + Gamma_f * c^{<t-1>}
 *     a^{<t>} = Gamma_o * tanh(c^{<t>})
 *
 * Blocks of its weights: update, candidate, forget, output (vanilla: update, candidate, output). The forget gate's
 * bias starts at 1, so that the state is kept until training says otherwise (Jozefowicz, Zaremba & Sutskever 2015).
 *
 * TensorFlow's fused kernels call the gates i, ci, f, o, in this order, all with the same signs as here (`BlockLSTM`;
 * `BlockLSTMV2` orders them i, f, ci, o); their peepholes are diagonal and their output gate sees c^{<t>}. Where that is
 * what is asked for, and the device has them, the layer runs on them (`fusedLstm`).
 */
export function lstmCell(device: Device, options: LstmOptions): Cell {
  const { forgetGate = true, peephole = 'none', fused = true, name, units, seed } = options;
  const blocks = forgetGate ? 4 : 3;
  const { inputWeights, bias, recurrent } = cellParameters(device, options, blocks);
  const weights = recurrent('recurrent', blocks);
  if (forgetGate) bias.variable.assign(forgetBias(units));
  const peepholes = peephole === 'none' ? undefined : peepholesOf(device, { name, units, seed, forgetGate });
  const parts = {
    weights,
    peepholes,
    forgetGate,
    outputSees: peephole === 'previous' ? 'previous' : 'current',
  } as const;
  const cell: Cell = {
    name: nameOf(forgetGate, peephole !== 'none'),
    units,
    states: 2,
    ...{ inputWeights, bias },
    parameters: [inputWeights, bias, weights, ...Object.values(peepholes ?? {})],
    step: (tape, fromInput, before) => lstmStep(tape, fromInput, before, parts),
  };
  const { lstm: operations } = device;
  if (!fused || !operations || !forgetGate || peephole === 'previous') return cell;
  return {
    ...cell,
    sequence: (tape, x, shape, before) => fusedLstm(tape, operations, cell, parts, x, shape, before),
  };
}

/** What a step is computed with. */
export interface LstmParts {
  /** W_a, [units, blocks * units]. */
  readonly weights: Parameter;
  readonly peepholes: Peepholes | undefined;
  readonly forgetGate: boolean;
  readonly outputSees: 'previous' | 'current';
}

/** The equations above, one operation after another. */
function lstmStep(
  tape: Tape,
  fromInput: Value,
  [a, c]: CellState,
  { weights, peepholes, forgetGate, outputSees }: LstmParts,
): CellState {
  const gates = tape.split(tape.add(fromInput, tape.linear(a!, weights)), forgetGate ? 4 : 3, 1);
  const [forUpdate, forCandidate, forForget, forOutput] = forgetGate
    ? gates
    : [gates[0], gates[1], undefined, gates[2]];
  const peeped = (gate: Value, state: Value, p: Parameter | undefined) =>
    p ? tape.add(gate, tape.multiply(state, tape.parameter(p))) : gate;

  const update = tape.sigmoid(peeped(forUpdate!, c!, peepholes?.update));
  const candidate = tape.tanh(forCandidate!);
  const kept = forForget ? tape.multiply(tape.sigmoid(peeped(forForget, c!, peepholes?.forget)), c!) : c!;
  const state = tape.add(tape.multiply(update, candidate), kept);
  const output = tape.sigmoid(peeped(forOutput!, outputSees === 'previous' ? c! : state, peepholes?.output));
  return [tape.multiply(output, tape.tanh(state)), state];
}

function nameOf(forgetGate: boolean, peephole: boolean): CellName {
  if (peephole) return 'lstm-peephole';
  return forgetGate ? 'lstm' : 'lstm-vanilla';
}

/** 1 for the forget gate, 0 for the others. */
function forgetBias(units: number): Float32Array {
  return new Float32Array(4 * units).fill(1, 2 * units, 3 * units);
}

function peepholesOf(
  device: Device,
  { name, units, seed, forgetGate }: { name: string; units: number; seed: number; forgetGate: boolean },
): Peepholes {
  const make = (gate: string) => {
    const path = `${name}.peephole.${gate}`;
    return new Parameter(
      device,
      path,
      [units],
      uniform(weightsRandom(seed, path), units, 1 / Math.sqrt(units)),
    );
  };
  return { update: make('update'), ...(forgetGate && { forget: make('forget') }), output: make('output') };
}
