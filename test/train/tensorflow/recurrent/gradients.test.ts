import { Random } from '../../../../src/core/random.js';
import { Parameter } from '../../../../src/train/tensorflow/autodiff/parameter.js';
import { openDevice } from '../../../../src/train/tensorflow/backend/open-device.js';
import { CELL_NAMES } from '../../../../src/train/tensorflow/recurrent/cell.js';
import { RecurrentNetwork } from '../../../../src/train/tensorflow/recurrent/network.js';
import { tensorflowTest } from '../../../support/tensorflow.js';
import { checkGradients, weightedTotal } from '../support/gradient-check.js';

const STEPS = 4;
const BATCH = 3;
const INPUTS = 3;
const UNITS = 4;

for (const cell of CELL_NAMES) {
  const variants = cell === 'lstm-peephole' ? (['current', 'previous'] as const) : ([undefined] as const);
  for (const outputPeephole of variants) {
    for (const bidirectional of [false, true]) {
      for (const layers of [1, 2, 3]) {
        for (const fused of cell === 'gru' || cell.startsWith('lstm') ? [true, false] : [true]) {
          const name = [
            cell,
            outputPeephole && `(output gate sees the ${outputPeephole} state)`,
            bidirectional ? 'both ways' : 'one way',
            `depth ${layers}`,
            fused ? '' : 'step by step',
          ];
          tensorflowTest(
            `${name.filter(Boolean).join(', ')}: gradients equal finite differences`,
            async () => {
              const device = await openDevice();
              const network = new RecurrentNetwork(device, {
                ...{
                  cell,
                  bidirectional,
                  layers,
                  fused,
                  inputs: INPUTS,
                  units: UNITS,
                  seed: 3,
                  name: 'layers',
                },
                ...(outputPeephole && { outputPeephole }),
              });
              const random = new Random(5);
              const x = Float32Array.from({ length: STEPS * BATCH * INPUTS }, () => 2 * random.unit() - 1);
              const input = new Parameter(device, 'input', [STEPS * BATCH, INPUTS], x);
              const lengths = Int32Array.of(4, 2, 3);
              checkGradients(device, [input, ...network.parameters], (tape) => {
                const shape = { steps: STEPS, batch: BATCH, lengths };
                return weightedTotal(tape, network.run(tape, tape.parameter(input), shape).outputs);
              });
            },
          );
        }
      }
    }
  }
}
