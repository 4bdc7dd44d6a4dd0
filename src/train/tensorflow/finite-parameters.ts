import type { Parameter } from './autodiff/parameter.js';
import type { Device } from './backend/device.js';

/**
 * The first parameter that holds NaN or an infinity; undefined where all are finite. The loss shows an overflow only at
 * the next step, and the last step has none after it.
 */
export function firstNotFinite(device: Device, parameters: readonly Parameter[]): Parameter | undefined {
  return parameters.find(({ variable }) => {
    // What is not finite is NaN times 0, and stays so in the sum.
    const [sum] = device.scope(() => device.read(device.sum(device.scale(variable.read(), 0))));
    return !Number.isFinite(sum);
  });
}
