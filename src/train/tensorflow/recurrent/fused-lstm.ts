import { type Tape, Value } from '../autodiff/tape.js';
import type { LstmActivations, LstmOperations, LstmPeepholes, Tensor } from '../backend/device.js';
import type { Cell, CellState, SequenceResult } from './cell.js';
import type { LstmParts } from './lstm.js';
import type { SequenceShape } from './sequences.js';

const GATES = ['update', 'forget', 'output'] as const;

/**
 * An LSTM with a forget gate through all steps, as `lstmStep` computes it, by the device's own operations: one for the
 * whole way forward, and one a step back. Products with the weights are ours: one small one a step, for what goes back
 * in time, and one for all steps for each gradient of a matrix.
 */
export function fusedLstm(
  tape: Tape,
  operations: LstmOperations,
  { inputWeights, bias, units }: Pick<Cell, 'inputWeights' | 'bias' | 'units'>,
  { weights, peepholes }: LstmParts,
  x: Value,
  { steps, batch }: SequenceShape,
  [a0, c0]: CellState,
): SequenceResult {
  const { device } = tape;
  const [W, U] = [tape.tensorOf(inputWeights), tape.tensorOf(weights)];
  const diagonals: LstmPeepholes | undefined = peepholes && {
    update: tape.tensorOf(peepholes.update),
    forget: tape.tensorOf(peepholes.forget!),
    output: tape.tensorOf(peepholes.output),
  };
  const forward = operations.forward(
    device.reshape(x.tensor, [steps, batch, x.shape[1]!]),
    { activation: a0!.tensor, state: c0!.tensor },
    device.concat([W, U], 0),
    tape.tensorOf(bias),
    diagonals,
  );
  const flat = (tensor: Tensor) => device.reshape(tensor, [steps * batch, units]);
  const last = (tensor: Tensor) => device.slice(tensor, [(steps - 1) * batch, 0], [batch, units]);
  const [activations, states] = [flat(forward.activation), flat(forward.state)];
  const outputs = new Value(activations, true);
  const finalActivation = new Value(last(activations), true);
  const finalState = new Value(last(states), true);

  tape.record([outputs, finalActivation, finalState], ([byOutputs, byActivation, byState]) => {
    const zeros = () => device.tensor(new Float32Array(batch * units), [batch, units]);
    const stepsOf = (tensor: Tensor) => (steps === 1 ? [tensor] : device.split(tensor, steps, 0));
    const kept = activationsByStep(forward, (tensor) => stepsOf(flat(tensor)));
    const byOutput = byOutputs && stepsOf(byOutputs);
    const back = device.transpose(U);
    const byGates: Tensor[] = [];
    const byPeepholes: LstmPeepholes[] = [];
    let [inState, inActivation] = [byState ?? zeros(), byActivation];
    for (let t = steps - 1; t >= 0; t--) {
      const given = byOutput?.[t];
      const total =
        given && inActivation
          ? device.binary('add', given, inActivation)
          : (given ?? inActivation ?? zeros());
      const before = t === 0 ? c0!.tensor : kept[t - 1]!.state;
      const step = operations.backward(before, kept[t]!, inState, total, diagonals);
      byGates[t] = step.gates;
      byPeepholes.push(step.peepholes);
      inState = step.state;
      if (t > 0 || a0!.needsGradient) inActivation = device.matMul(step.gates, back);
    }
    tape.give(c0!, inState);
    if (a0!.needsGradient) tape.give(a0!, inActivation!);

    const all = device.concat(byGates, 0);
    const earlier = steps === 1 ? [] : [device.slice(activations, [0, 0], [(steps - 1) * batch, units])];
    if (tape.learns(weights))
      tape.collect(weights).addProduct(device.concat([a0!.tensor, ...earlier], 0), all);
    if (tape.learns(inputWeights)) tape.collect(inputWeights).addProduct(x.tensor, all);
    if (tape.learns(bias)) tape.collect(bias).add(device.sum(all, [0]));
    if (x.needsGradient) tape.give(x, device.matMul(all, W, false, true));
    for (const gate of peepholes ? GATES : []) {
      const parameter = peepholes![gate]!;
      if (tape.learns(parameter)) for (const step of byPeepholes) tape.collect(parameter).add(step[gate]);
    }
  });
  return { outputs, state: [finalActivation, finalState] };
}

/** What each step kept, from what all steps kept. */
function activationsByStep(
  all: LstmActivations,
  split: (tensor: Tensor) => Tensor[],
): readonly LstmActivations[] {
  const update = split(all.update);
  const candidate = split(all.candidate);
  const forget = split(all.forget);
  const output = split(all.output);
  const state = split(all.state);
  const activated = split(all.activated);
  return update.map((_, t) => ({
    update: update[t]!,
    candidate: candidate[t]!,
    forget: forget[t]!,
    output: output[t]!,
    state: state[t]!,
    activated: activated[t]!,
  }));
}
