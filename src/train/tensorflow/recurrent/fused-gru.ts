import type { Parameter } from '../autodiff/parameter.js';
import { type Tape, Value } from '../autodiff/tape.js';
import type { Device, GruActivations, GruStep, GruWeights, Tensor } from '../backend/device.js';
import type { CellState, SequenceResult } from './cell.js';
import type { SequenceShape } from './sequences.js';

/** The parameters of a GRU: blocks candidate, update, relevance of the input's; update, relevance of the gates'. */
export interface GruParts {
  readonly inputWeights: Parameter;
  readonly bias: Parameter;
  readonly gateWeights: Parameter;
  readonly candidateWeights: Parameter;
}

/**
 * A GRU through all steps, as `gruCell` computes it step by step, with one operation a step forward. That operation
 * wants a gate that keeps where ours updates, k = 1 - Gamma_u = sigma(-(pre-activation of Gamma_u)): its weights and bias
 * are ours negated. The way back, for the gradient g of a step's new state c, the state before p, and the candidate c~:
 *
 *     by the candidate's pre-activation    g * (1 - k) * (1 - c~^2)
 *     by the update gate's                 g * (c~ - p) * (k - k^2)
 *     by the relevance gate's              s * p * (r - r^2),   s = the first, times the candidate's weights transposed
 *     by p                                 g * k + s * r + the other two, times the gates' weights transposed
 *
 * What of this depends on no g is worked out for all steps at once, and so are the gradients of the weights.
 */
export function fusedGru(
  tape: Tape,
  forward: GruStep,
  parts: GruParts,
  x: Value,
  { steps }: SequenceShape,
  [c0]: CellState,
): SequenceResult {
  const { device } = tape;
  const weights = weightsOf(tape, parts);
  const stepsOf = (tensor: Tensor) => (steps === 1 ? [tensor] : device.split(tensor, steps, 0));
  const kept: GruActivations[] = [];
  const before: Tensor[] = [];
  let state = c0!.tensor;
  const states = stepsOf(x.tensor).map((input) => {
    before.push(state);
    const step = forward(input, state, weights);
    kept.push(step);
    state = step.state;
    return state;
  });
  const outputs = new Value(device.concat(states, 0), true);
  const final = new Value(device.scale(state, 1), true);

  tape.record([outputs, final], ([byOutputs, byFinal]) => {
    const { inputWeights, bias, gateWeights, candidateWeights } = parts;
    const { past, relevance, slopes } = slopesOf(device, kept, before);
    const [bySlopeOfCandidate, bySlopeOfUpdate, bySlopeOfRelevance] = slopes.map(stepsOf);
    const candidateBack = device.transpose(tape.tensorOf(candidateWeights));
    const gatesBack = device.transpose(tape.tensorOf(gateWeights));
    const given = byOutputs && stepsOf(byOutputs);
    const byCandidate: Tensor[] = [];
    const byGates: Tensor[] = [];
    const { multiply, add } = operationsOf(device);
    let carried = byFinal;
    for (let t = steps - 1; t >= 0; t--) {
      const g = given && carried ? add(given[t]!, carried) : (given?.[t] ?? carried!);
      const candidate = multiply(g, bySlopeOfCandidate![t]!);
      const seen = device.matMul(candidate, candidateBack);
      const update = multiply(g, bySlopeOfUpdate![t]!);
      const gates = device.concat([update, multiply(seen, bySlopeOfRelevance![t]!)], 1);
      byCandidate[t] = candidate;
      byGates[t] = gates;
      const direct = add(multiply(g, kept[t]!.keep), multiply(seen, kept[t]!.relevance));
      carried = add(direct, device.matMul(gates, gatesBack));
    }
    tape.give(c0!, carried!);
    const candidate = device.concat(byCandidate, 0);
    const gates = device.concat(byGates, 0);
    const all = device.concat([candidate, gates], 1);
    if (x.needsGradient) tape.give(x, device.matMul(all, tape.tensorOf(inputWeights), false, true));
    if (tape.learns(inputWeights)) tape.collect(inputWeights).addProduct(x.tensor, all);
    if (tape.learns(bias)) tape.collect(bias).add(device.sum(all, [0]));
    if (tape.learns(gateWeights)) tape.collect(gateWeights).addProduct(past, gates);
    if (tape.learns(candidateWeights)) {
      tape.collect(candidateWeights).addProduct(device.binary('multiply', relevance, past), candidate);
    }
  });
  return { outputs, state: [final] };
}

function operationsOf(device: Device) {
  return {
    multiply: (a: Tensor, b: Tensor) => device.binary('multiply', a, b),
    add: (a: Tensor, b: Tensor) => device.binary('add', a, b),
  };
}

/** For all steps, one below the other: the states before, the relevance gates, and the factors of g and s above. */
function slopesOf(
  device: Device,
  kept: readonly GruActivations[],
  before: readonly Tensor[],
): { readonly past: Tensor; readonly relevance: Tensor; readonly slopes: readonly Tensor[] } {
  const all = (part: keyof GruActivations) =>
    device.concat(
      kept.map((step) => step[part]),
      0,
    );
  const [relevance, keep, candidate] = [all('relevance'), all('keep'), all('candidate')];
  const past = device.concat(before, 0);
  const one = device.tensor(Float32Array.of(1), []);
  const { multiply } = operationsOf(device);
  const minus = (a: Tensor, b: Tensor) => device.binary('subtract', a, b);
  const ofSigmoid = (gate: Tensor) => minus(gate, device.unary('square', gate));
  return {
    past,
    relevance,
    slopes: [
      multiply(minus(one, keep), minus(one, device.unary('square', candidate))),
      multiply(minus(candidate, past), ofSigmoid(keep)),
      multiply(past, ofSigmoid(relevance)),
    ],
  };
}

/** Our weights in the operation's order and signs. */
function weightsOf(tape: Tape, parts: GruParts): GruWeights {
  const { device } = tape;
  const [candidate, update, relevance] = device.split(tape.tensorOf(parts.inputWeights), 3, 1);
  const [stateUpdate, stateRelevance] = device.split(tape.tensorOf(parts.gateWeights), 2, 1);
  const [candidateBias, updateBias, relevanceBias] = device.split(tape.tensorOf(parts.bias), 3, 0);
  const joined = (a: Tensor, b: Tensor, axis: number) => device.concat([a, b], axis);
  const gates = (r: Tensor, u: Tensor, axis: number) => joined(r, device.unary('negate', u), axis);
  return {
    gates: joined(gates(relevance!, update!, 1), gates(stateRelevance!, stateUpdate!, 1), 0),
    gateBias: gates(relevanceBias!, updateBias!, 0),
    candidate: joined(candidate!, tape.tensorOf(parts.candidateWeights), 0),
    candidateBias: candidateBias!,
  };
}
