import { Random, STREAMS } from '../../core/random.js';
import type { Tape, Value } from './autodiff/tape.js';

/** How units are left out in one step of training. */
export interface DropoutDraw {
  /** The share of units that a step leaves out. */
  readonly rate: number;
  readonly seed: number;
  /** The number of the step: each leaves out others. */
  readonly step: number;
  /** Which of the model's places for dropout this is. */
  readonly place: number;
}

/**
 * Inverted dropout (Srivastava et al. 2014, "Dropout: A Simple Way to Prevent Neural Networks from Overfitting"): each
 * number becomes 0 with probability `rate`, and is divided by 1 - rate otherwise, so that nothing changes on average.
 * Drawn from a stream of its own, so that a resumed run leaves out the same units.
 */
export function dropout(tape: Tape, x: Value, { rate, seed, step, place }: DropoutDraw): Value {
  if (rate === 0) return x;
  const random = new Random(seed, STREAMS.dropout, step, place);
  const mask = new Float32Array(x.tensor.size);
  const threshold = Math.round(rate * 0x1_0000);
  const kept = 1 / (1 - rate);
  for (let i = 0; i < mask.length; i += 2) {
    const bits = random.next();
    if (bits >>> 16 >= threshold) mask[i] = kept;
    if ((bits & 0xffff) >= threshold && i + 1 < mask.length) mask[i + 1] = kept;
  }
  return tape.multiply(x, tape.constant(mask, x.shape));
}
