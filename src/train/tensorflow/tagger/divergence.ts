import { WordmillError } from '../../../core/errors.js';
import type { Parameter } from '../autodiff/parameter.js';
import type { Device } from '../backend/device.js';
import { firstNotFinite } from '../finite-parameters.js';

/** The error for a tagger whose numbers grew without bound: what it was seen by, and what to do. */
export function taggerDiverged(learningRate: number, seen: string): WordmillError {
  return new WordmillError('data', `training diverged: ${seen} (learning rate ${learningRate})`, {
    place: { key: 'train.learningRate' },
    hint: 'Start with a lower learning rate; 0.004 is the default for taggers. A smaller train.clip also helps.',
  });
}

/** Refuses parameters that hold NaN or an infinity. @throws WordmillError `data` */
export function checkParametersFinite(
  device: Device,
  parameters: readonly Parameter[],
  learningRate: number,
): void {
  const wild = firstNotFinite(device, parameters);
  if (wild) throw taggerDiverged(learningRate, `'${wild.name}' holds numbers that are not finite`);
}
