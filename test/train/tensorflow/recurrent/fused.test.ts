import assert from 'node:assert/strict';
import { Random } from '../../../../src/core/random.js';
import { Parameter } from '../../../../src/train/tensorflow/autodiff/parameter.js';
import { openDevice } from '../../../../src/train/tensorflow/backend/open-device.js';
import { RecurrentNetwork } from '../../../../src/train/tensorflow/recurrent/network.js';
import { tensorflowTest } from '../../../support/tensorflow.js';
import { gradientsOf, weightedTotal } from '../support/gradient-check.js';

const STEPS = 12;
const BATCH = 8;
const INPUTS = 10;
const UNITS = 16;

for (const cell of ['lstm', 'lstm-peephole', 'gru'] as const) {
  tensorflowTest(
    `${cell}: the fused operations give what the step-by-step form gives, gradients too`,
    async () => {
      const device = await openDevice();
      const random = new Random(11);
      const data = Float32Array.from({ length: STEPS * BATCH * INPUTS }, () => 2 * random.unit() - 1);
      const input = new Parameter(device, 'input', [STEPS * BATCH, INPUTS], data);
      // The same seed and names give both the same weights.
      const [fused, plain] = [true, false].map((fused) => {
        const network = new RecurrentNetwork(device, {
          ...{ cell, fused, inputs: INPUTS, units: UNITS, layers: 2, name: 'layers', seed: 4 },
        });
        const parameters = [input, ...network.parameters];
        let total = 0;
        const gradients = gradientsOf(device, parameters, (tape) => {
          const { outputs } = network.run(tape, tape.parameter(input), { steps: STEPS, batch: BATCH });
          total = weightedTotal(tape, outputs);
          return total;
        });
        return {
          total,
          gradients: parameters.map((parameter) => ({
            name: parameter.name,
            values: gradients.get(parameter)!,
          })),
        };
      });
      assert.ok(Math.abs(fused!.total - plain!.total) < 1e-4);
      for (const [i, { name, values }] of fused!.gradients.entries()) {
        const other = plain!.gradients[i]!.values;
        const largest = Math.max(...other.map(Math.abs));
        for (let j = 0; j < values.length; j++) {
          assert.ok(
            Math.abs(values[j]! - other[j]!) < 1e-4 * largest,
            `${name}[${j}]: ${values[j]} and ${other[j]}`,
          );
        }
      }
    },
  );
}
