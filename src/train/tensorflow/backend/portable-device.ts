import type * as tfjs from '@tensorflow/tfjs-core';
import {
  type AdamStep,
  type BinaryName,
  Device,
  type HostData,
  sizeOf,
  type Tensor,
  type UnaryName,
  type Variable,
} from './device.js';
import type { LoadedTensorFlow } from './load.js';

type Tfjs = LoadedTensorFlow['tf'];

/**
 * tfjs's own backends, in WebAssembly or plain JavaScript, where TensorFlow's library is not there. Variables stay on
 * this side as typed arrays, so that changing some rows costs what those rows cost.
 */
export class PortableDevice extends Device {
  readonly backend: 'wasm' | 'cpu';
  readonly threads = 1;
  readonly #tf: Tfjs;
  #live = 0;

  constructor({ tf, backend }: Pick<LoadedTensorFlow, 'tf' | 'backend'>) {
    super();
    this.#tf = tf;
    this.backend = backend as 'wasm' | 'cpu';
  }

  get liveTensors(): number {
    return this.#live;
  }

  tensor(data: HostData, shape: readonly number[]): Tensor {
    // A copy, because tfjs keeps the array that it is given.
    const dtype = data instanceof Int32Array ? 'int32' : 'float32';
    return this.#owned(this.#tf.tensor(data.slice(), shape as number[], dtype));
  }

  read(tensor: Tensor): HostData {
    // A copy, because the plain backend hands out its own array.
    return of(tensor).dataSync().slice() as HostData;
  }

  variable(data: Float32Array, shape: readonly number[]): Variable {
    return new HostVariable(this, data, shape);
  }

  unary(name: UnaryName, x: Tensor): Tensor {
    return this.#run((tf) => tf[name === 'negate' ? 'neg' : name](of(x)));
  }

  binary(name: BinaryName, a: Tensor, b: Tensor): Tensor {
    const names = {
      add: 'add',
      subtract: 'sub',
      multiply: 'mul',
      divide: 'div',
      maximum: 'maximum',
    } as const;
    return this.#run((tf) => tf[names[name]](of(a), of(b)));
  }

  scale(x: Tensor, factor: number): Tensor {
    return this.#run((tf) => tf.mul(of(x), factor));
  }

  matMul(a: Tensor, b: Tensor, transposeA = false, transposeB = false): Tensor {
    return this.#run((tf) =>
      tf.matMul(of(a) as tfjs.Tensor2D, of(b) as tfjs.Tensor2D, transposeA, transposeB),
    );
  }

  batchMatMul(a: Tensor, b: Tensor, transposeA = false, transposeB = false): Tensor {
    return this.#run((tf) => tf.matMul(of(a), of(b), transposeA, transposeB));
  }

  sum(x: Tensor, axes?: readonly number[], keepDims = false): Tensor {
    return this.#run((tf) => tf.sum(of(x), axes as number[], keepDims));
  }

  reshape(x: Tensor, shape: readonly number[]): Tensor {
    return this.#run((tf) => tf.reshape(of(x), shape as number[]));
  }

  transpose(x: Tensor): Tensor {
    return this.#run((tf) => tf.transpose(of(x)));
  }

  concat(parts: readonly Tensor[], axis: number): Tensor {
    return this.#run((tf) => (parts.length === 1 ? tf.clone(of(parts[0]!)) : tf.concat(parts.map(of), axis)));
  }

  split(x: Tensor, parts: number, axis: number): Tensor[] {
    const made = this.#tf.tidy(() => this.#tf.split(of(x), parts, axis));
    return made.map((part) => this.#owned(part));
  }

  slice(x: Tensor, begin: readonly number[], size: readonly number[]): Tensor {
    return this.#run((tf) => tf.slice(of(x), begin as number[], size as number[]));
  }

  gather(x: Tensor, ids: Int32Array): Tensor {
    return this.#run((tf) => tf.gather(of(x), tf.tensor1d(ids.slice(), 'int32')));
  }

  segmentSum(x: Tensor, segments: Int32Array, count: number): Tensor {
    const rowLength = sizeOf(x.shape.slice(1));
    const data = this.read(x);
    const sums = new Float32Array(count * rowLength);
    for (const [row, segment] of segments.entries()) addAt(sums, segment, data, row, rowLength);
    return this.tensor(sums, [count, ...x.shape.slice(1)]);
  }

  softmax(x: Tensor): Tensor {
    return this.#run((tf) => tf.softmax(of(x)));
  }

  pick(x: Tensor, columns: Int32Array): Tensor {
    const data = this.read(x);
    const width = x.shape[1]!;
    return this.tensor(
      Float32Array.from(columns, (column, row) => data[row * width + column]!),
      [columns.length],
    );
  }

  /** As TensorFlow's `ResourceApplyAdam` computes it. */
  applyAdam(value: Variable, m: Variable, v: Variable, gradient: Tensor, step: AdamStep): void {
    const { beta1, beta2, epsilon } = step;
    const rate = (step.learningRate * Math.sqrt(1 - step.beta2Power)) / (1 - step.beta1Power);
    const g = this.read(gradient);
    const [values, first, second] = [value, m, v].map((variable) => (variable as HostVariable).change());
    for (let i = 0; i < g.length; i++) {
      first![i]! += (g[i]! - first![i]!) * (1 - beta1);
      second![i]! += (g[i]! * g[i]! - second![i]!) * (1 - beta2);
      values![i]! -= (first![i]! * rate) / (Math.sqrt(second![i]!) + epsilon);
    }
  }

  applyDescent(value: Variable, gradient: Tensor, learningRate: number): void {
    const g = this.read(gradient);
    const values = (value as HostVariable).change();
    for (let i = 0; i < g.length; i++) values[i]! -= learningRate * g[i]!;
  }

  protected release(tensor: Tensor): void {
    of(tensor).dispose();
    this.#live--;
  }

  #run(body: (tf: Tfjs) => tfjs.Tensor): Tensor {
    return this.#owned(this.#tf.tidy(() => body(this.#tf)));
  }

  #owned(made: tfjs.Tensor): Tensor {
    this.#live++;
    return this.own(made, made.shape, made.dtype === 'int32' ? 'int32' : 'float32');
  }
}

function of(tensor: Tensor): tfjs.Tensor {
  return tensor.handle as tfjs.Tensor;
}

function addAt(sums: Float32Array, to: number, data: HostData, from: number, length: number): void {
  for (let j = 0; j < length; j++) sums[to * length + j]! += data[from * length + j]!;
}

/** A variable as a typed array on this side; its copy on the device is made when it is read, and kept until it changes. */
class HostVariable implements Variable {
  readonly shape: readonly number[];
  readonly #device: PortableDevice;
  readonly #data: Float32Array;
  readonly #rowLength: number;
  #copy: Tensor | undefined;

  constructor(device: PortableDevice, data: Float32Array, shape: readonly number[]) {
    this.#device = device;
    this.shape = shape;
    this.#data = data.slice();
    this.#rowLength = sizeOf(shape.slice(1));
  }

  /** The numbers themselves, about to be changed. */
  change(): Float32Array {
    if (this.#copy) this.#device.free(this.#copy);
    this.#copy = undefined;
    return this.#data;
  }

  read(): Tensor {
    this.#copy ??= this.#device.keep(this.#device.tensor(this.#data, this.shape));
    return this.#device.reshape(this.#copy, this.shape);
  }

  toHost(): Float32Array {
    return this.#data.slice();
  }

  assign(data: Float32Array): void {
    this.change().set(data);
  }

  gather(ids: Int32Array): Tensor {
    const length = this.#rowLength;
    const rows = new Float32Array(ids.length * length);
    for (const [row, id] of ids.entries())
      rows.set(this.#data.subarray(id * length, (id + 1) * length), row * length);
    return this.#device.tensor(rows, [ids.length, ...this.shape.slice(1)]);
  }

  scatterUpdate(ids: Int32Array, rows: Tensor): void {
    const length = this.#rowLength;
    const values = this.change();
    const data = this.#device.read(rows);
    for (const [row, id] of ids.entries())
      values.set(data.subarray(row * length, (row + 1) * length), id * length);
  }

  scatterAdd(ids: Int32Array, rows: Tensor): void {
    const values = this.change();
    const data = this.#device.read(rows);
    for (const [row, id] of ids.entries()) addAt(values, id, data, row, this.#rowLength);
  }

  dispose(): void {
    this.change();
  }
}
