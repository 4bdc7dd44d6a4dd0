import { type Tape, Value } from '../autodiff/tape.js';
import type { LstmPeepholes } from '../backend/device.js';
import type { CellState } from './cell.js';
import type { LstmParts } from './lstm.js';

/**
 * A step of an LSTM with a forget gate, without peepholes or with an output gate that sees the new state: as
 * `lstmStep` computes it, with TensorFlow's `LSTMBlockCellGrad` for the gradient of everything but the matrix product,
 * one operation in the place of some twenty.
 *
 * The forward half of the fused kernels is not used: `BlockLSTM` and `LSTMBlockCell` multiply [x, a] with one matrix
 * at every step by a slower product than `MatMul`, while here the input's product is made for all steps at once.
 */
export function fusedLstmStep(
  tape: Tape,
  fromInput: Value,
  [a, c]: CellState,
  { weights, peepholes }: LstmParts,
): CellState {
  const { device } = tape;
  const gates = tape.add(fromInput, tape.linear(a!, weights));
  const before = c!.tensor;
  const diagonals: LstmPeepholes | undefined = peepholes && {
    update: tape.tensorOf(peepholes.update),
    forget: tape.tensorOf(peepholes.forget!),
    output: tape.tensorOf(peepholes.output),
  };
  const [forUpdate, forCandidate, forForget, forOutput] = device.split(gates.tensor, 4, 1);
  const peeped = (gate: typeof before, state: typeof before, p: typeof before | undefined) =>
    p ? device.binary('add', gate, device.binary('multiply', state, p)) : gate;

  const update = device.unary('sigmoid', peeped(forUpdate!, before, diagonals?.update));
  const candidate = device.unary('tanh', forCandidate!);
  const forget = device.unary('sigmoid', peeped(forForget!, before, diagonals?.forget));
  const state = device.binary(
    'add',
    device.binary('multiply', update, candidate),
    device.binary('multiply', forget, before),
  );
  const output = device.unary('sigmoid', peeped(forOutput!, state, diagonals?.output));
  const activated = device.unary('tanh', state);
  const activation = device.binary('multiply', output, activated);

  const values = [new Value(activation, true), new Value(state, true)] as const;
  tape.record(values, ([byOutput, byState]) => {
    const zeros = () => device.tensor(new Float32Array(state.size), state.shape);
    const slopes = device.lstmGradient!(
      before,
      { update, candidate, forget, output, state, activated },
      byState ?? zeros(),
      byOutput ?? zeros(),
      diagonals,
    );
    tape.give(gates, slopes.gates);
    tape.give(c!, slopes.state);
    if (!peepholes) return;
    for (const gate of ['update', 'forget', 'output'] as const) {
      const parameter = peepholes[gate]!;
      if (tape.learns(parameter)) tape.collect(parameter).add(slopes.peepholes[gate]);
    }
  });
  return values;
}
