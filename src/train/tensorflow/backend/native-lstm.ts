import type { LstmOperations, LstmPeepholes, Tensor } from './device.js';
import type { NativeDevice } from './native-device.js';

/**
 * TensorFlow's fused LSTM kernels: `BlockLSTM` for all steps forward, `LSTMBlockCellGrad` for one step back. Both take
 * the gates in our order and with our signs (their i, ci, f, o are update, candidate, forget, output); their peepholes
 * are diagonal, and their output gate sees the new state.
 *
 * `BlockLSTMGrad` is not used: it multiplies matrices step by step, where here all steps' gradients of the weights are
 * one product at the end.
 */
export function nativeLstm(device: NativeDevice): LstmOperations {
  const { binding } = device;
  const float = device.type('T', 'float32');
  const peepholesOf = (units: number, peepholes: LstmPeepholes | undefined): (Tensor | number)[] => {
    const none = device.zeros([units]);
    return [peepholes?.update ?? none, peepholes?.forget ?? none, peepholes?.output ?? none];
  };
  return {
    forward(x, before, weights, bias, peepholes) {
      const [steps, , units] = [x.shape[0]!, x.shape[1]!, before.state.shape[1]!];
      // A 64-bit number goes to the addon as two halves.
      const longest = binding.createTensor([], binding.TF_INT64, Int32Array.of(steps, 0));
      const [update, state, forget, output, candidate, activated, activation] = device.executeMany(
        'BlockLSTM',
        [
          ...[float, device.flag('use_peephole', peepholes !== undefined)],
          ...[device.float('forget_bias', 0), device.float('cell_clip', -1)],
        ],
        [longest, x, before.state, before.activation, weights, ...peepholesOf(units, peepholes), bias],
        7,
      ) as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];
      binding.deleteTensor(longest);
      return { update, state, forget, output, candidate, activated, activation };
    },

    backward(
      before,
      { update, state, forget, output, candidate, activated },
      byState,
      byActivation,
      peepholes,
    ) {
      const [batch, units] = before.shape as [number, number];
      // Its input, weights and bias serve for their shapes only, and the input may have no columns.
      const shapesOnly = [device.zeros([units, 4 * units]), device.zeros([4 * units])] as const;
      const [byBefore, gates, byUpdate, byForget, byOutput] = device.executeMany(
        'LSTMBlockCellGrad',
        [float, device.flag('use_peephole', peepholes !== undefined)],
        [
          ...[device.zeros([batch, 0]), before, before, shapesOnly[0]],
          ...[...peepholesOf(units, peepholes), shapesOnly[1]],
          ...[update, state, forget, output, candidate, activated, byState, byActivation],
        ],
        5,
      ) as [Tensor, Tensor, Tensor, Tensor, Tensor];
      return { gates, state: byBefore, peepholes: { update: byUpdate, forget: byForget, output: byOutput } };
    },
  };
}
