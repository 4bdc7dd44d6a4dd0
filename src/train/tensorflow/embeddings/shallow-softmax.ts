import { softmaxCrossEntropy } from '../autodiff/losses.js';
import { GradientDescent } from '../autodiff/optimizers.js';
import type { Parameter } from '../autodiff/parameter.js';
import { Tape, Value } from '../autodiff/tape.js';
import type { Device } from '../backend/device.js';
import { meanRows, membership } from './cbow.js';
import type { ShallowStep } from './shallow-step.js';

/** Skip-gram and CBOW with full softmax: every word is an output. W's gradient is dense; E's has the rows used. */
export function shallowSoftmaxStep(
  model: 'skipgram' | 'cbow',
  device: Device,
  { E, W }: { readonly E: Parameter; readonly W: Parameter },
): ShallowStep {
  const descent = new GradientDescent(device);
  const ofContexts = model === 'skipgram';
  return (batch) =>
    device.scope(() => {
      const tape = new Tape(device);
      const contexts = new Int32Array(batch.contexts.subarray(0, batch.contextLength));
      const { windows, shares } = membership(batch);
      const rows = tape.rows(E, contexts);
      const h = ofContexts ? rows : undividedMean(tape, rows, windows, shares);
      const pieceOf = (row: number) => (ofContexts ? windows[row]! : row);
      const { length } = ofContexts ? contexts : shares;
      const targets = Int32Array.from({ length }, (_, row) => batch.outputs[pieceOf(row)]!);
      const rates = Float32Array.from({ length }, (_, row) => batch.rates[pieceOf(row)]!);
      const { losses } = softmaxCrossEntropy(tape, h, { weights: W }, targets, rates);
      // The rates are in the weights already: they differ by sentence.
      descent.step(tape.backward(), 1);
      return losses.reduce((sum, loss, row) => sum + loss * batch.weights[pieceOf(row)]!, 0);
    });
}

/** CBOW's mean, whose gradient goes to each context as a whole (docs/sampling.md, "One update"). */
function undividedMean(tape: Tape, rows: Value, windows: Int32Array, shares: Float32Array): Value {
  const mean = new Value(meanRows(tape.device, rows.tensor, windows, shares), rows.needsGradient);
  tape.record([mean], ([gradient]) => tape.give(rows, tape.device.gather(gradient!, windows)));
  return mean;
}
