import type { Tape, Value } from '../autodiff/tape.js';
import type { Device } from '../backend/device.js';
import { type Cell, type CellOptions, type CellState, cellParameters } from './cell.js';
import { fusedGru } from './fused-gru.js';

/**
 * The gated recurrent unit in its simplified form, with an update gate only:
 *
 *     c~      = tanh(W_c [c^{<t-1>}, x^{<t>}] + b_c)
 *     Gamma_u = sigma(W_u [c^{<t-1>}, x^{<t>}] + b_u)
 *     c^{<t>} = Gamma_u * c~ + (1 - Gamma_u) * c^{<t-1>},   a^{<t>} = c^{<t>}
 *
 * Blocks of its weights: candidate, update.
 */
export function simplifiedGruCell(device: Device, options: CellOptions): Cell {
  const { inputWeights, bias, recurrent } = cellParameters(device, options, 2);
  const weights = recurrent('recurrent', 2);
  return {
    name: 'gru-simple',
    units: options.units,
    states: 1,
    ...{ inputWeights, bias },
    parameters: [inputWeights, bias, weights],
    step(tape: Tape, fromInput: Value, [c]: CellState) {
      const [forCandidate, forUpdate] = tape.split(tape.add(fromInput, tape.linear(c!, weights)), 2, 1);
      return [updated(tape, tape.sigmoid(forUpdate!), tape.tanh(forCandidate!), c!)];
    },
  };
}

/**
 * The gated recurrent unit (Cho et al. 2014, "Learning Phrase Representations using RNN Encoder-Decoder", equations
 * 5 to 8): as the simplified one, with a relevance gate that decides how much of c^{<t-1>} the candidate sees:
 *
 *     Gamma_r = sigma(W_r [c^{<t-1>}, x^{<t>}] + b_r)
 *     c~      = tanh(W_c [Gamma_r * c^{<t-1>}, x^{<t>}] + b_c)
 *
 * Blocks of its weights: candidate, update, relevance. TensorFlow's fused `GRUBlockCell` computes the same with an update
 * gate of 1 - Gamma_u (h = u * h^{<t-1>} + (1 - u) * c~); where the device has it, the layer runs on it (`fusedGru`).
 */
export function gruCell(device: Device, options: GruOptions): Cell {
  const { inputWeights, bias, recurrent } = cellParameters(device, options, 3);
  const gateWeights = recurrent('recurrent', 2);
  const candidateWeights = recurrent('recurrentCandidate', 1);
  const cell: Cell = {
    name: 'gru',
    units: options.units,
    states: 1,
    ...{ inputWeights, bias },
    parameters: [inputWeights, bias, gateWeights, candidateWeights],
    step(tape: Tape, fromInput: Value, [c]: CellState) {
      const [forCandidate, ofUpdate, ofRelevance] = tape.split(fromInput, 3, 1);
      const [byUpdate, byRelevance] = tape.split(tape.linear(c!, gateWeights), 2, 1);
      const update = tape.sigmoid(tape.add(ofUpdate!, byUpdate!));
      const relevance = tape.sigmoid(tape.add(ofRelevance!, byRelevance!));
      const seen = tape.linear(tape.multiply(relevance, c!), candidateWeights);
      return [updated(tape, update, tape.tanh(tape.add(forCandidate!, seen)), c!)];
    },
  };
  const { gru: forward } = device;
  if (!forward || options.fused === false) return cell;
  const parts = { inputWeights, bias, gateWeights, candidateWeights };
  return {
    ...cell,
    sequence: (tape, x, shape, before) => fusedGru(tape, forward, parts, x, shape, before),
  };
}

/** A GRU, and whether TensorFlow's fused operation is used for it; on by default. */
export interface GruOptions extends CellOptions {
  readonly fused?: boolean;
}

/** Gamma_u * c~ + (1 - Gamma_u) * c, as c + Gamma_u * (c~ - c): one product fewer. */
function updated(tape: Tape, update: Value, candidate: Value, c: Value): Value {
  return tape.add(c, tape.multiply(update, tape.subtract(candidate, c)));
}
