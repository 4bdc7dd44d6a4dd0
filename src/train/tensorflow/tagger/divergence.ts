import { WordmillError } from '../../../core/errors.js';
import type { Parameter } from '../autodiff/parameter.js';
import type { Device } from '../backend/device.js';

/** The error for a tagger whose numbers grew without bound: what it was seen by, and what to do. */
export function taggerDiverged(learningRate: number, seen: string): WordmillError {
  return new WordmillError('data', `training diverged: ${seen} (learning rate ${learningRate})`, {
    place: { key: 'train.learningRate' },
    hint: 'Start with a lower learning rate; 0.004 is the default for taggers. A smaller train.clip also helps.',
  });
}

/**
 * Refuses parameters that hold NaN or an infinity: the loss shows it only at the next step, and the last has none after
 * it.
 *
 * @throws WordmillError `data`
 */
export function checkParametersFinite(
  device: Device,
  parameters: readonly Parameter[],
  learningRate: number,
): void {
  for (const { name, variable } of parameters) {
    // What is not finite stays so times 0, and then in the sum.
    const [sum] = device.scope(() => device.read(device.sum(device.scale(variable.read(), 0))));
    if (!Number.isFinite(sum)) {
      throw taggerDiverged(learningRate, `'${name}' holds numbers that are not finite`);
    }
  }
}
