import type { Weights } from '../weights.js';
import type { Optimizer } from './autodiff/optimizers.js';
import type { Parameter } from './autodiff/parameter.js';

/** Parameters on a device as weights that are copied, kept and put back. */
export function parameterWeights(parameters: readonly Parameter[]): Weights {
  return {
    tensors: () =>
      new Map(parameters.map(({ name, shape, variable }) => [name, { shape, data: variable.toHost() }])),
    async load(fill) {
      for (const { name, size, variable } of parameters) {
        const data = new Float32Array(size);
        await fill(name, data);
        variable.assign(data);
      }
    },
  };
}

/** What an optimizer remembers of parameters, and how many steps it has made, to be kept and put back. */
export function optimizerWeights(optimizer: Optimizer, parameters: readonly Parameter[]): Weights {
  const zeros = ({ shape, size }: Parameter) => ({ shape, data: new Float32Array(size) });
  return {
    tensors() {
      const { steps, tensors } = optimizer.state();
      const moments = parameters.flatMap((parameter) =>
        ['m', 'v'].map((moment) => {
          const name = `${parameter.name}/${moment}`;
          // Before its first step a parameter has none, which is as if they were zero.
          return [name, tensors.get(name) ?? zeros(parameter)] as const;
        }),
      );
      const count = {
        shape: [STEPS_PARTS],
        data: Float32Array.of(steps % STEPS_UNIT, Math.floor(steps / STEPS_UNIT)),
      };
      return new Map([...moments, ['steps', count]]);
    },
    async load(fill) {
      const count = new Float32Array(STEPS_PARTS);
      await fill('steps', count);
      const tensors = new Map<string, ReturnType<typeof zeros>>();
      for (const parameter of parameters) {
        for (const moment of ['m', 'v']) {
          const tensor = zeros(parameter);
          await fill(`${parameter.name}/${moment}`, tensor.data);
          tensors.set(`${parameter.name}/${moment}`, tensor);
        }
      }
      optimizer.restore({ steps: count[0]! + STEPS_UNIT * count[1]!, tensors }, parameters);
    },
  };
}

/** Steps are counted in two numbers: one float32 holds whole numbers up to 2^24 only. */
const STEPS_UNIT = 2 ** 24;
const STEPS_PARTS = 2;
