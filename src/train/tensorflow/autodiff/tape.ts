import { type BinaryName, type Device, type HostData, sizeOf, type Tensor } from '../backend/device.js';
import { GradientCollector, type Gradients } from './gradients.js';
import type { Parameter } from './parameter.js';

/** A tensor in a computation that is being recorded. */
export class Value {
  readonly tensor: Tensor;
  /** Whether anything that training learns went into it. */
  readonly needsGradient: boolean;
  /** What has come back to it so far in the backward pass. */
  gradient: Tensor | undefined;

  constructor(tensor: Tensor, needsGradient: boolean) {
    this.tensor = tensor;
    this.needsGradient = needsGradient;
  }

  get shape(): readonly number[] {
    return this.tensor.shape;
  }
}

interface Entry {
  readonly outputs: readonly Value[];
  /** Given the gradients of the outputs, adds to those of the inputs. */
  backward(gradients: readonly (Tensor | undefined)[]): void;
}

/** How many times a matrix must be multiplied with before one transposed copy is cheaper than transposing each time. */
const TRANSPOSE_FROM = 4;

/**
 * Reverse-mode differentiation: operations are computed as they are called and recorded; `backward` goes through the
 * record from the end and gives each parameter its gradient (Griewank & Walther 2008, "Evaluating Derivatives",
 * chapter 3). Use one tape a batch, inside `device.scope`, which frees what the tape made.
 *
 * A loss is recorded by the operations in `losses.ts`; its gradient is that of the sum of all losses recorded.
 */
export class Tape {
  readonly device: Device;
  /** Whether a backward pass will follow; without one, losses leave out the work of gradients. */
  readonly training: boolean;
  readonly #entries: Entry[] = [];
  readonly #collectors = new Map<Parameter, GradientCollector>();
  readonly #read = new Map<Parameter, Tensor>();
  readonly #transposed = new Map<Parameter, Tensor>();
  readonly #uses = new Map<Parameter, number>();

  constructor(device: Device, options: { readonly training?: boolean } = {}) {
    this.device = device;
    this.training = options.training ?? true;
  }

  /** Numbers that nothing is learned from: inputs, masks, states carried over. */
  constant(data: HostData, shape: readonly number[]): Value {
    return new Value(this.device.tensor(data, shape), false);
  }

  /** A tensor that is there already, as a constant. */
  value(tensor: Tensor): Value {
    return new Value(tensor, false);
  }

  /** A parameter as a whole. */
  parameter(parameter: Parameter): Value {
    const value = new Value(this.tensorOf(parameter), this.learns(parameter));
    if (value.needsGradient) this.record([value], ([gradient]) => this.collect(parameter).add(gradient!));
    return value;
  }

  /** Rows of a parameter: an embedding look-up, [ids.length, dimensions]. */
  rows(parameter: Parameter, ids: Int32Array): Value {
    const value = new Value(parameter.variable.gather(ids), this.learns(parameter));
    if (value.needsGradient)
      this.record([value], ([gradient]) => this.collect(parameter).addRows(ids, gradient!));
    return value;
  }

  /** x W + b: x [n, in], W [in, out], b [out]. */
  linear(x: Value, weights: Parameter, bias?: Parameter): Value {
    const { device } = this;
    this.#uses.set(weights, (this.#uses.get(weights) ?? 0) + 1);
    let result = device.matMul(x.tensor, this.tensorOf(weights));
    if (bias) result = device.binary('add', result, this.tensorOf(bias));
    const needsGradient =
      x.needsGradient || this.learns(weights) || (bias !== undefined && this.learns(bias));
    const value = new Value(result, needsGradient);
    this.record([value], ([gradient]) => {
      if (this.learns(weights)) this.collect(weights).addProduct(x.tensor, gradient!);
      if (bias && this.learns(bias)) this.collect(bias).add(device.sum(gradient!, [0]));
      if (x.needsGradient) this.give(x, this.#timesTransposed(gradient!, weights));
    });
    return value;
  }

  add(a: Value, b: Value): Value {
    return this.#binary('add', a, b, (gradient) => [() => gradient, () => gradient]);
  }

  subtract(a: Value, b: Value): Value {
    return this.#binary('subtract', a, b, (gradient) => [
      () => gradient,
      () => this.device.unary('negate', gradient),
    ]);
  }

  /** Element by element. */
  multiply(a: Value, b: Value): Value {
    const { device } = this;
    return this.#binary('multiply', a, b, (gradient) => [
      () => device.binary('multiply', gradient, b.tensor),
      () => device.binary('multiply', gradient, a.tensor),
    ]);
  }

  scale(x: Value, factor: number): Value {
    return this.#unary(x, this.device.scale(x.tensor, factor), (gradient) =>
      this.device.scale(gradient, factor),
    );
  }

  /** 1 - x. */
  oneMinus(x: Value): Value {
    const one = this.device.tensor(Float32Array.of(1), []);
    const result = this.device.binary('subtract', one, x.tensor);
    return this.#unary(x, result, (gradient) => this.device.unary('negate', gradient));
  }

  /** The logistic function; slope y (1 - y). */
  sigmoid(x: Value): Value {
    const { device } = this;
    const y = device.unary('sigmoid', x.tensor);
    return this.#unary(x, y, (gradient) => {
      const slope = device.binary('subtract', y, device.unary('square', y));
      return device.binary('multiply', gradient, slope);
    });
  }

  /** Slope 1 - y^2. */
  tanh(x: Value): Value {
    const { device } = this;
    const y = device.unary('tanh', x.tensor);
    return this.#unary(x, y, (gradient) => {
      const lost = device.binary('multiply', gradient, device.unary('square', y));
      return device.binary('subtract', gradient, lost);
    });
  }

  reshape(x: Value, shape: readonly number[]): Value {
    const result = this.device.reshape(x.tensor, shape);
    return this.#unary(x, result, (gradient) => this.device.reshape(gradient, x.shape));
  }

  /** The transpose of a matrix. */
  transpose(x: Value): Value {
    return this.#unary(x, this.device.transpose(x.tensor), (gradient) => this.device.transpose(gradient));
  }

  concat(parts: readonly Value[], axis: number): Value {
    if (parts.length === 1) return parts[0]!;
    const { device } = this;
    const value = new Value(
      device.concat(
        parts.map(({ tensor }) => tensor),
        axis,
      ),
      parts.some(({ needsGradient }) => needsGradient),
    );
    this.record([value], ([gradient]) => {
      let begin = 0;
      for (const part of parts) {
        const start = part.shape.map((_, i) => (i === axis ? begin : 0));
        if (part.needsGradient) this.give(part, device.slice(gradient!, start, part.shape));
        begin += part.shape[axis]!;
      }
    });
    return value;
  }

  /** Equal parts along an axis. */
  split(x: Value, parts: number, axis: number): Value[] {
    if (parts === 1) return [x];
    const { device } = this;
    const values = device.split(x.tensor, parts, axis).map((part) => new Value(part, x.needsGradient));
    this.record(values, (gradients) => {
      const whole = gradients.map((gradient, i) => gradient ?? zerosLike(device, values[i]!.tensor));
      this.give(x, device.concat(whole, axis));
    });
    return values;
  }

  /** A block of a tensor. */
  slice(x: Value, begin: readonly number[], size: readonly number[]): Value {
    const { device } = this;
    return this.#unary(x, device.slice(x.tensor, begin, size), (gradient) =>
      padded(device, gradient, begin, x.shape),
    );
  }

  /** Rows of a matrix by their numbers; a row may be taken more than once, or not at all. */
  gather(x: Value, rows: Int32Array): Value {
    const result = this.device.gather(x.tensor, rows);
    return this.#unary(x, result, (gradient) => this.device.segmentSum(gradient, rows, x.shape[0]!));
  }

  /** The sum of the rows that belong to each segment: row i belongs to `segments[i]`. */
  segmentSum(x: Value, segments: Int32Array, count: number): Value {
    const result = this.device.segmentSum(x.tensor, segments, count);
    return this.#unary(x, result, (gradient) => this.device.gather(gradient, segments));
  }

  /**
   * Adds an operation of one's own to the record.
   *
   * @param outputs what it made.
   * @param backward is called with the gradients of the outputs (undefined where none came), if at least one has any.
   */
  record(outputs: readonly Value[], backward: Entry['backward']): void {
    if (this.training && outputs.some(({ needsGradient }) => needsGradient))
      this.#entries.push({ outputs, backward });
  }

  /** Records the end of a computation: a loss, whose gradient starts from itself. */
  recordLoss(backward: () => void): void {
    if (this.training) this.#entries.push({ outputs: [], backward });
  }

  /** Adds to what has come back to a value. */
  give(value: Value, gradient: Tensor): void {
    if (!value.needsGradient) return;
    value.gradient = value.gradient ? this.device.binary('add', value.gradient, gradient) : gradient;
  }

  /** Where the gradient of a parameter is collected. */
  collect(parameter: Parameter): GradientCollector {
    let collector = this.#collectors.get(parameter);
    if (!collector) {
      collector = new GradientCollector(this.device, parameter);
      this.#collectors.set(parameter, collector);
    }
    return collector;
  }

  /** Whether gradients of a parameter are wanted. */
  learns(parameter: Parameter): boolean {
    return this.training && !parameter.frozen;
  }

  /** A parameter's value, read once a tape. */
  tensorOf(parameter: Parameter): Tensor {
    let tensor = this.#read.get(parameter);
    if (!tensor) {
      tensor = parameter.variable.read();
      this.#read.set(parameter, tensor);
    }
    return tensor;
  }

  /** Goes back through the record. A tape can do so once. */
  backward(): Gradients {
    for (const { outputs, backward } of this.#entries.reverse()) {
      if (outputs.length > 0 && outputs.every(({ gradient }) => gradient === undefined)) continue;
      backward(outputs.map(({ gradient }) => gradient));
    }
    this.#entries.length = 0;
    const gradients = [...this.#collectors].map(
      ([parameter, collector]) => [parameter, collector.total()] as const,
    );
    // A value that is read holds up changing it in place.
    for (const tensor of this.#read.values()) this.device.free(tensor);
    this.#read.clear();
    return new Map(gradients);
  }

  #timesTransposed(gradient: Tensor, weights: Parameter): Tensor {
    const { device } = this;
    if (this.#uses.get(weights)! < TRANSPOSE_FROM)
      return device.matMul(gradient, this.tensorOf(weights), false, true);
    let transposed = this.#transposed.get(weights);
    if (!transposed) {
      transposed = device.transpose(this.tensorOf(weights));
      this.#transposed.set(weights, transposed);
    }
    return device.matMul(gradient, transposed);
  }

  #unary(x: Value, result: Tensor, slope: (gradient: Tensor) => Tensor): Value {
    const value = new Value(result, x.needsGradient);
    this.record([value], ([gradient]) => this.give(x, slope(gradient!)));
    return value;
  }

  #binary(
    name: BinaryName,
    a: Value,
    b: Value,
    slopes: (gradient: Tensor) => readonly [() => Tensor, () => Tensor],
  ): Value {
    const value = new Value(this.device.binary(name, a.tensor, b.tensor), a.needsGradient || b.needsGradient);
    this.record([value], ([gradient]) => {
      const [byA, byB] = slopes(gradient!);
      if (a.needsGradient) this.give(a, unbroadcast(this.device, byA(), a.shape));
      if (b.needsGradient) this.give(b, unbroadcast(this.device, byB(), b.shape));
    });
    return value;
  }
}

/** Sums a gradient over the axes along which its value was repeated. */
function unbroadcast(device: Device, gradient: Tensor, shape: readonly number[]): Tensor {
  const extra = gradient.shape.length - shape.length;
  const axes = gradient.shape.flatMap((length, axis) =>
    axis < extra || (shape[axis - extra] === 1 && length !== 1) ? [axis] : [],
  );
  if (axes.length === 0) return gradient;
  const summed = device.sum(gradient, axes, true);
  return device.reshape(summed, shape);
}

function zerosLike(device: Device, tensor: Tensor): Tensor {
  return device.tensor(new Float32Array(tensor.size), tensor.shape);
}

/** A block put back at its place in zeros of the whole shape. */
function padded(device: Device, block: Tensor, begin: readonly number[], shape: readonly number[]): Tensor {
  let result = block;
  for (const [axis, length] of shape.entries()) {
    const before = begin[axis]!;
    const after = length - before - result.shape[axis]!;
    const zeros = (count: number) => {
      const padding = result.shape.map((size, i) => (i === axis ? count : size));
      return device.tensor(new Float32Array(sizeOf(padding)), padding);
    };
    const parts = [...(before > 0 ? [zeros(before)] : []), result, ...(after > 0 ? [zeros(after)] : [])];
    if (parts.length > 1) result = device.concat(parts, axis);
  }
  return result;
}
