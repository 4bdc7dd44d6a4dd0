import { WordmillError } from '../../../core/errors.js';
import type { Tensor as SavedTensor } from '../../../formats/safetensors.js';
import type { Device, Tensor, Variable } from '../backend/device.js';
import type { Gradient, Gradients, RowsGradient } from './gradients.js';
import type { Parameter } from './parameter.js';

/** Changes parameters by their gradients. */
export interface Optimizer {
  /** One step; parameters without a gradient stay as they are. */
  step(gradients: Gradients, learningRate: number): void;
  /** What a checkpoint must hold to go on exactly: numbers by name, and the number of steps so far. */
  state(): OptimizerState;
  /**
   * Goes on from a checkpoint. `parameters` are those that training changes.
   *
   * @throws WordmillError `data` where a parameter has only some of its moments, or some of another shape.
   */
  restore(state: OptimizerState, parameters: Iterable<Parameter>): void;
  dispose(): void;
}

export interface OptimizerState {
  readonly steps: number;
  /** Moments by name, such as `layers.0.kernel/m`, each of its parameter's shape. */
  readonly tensors: ReadonlyMap<string, SavedTensor>;
  /** Where they were read from, for messages. */
  readonly file?: string;
}

export interface AdamOptions {
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  /**
   * Whether the moments of rows that a batch does not use stay as they are ("lazy Adam", the default: a step costs
   * what its batch touches), or decay at every step as the paper has it (its cost grows with the whole table).
   */
  readonly lazy?: boolean;
}

interface Moments {
  readonly m: Variable;
  readonly v: Variable;
}

/** Adam (Kingma & Ba 2015, "Adam: A Method for Stochastic Optimization", algorithm 1, in the form of its section 2). */
export class Adam implements Optimizer {
  readonly #device: Device;
  readonly #beta1: number;
  readonly #beta2: number;
  readonly #epsilon: number;
  readonly #lazy: boolean;
  readonly #moments = new Map<Parameter, Moments>();
  #steps = 0;

  constructor(device: Device, options: AdamOptions = {}) {
    this.#device = device;
    this.#beta1 = options.beta1 ?? 0.9;
    this.#beta2 = options.beta2 ?? 0.999;
    this.#epsilon = options.epsilon ?? 1e-7;
    this.#lazy = options.lazy ?? true;
  }

  step(gradients: Gradients, learningRate: number): void {
    this.#steps++;
    for (const [parameter, gradient] of gradients) {
      this.#device.scope(() => this.#change(parameter, gradient, learningRate));
    }
  }

  state(): OptimizerState {
    const tensors = new Map<string, SavedTensor>();
    for (const [{ name, shape }, { m, v }] of this.#moments) {
      tensors.set(`${name}/m`, { shape, data: m.toHost() });
      tensors.set(`${name}/v`, { shape, data: v.toHost() });
    }
    return { steps: this.#steps, tensors };
  }

  restore(state: OptimizerState, parameters: Iterable<Parameter>): void {
    this.#steps = state.steps;
    for (const parameter of parameters) {
      const names = ['m', 'v'].map((moment) => `${parameter.name}/${moment}`);
      // One without a step so far has none.
      if (!names.some((name) => state.tensors.has(name))) continue;
      const [m, v] = names.map((name) => savedMoment(state, name, parameter.shape));
      const own = this.#momentsOf(parameter);
      own.m.assign(m!);
      own.v.assign(v!);
    }
  }

  dispose(): void {
    for (const { m, v } of this.#moments.values()) {
      m.dispose();
      v.dispose();
    }
    this.#moments.clear();
  }

  #change(parameter: Parameter, { dense, rows }: Gradient, learningRate: number): void {
    const moments = this.#momentsOf(parameter);
    if (rows && this.#lazy) {
      this.#changeRows(parameter, moments, rows, learningRate);
      return;
    }
    const gradient = dense ?? this.#device.segmentSum(rows!.rows, rows!.ids, parameter.shape[0]!);
    this.#device.applyAdam(parameter.variable, moments.m, moments.v, gradient, {
      learningRate,
      beta1: this.#beta1,
      beta2: this.#beta2,
      epsilon: this.#epsilon,
      beta1Power: this.#beta1 ** this.#steps,
      beta2Power: this.#beta2 ** this.#steps,
    });
  }

  #changeRows(
    parameter: Parameter,
    { m, v }: Moments,
    { ids, rows }: RowsGradient,
    learningRate: number,
  ): void {
    const device = this.#device;
    const mix = (old: Tensor, share: number, fresh: Tensor) =>
      device.binary('add', device.scale(old, share), device.scale(fresh, 1 - share));
    const first = mix(m.gather(ids), this.#beta1, rows);
    const second = mix(v.gather(ids), this.#beta2, device.unary('square', rows));
    m.scatterUpdate(ids, first);
    v.scatterUpdate(ids, second);
    const rate =
      (learningRate * Math.sqrt(1 - this.#beta2 ** this.#steps)) / (1 - this.#beta1 ** this.#steps);
    const epsilon = device.tensor(Float32Array.of(this.#epsilon), []);
    const scaled = device.binary('add', device.unary('sqrt', second), epsilon);
    parameter.variable.scatterAdd(ids, device.scale(device.binary('divide', first, scaled), -rate));
  }

  #momentsOf(parameter: Parameter): Moments {
    let moments = this.#moments.get(parameter);
    if (!moments) {
      const zeros = () => this.#device.variable(new Float32Array(parameter.size), parameter.shape);
      moments = { m: zeros(), v: zeros() };
      this.#moments.set(parameter, moments);
    }
    return moments;
  }
}

function savedMoment(
  { tensors, file }: OptimizerState,
  name: string,
  shape: readonly number[],
): Float32Array {
  const { data, shape: found } = tensors.get(name) ?? {};
  if (data instanceof Float32Array && found!.join() === shape.join()) return data;
  const what = data ? `${found!.join(' x ')} numbers of another kind or shape` : 'missing';
  throw new WordmillError(
    'data',
    `the optimizer's '${name}' is ${what}; ${shape.join(' x ')} float32 are needed`,
    {
      ...(file !== undefined && { place: { file } }),
      hint: 'Restore the checkpoint as it was saved, or train anew.',
    },
  );
}

/** Plain stochastic gradient descent. */
export class GradientDescent implements Optimizer {
  readonly #device: Device;
  #steps = 0;

  constructor(device: Device) {
    this.#device = device;
  }

  step(gradients: Gradients, learningRate: number): void {
    this.#steps++;
    for (const [{ variable }, { dense, rows }] of gradients) {
      if (dense) this.#device.applyDescent(variable, dense, learningRate);
      else
        this.#device.scope(() => variable.scatterAdd(rows.ids, this.#device.scale(rows.rows, -learningRate)));
    }
  }

  state(): OptimizerState {
    return { steps: this.#steps, tensors: new Map() };
  }

  restore({ steps }: OptimizerState): void {
    this.#steps = steps;
  }

  dispose(): void {}
}

/**
 * Scales all gradients down together where their joint length is above a limit (Pascanu, Mikolov & Bengio 2013, "On
 * the difficulty of training recurrent neural networks", algorithm 1).
 *
 * @returns the gradients to use, and their length before.
 * @throws WordmillError `data` if a gradient is no finite number: training diverged.
 */
export function clipByGlobalNorm(
  device: Device,
  gradients: Gradients,
  limit: number,
): { gradients: Gradients; norm: number } {
  let sum = 0;
  for (const { dense, rows } of gradients.values()) sum += squaredLength(device, dense ?? rows!.rows);
  const norm = Math.sqrt(sum);
  if (!Number.isFinite(norm)) {
    throw new WordmillError('data', 'training diverged: a gradient is not finite', {
      hint: 'Start with a lower learning rate.',
    });
  }
  if (!(norm > limit)) return { gradients, norm };
  const factor = limit / norm;
  const clipped = [...gradients].map(([parameter, { dense, rows }]): [Parameter, Gradient] => [
    parameter,
    dense
      ? { dense: device.scale(dense, factor) }
      : { rows: { ids: rows.ids, rows: device.scale(rows.rows, factor) } },
  ]);
  return { gradients: new Map(clipped), norm };
}

/** In float64 where the sum of squares is too large for float32, as it is from lengths of about 1e19. */
function squaredLength(device: Device, tensor: Tensor): number {
  return device.scope(() => {
    const [sum] = device.read(device.sum(device.unary('square', tensor)));
    if (Number.isFinite(sum)) return sum!;
    return (device.read(tensor) as Float32Array).reduce((total, value) => total + value * value, 0);
  });
}
