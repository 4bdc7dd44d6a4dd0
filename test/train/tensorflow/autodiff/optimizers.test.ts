import assert from 'node:assert/strict';
import type { Tensor as SavedTensor } from '../../../../src/formats/safetensors.js';
import type { Gradient } from '../../../../src/train/tensorflow/autodiff/gradients.js';
import {
  Adam,
  clipByGlobalNorm,
  GradientDescent,
} from '../../../../src/train/tensorflow/autodiff/optimizers.js';
import { Parameter } from '../../../../src/train/tensorflow/autodiff/parameter.js';
import type { Device } from '../../../../src/train/tensorflow/backend/device.js';
import { openDevice } from '../../../../src/train/tensorflow/backend/open-device.js';
import { tensorflowTest } from '../../../support/tensorflow.js';

function denseGradient(device: Device, parameter: Parameter, numbers: readonly number[]) {
  return new Map([[parameter, { dense: device.tensor(Float32Array.from(numbers), parameter.shape) }]]);
}

function rowsGradient(
  device: Device,
  parameter: Parameter,
  ids: readonly number[],
  numbers: readonly number[],
) {
  const rows = device.tensor(Float32Array.from(numbers), [ids.length, ...parameter.shape.slice(1)]);
  return new Map([[parameter, { rows: { ids: Int32Array.from(ids), rows } }]]);
}

function assertNear(actual: ArrayLike<number>, expected: readonly number[], tolerance = 1e-6): void {
  assert.equal(actual.length, expected.length);
  for (const [i, value] of expected.entries())
    assert.ok(Math.abs(actual[i]! - value) < tolerance, `${i}: ${actual[i]}`);
}

tensorflowTest('Adam: two steps by hand', async () => {
  const device = await openDevice();
  const x = new Parameter(device, 'x', [2], Float32Array.of(1, 1));
  const adam = new Adam(device, { epsilon: 0 });
  // Step 1: the corrected m and v are g and g^2, so each moves by the rate against the sign of g: 0.9, 1.1.
  device.scope(() => adam.step(denseGradient(device, x, [2, -4]), 0.1));
  assertNear(x.variable.toHost(), [0.9, 1.1]);
  // Step 2, g = 1: m = (.9 * .2 + .1) / .19 = 1.473684, v = (.999 * .004 + .001) / .001999 = 2.499250;
  // 1.473684 / 1.580902 = .932181. The second number has g = 0: m = -.36 / .19 = -1.894737,
  // v = .999 * .016 / .001999 = 7.995998, ratio -.670060.
  device.scope(() => adam.step(denseGradient(device, x, [1, 0]), 0.1));
  // (TensorFlow works out 1 - .999^2 in float32, which leaves four digits of it.)
  assertNear(x.variable.toHost(), [0.9 - 0.0932181, 1.1 + 0.067006], 2e-5);
});

tensorflowTest(
  'lazy Adam changes only the rows that have a gradient; the moments of others stay',
  async () => {
    const device = await openDevice();
    const E = new Parameter(device, 'E', [3, 1], Float32Array.of(1, 1, 1), 'rows');
    const lazy = new Adam(device);
    device.scope(() => lazy.step(rowsGradient(device, E, [2], [5]), 0.1));
    assertNear(E.variable.toHost(), [1, 1, 0.9]);
    device.scope(() => lazy.step(rowsGradient(device, E, [0], [5]), 0.1));
    assert.equal(E.variable.toHost()[2], Math.fround(E.variable.toHost()[2]!));
    assertNear(E.variable.toHost().subarray(1), [1, 0.9]);
  },
);

tensorflowTest('Adam that is not lazy moves rows on by their moments, as with a dense gradient', async () => {
  const device = await openDevice();
  const [a, b] = ['a', 'b'].map(
    (name) => new Parameter(device, name, [3, 1], Float32Array.of(1, 2, 3), 'rows'),
  );
  const [sparse, dense] = [new Adam(device, { lazy: false }), new Adam(device)];
  for (const [row, value] of [
    [2, 5],
    [0, -1],
    [0, 3],
  ] as const) {
    const whole = [0, 1, 2].map((id) => (id === row ? value : 0));
    device.scope(() => sparse.step(rowsGradient(device, a!, [row], [value]), 0.1));
    device.scope(() => dense.step(denseGradient(device, b!, whole), 0.1));
  }
  assertNear(a!.variable.toHost(), [...b!.variable.toHost()]);
});

tensorflowTest('gradient descent: dense, and by rows', async () => {
  const device = await openDevice();
  const E = new Parameter(device, 'E', [2, 2], Float32Array.of(1, 2, 3, 4), 'rows');
  const descent = new GradientDescent(device);
  device.scope(() => descent.step(rowsGradient(device, E, [1], [10, 20]), 0.1));
  assertNear(E.variable.toHost(), [1, 2, 2, 2]);
  device.scope(() => descent.step(denseGradient(device, E, [1, 1, 1, 1]), 0.5));
  assertNear(E.variable.toHost(), [0.5, 1.5, 1.5, 1.5]);
});

tensorflowTest('an optimizer that goes on from its saved state takes the same steps', async () => {
  const device = await openDevice();
  const make = () => new Parameter(device, 'x', [2], Float32Array.of(1, 1));
  const [whole, cut] = [make(), make()];
  const adam = new Adam(device);
  const first = new Adam(device);
  for (const gradient of [
    [1, 2],
    [3, -1],
  ] as const) {
    device.scope(() => adam.step(denseGradient(device, whole, gradient), 0.1));
    device.scope(() => first.step(denseGradient(device, cut, gradient), 0.1));
  }
  const second = new Adam(device);
  second.restore(first.state(), [cut]);
  device.scope(() => adam.step(denseGradient(device, whole, [-2, 5]), 0.1));
  device.scope(() => second.step(denseGradient(device, cut, [-2, 5]), 0.1));
  assert.deepEqual(cut.variable.toHost(), whole.variable.toHost());
});

tensorflowTest('a state that has only some of a parameter, or another shape, is refused', async () => {
  const device = await openDevice();
  const [x, unused] = ['x', 'y'].map((name) => new Parameter(device, name, [2], Float32Array.of(1, 1)));
  const first = new Adam(device);
  device.scope(() => first.step(denseGradient(device, x!, [1, 2]), 0.1));
  const { steps, tensors } = first.state();
  new Adam(device).restore({ steps, tensors }, [x!, unused!]);
  const restore = (change: (moments: Map<string, SavedTensor>) => void) => {
    const changed = new Map(tensors);
    change(changed);
    new Adam(device).restore({ steps, tensors: changed, file: 'weights' }, [x!]);
  };
  const refused = (message: RegExp) => ({ kind: 'data', message });
  assert.throws(
    () => restore((moments) => moments.delete('x/v')),
    refused(/^weights: .*'x\/v' is missing; 2 float32/),
  );
  const other = { shape: [1, 2], data: Float32Array.of(1, 2) };
  assert.throws(() => restore((moments) => moments.set('x/m', other)), refused(/'x\/m' is 1 x 2 numbers/));
});

tensorflowTest('gradients longer than the limit are scaled down together', async () => {
  const device = await openDevice();
  const x = new Parameter(device, 'x', [2], Float32Array.of(0, 0));
  const E = new Parameter(device, 'E', [3, 1], Float32Array.of(0, 0, 0), 'rows');
  device.scope(() => {
    const gradients = new Map<Parameter, Gradient>([
      ...denseGradient(device, x, [3, 0]),
      ...rowsGradient(device, E, [1], [4]),
    ]);
    const { gradients: clipped, norm } = clipByGlobalNorm(device, gradients, 1);
    assert.equal(norm, 5);
    assertNear(device.read(clipped.get(x)!.dense!), [0.6, 0]);
    assertNear(device.read(clipped.get(E)!.rows!.rows), [0.8]);
    assert.equal(clipByGlobalNorm(device, gradients, 6).gradients, gradients);
  });
});

tensorflowTest(
  'gradients too large for a float32 sum of squares are scaled to the limit; infinite ones refused',
  async () => {
    const device = await openDevice();
    const x = new Parameter(device, 'x', [2], Float32Array.of(0, 0));
    device.scope(() => {
      const { gradients } = clipByGlobalNorm(device, denseGradient(device, x, [3e19, -4e19]), 1);
      assertNear(device.read(gradients.get(x)!.dense!), [0.6, -0.8]);
      for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
        assert.throws(() => clipByGlobalNorm(device, denseGradient(device, x, [1, value]), 1), {
          kind: 'data',
          message: /training diverged/,
        });
      }
    });
  },
);
