import assert from 'node:assert/strict';
import { Random } from '../../../../src/core/random.js';
import type { Gradient } from '../../../../src/train/tensorflow/autodiff/gradients.js';
import type { Parameter } from '../../../../src/train/tensorflow/autodiff/parameter.js';
import { Tape, type Value } from '../../../../src/train/tensorflow/autodiff/tape.js';
import type { Device } from '../../../../src/train/tensorflow/backend/device.js';

/**
 * A loss for tests: the sum of the numbers of `value`, each times a fixed weight in +-1, so that every output has a
 * slope of its own.
 */
export function weightedTotal(tape: Tape, value: Value, seed = 99): number {
  const random = new Random(seed);
  const weights = Float32Array.from({ length: value.tensor.size }, () => 2 * random.unit() - 1);
  const data = tape.device.read(value.tensor);
  tape.recordLoss(() => tape.give(value, tape.device.tensor(weights, value.shape)));
  let total = 0;
  for (let i = 0; i < data.length; i++) total += weights[i]! * data[i]!;
  return total;
}

/**
 * Holds gradients to finite differences: for each parameter, along some random directions d of length 1, the central
 * difference (f(p + h d) - f(p - h d)) / 2h must equal gradient . d. (Float32: h is large, so that rounding stays small;
 * the error of the difference itself falls with h^2.)
 *
 * @param f records a computation and gives its loss.
 */
export function checkGradients(
  device: Device,
  parameters: readonly Parameter[],
  f: (tape: Tape) => number,
  { h = 0.02, tolerance = 4e-3, directions = 3 } = {},
): void {
  const gradients = gradientsOf(device, parameters, f);
  for (const parameter of parameters) {
    const value = parameter.variable.toHost().slice();
    const gradient = gradients.get(parameter)!;
    assert.ok(gradient, `${parameter.name} has a gradient`);
    const length = Math.hypot(...gradient);
    assert.ok(length > 0, `the gradient of ${parameter.name} is not zero`);
    for (let number = 0; number < directions; number++) {
      // The first direction is the gradient's own, along which nothing cancels.
      const direction =
        number === 0 ? gradient.map((x) => x / length) : randomDirection(gradient.length, number);
      const at = (step: number) => {
        parameter.variable.assign(value.map((x, i) => x + step * direction[i]!));
        return device.scope(() => f(new Tape(device, { training: false })));
      };
      const difference = (at(h) - at(-h)) / (2 * h);
      const expected = gradient.reduce((sum, x, i) => sum + x * direction[i]!, 0);
      const error = Math.abs(difference - expected) / length;
      assert.ok(
        error < tolerance,
        `${parameter.name}: ${difference} by finite differences, ${expected} by the tape (off by ${error})`,
      );
    }
    parameter.variable.assign(value);
  }
}

/** The gradient of each parameter, as plain numbers of its own shape. */
export function gradientsOf(
  device: Device,
  parameters: readonly Parameter[],
  f: (tape: Tape) => number,
): Map<Parameter, Float32Array> {
  return device.scope(() => {
    const tape = new Tape(device);
    f(tape);
    const gradients = tape.backward();
    return new Map(
      parameters.flatMap((parameter) => {
        const gradient = gradients.get(parameter);
        return gradient ? [[parameter, denseOf(device, parameter, gradient)] as const] : [];
      }),
    );
  });
}

function denseOf(device: Device, parameter: Parameter, { dense, rows }: Gradient): Float32Array {
  if (dense) return Float32Array.from(device.read(dense));
  const whole = new Float32Array(parameter.size);
  const data = device.read(rows.rows);
  const length = parameter.size / parameter.shape[0]!;
  for (const [row, id] of rows.ids.entries())
    whole.set(data.subarray(row * length, (row + 1) * length), id * length);
  return whole;
}

function randomDirection(size: number, seed: number): Float32Array {
  const random = new Random(7, seed);
  const draws = Float32Array.from({ length: size }, () => 2 * random.unit() - 1);
  const length = Math.hypot(...draws);
  return draws.map((x) => x / length);
}
