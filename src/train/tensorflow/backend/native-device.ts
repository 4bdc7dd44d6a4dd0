import { randomUUID } from 'node:crypto';
import {
  type AdamStep,
  type BinaryName,
  type DataType,
  Device,
  type GruStep,
  type HostData,
  type LstmOperations,
  sizeOf,
  type Tensor,
  type UnaryName,
  type Variable,
} from './device.js';
import type { LoadedTensorFlow } from './load.js';
import { nativeGru } from './native-gru.js';
import { nativeLstm } from './native-lstm.js';

/** An attribute of an operation, as the addon takes it. */
export interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** What the addon of tfjs-node offers (its `TFJSBinding`): tensors are numbers. */
export interface Binding {
  createTensor(shape: readonly number[], dtype: number, data: HostData): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): HostData;
  executeOp(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly number[],
    outputs: number,
  ): { readonly id: number; readonly shape: number[]; readonly dtype: number }[];
  getNumOfTensors(): number;
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_INT64: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_SHAPE: number;
  readonly TF_ATTR_STRING: number;
}

const UNARY: Readonly<Record<UnaryName, string>> = {
  sigmoid: 'Sigmoid',
  tanh: 'Tanh',
  relu: 'Relu',
  exp: 'Exp',
  log: 'Log',
  sqrt: 'Sqrt',
  square: 'Square',
  negate: 'Neg',
  softplus: 'Softplus',
};

const BINARY: Readonly<Record<BinaryName, string>> = {
  add: 'AddV2',
  subtract: 'Sub',
  multiply: 'Mul',
  divide: 'RealDiv',
  maximum: 'Maximum',
};

/**
 * TensorFlow's library, called operation by operation through tfjs-node's addon. tfjs's own layers of bookkeeping cost
 * some 30 microseconds an operation, the addon alone about 5: recurrent networks make hundreds of small ones a step.
 * Names and attributes are those of TensorFlow's operation registry.
 */
export class NativeDevice extends Device {
  readonly backend = 'tensorflow';
  readonly threads: number;
  readonly binding: Binding;
  readonly #constants = new Map<string, number>();
  readonly #float: Attribute;
  readonly #index: Attribute;
  override readonly lstm: LstmOperations;
  override readonly gru: GruStep;

  constructor({ tf, threads }: LoadedTensorFlow) {
    super();
    this.threads = threads;
    // By name, because all copies of tfjs in a process share one current backend, which a test may have changed.
    this.binding = (tf.findBackend('tensorflow') as unknown as { binding: Binding }).binding;
    this.#float = this.type('T', 'float32');
    this.#index = this.type('Tidx', 'int32');
    this.lstm = nativeLstm(this);
    this.gru = nativeGru(this);
  }

  get liveTensors(): number {
    return this.binding.getNumOfTensors() - this.#constants.size;
  }

  tensor(data: HostData, shape: readonly number[]): Tensor {
    const dtype = data instanceof Int32Array ? 'int32' : 'float32';
    return this.own(this.binding.createTensor(shape, this.typeCode(dtype), data), shape, dtype);
  }

  read(tensor: Tensor): HostData {
    return this.binding.tensorDataSync(tensor.handle as number);
  }

  variable(data: Float32Array, shape: readonly number[]): Variable {
    return new NativeVariable(this, data, shape);
  }

  unary(name: UnaryName, x: Tensor): Tensor {
    return this.execute(UNARY[name], [this.#float], [x]);
  }

  binary(name: BinaryName, a: Tensor, b: Tensor): Tensor {
    return this.execute(BINARY[name], [this.#float], [a, b]);
  }

  scale(x: Tensor, factor: number): Tensor {
    const scalar = this.tensor(Float32Array.of(factor), []);
    const product = this.execute('Mul', [this.#float], [x, scalar]);
    this.free(scalar);
    return product;
  }

  matMul(a: Tensor, b: Tensor, transposeA = false, transposeB = false): Tensor {
    const attributes = [
      this.#float,
      this.flag('transpose_a', transposeA),
      this.flag('transpose_b', transposeB),
    ];
    return this.execute('MatMul', attributes, [a, b]);
  }

  batchMatMul(a: Tensor, b: Tensor, transposeA = false, transposeB = false): Tensor {
    const attributes = [this.#float, this.flag('adj_x', transposeA), this.flag('adj_y', transposeB)];
    return this.execute('BatchMatMulV2', attributes, [a, b]);
  }

  sum(x: Tensor, axes = x.shape.map((_, axis) => axis), keepDims = false): Tensor {
    return this.execute(
      'Sum',
      [this.#float, this.#index, this.flag('keep_dims', keepDims)],
      [x, this.constant(axes)],
    );
  }

  reshape(x: Tensor, shape: readonly number[]): Tensor {
    const attributes = [this.type('T', x.dtype), this.type('Tshape', 'int32')];
    return this.execute('Reshape', attributes, [x, this.constant(shape)], x.dtype);
  }

  transpose(x: Tensor): Tensor {
    return this.execute('Transpose', [this.#float, this.type('Tperm', 'int32')], [x, this.constant([1, 0])]);
  }

  concat(parts: readonly Tensor[], axis: number): Tensor {
    if (parts.length === 1) return this.execute('Identity', [this.#float], [parts[0]!]);
    return this.execute(
      'ConcatV2',
      [this.#float, this.int('N', parts.length), this.#index],
      [...parts, this.constant(axis)],
    );
  }

  split(x: Tensor, parts: number, axis: number): Tensor[] {
    return this.executeMany(
      'Split',
      [this.#float, this.int('num_split', parts)],
      [this.constant(axis), x],
      parts,
    );
  }

  slice(x: Tensor, begin: readonly number[], size: readonly number[]): Tensor {
    const attributes = [this.#float, this.type('Index', 'int32')];
    return this.execute('Slice', attributes, [x, this.constant(begin), this.constant(size)]);
  }

  gather(x: Tensor, ids: Int32Array): Tensor {
    return this.withIds(ids, (indices) =>
      this.execute(
        'GatherV2',
        [
          this.int('batch_dims', 0),
          this.type('Tparams', 'float32'),
          this.type('Tindices', 'int32'),
          this.type('Taxis', 'int32'),
        ],
        [x, indices, this.constant(0)],
      ),
    );
  }

  segmentSum(x: Tensor, segments: Int32Array, count: number): Tensor {
    return this.withIds(segments, (ids) =>
      this.execute(
        'UnsortedSegmentSum',
        [this.#float, this.type('Tindices', 'int32'), this.type('Tnumsegments', 'int32')],
        [x, ids, this.constant(count)],
      ),
    );
  }

  softmax(x: Tensor): Tensor {
    return this.execute('Softmax', [this.#float], [x]);
  }

  pick(x: Tensor, columns: Int32Array): Tensor {
    const places = new Int32Array(2 * columns.length);
    for (const [row, column] of columns.entries()) places.set([row, column], 2 * row);
    const indices = this.tensor(places, [columns.length, 2]);
    const picked = this.execute(
      'GatherNd',
      [this.type('Tparams', 'float32'), this.type('Tindices', 'int32')],
      [x, indices],
    );
    this.free(indices);
    return picked;
  }

  applyAdam(value: Variable, m: Variable, v: Variable, gradient: Tensor, step: AdamStep): void {
    const numbers = [
      step.beta1Power,
      step.beta2Power,
      step.learningRate,
      step.beta1,
      step.beta2,
      step.epsilon,
    ];
    const scalars = numbers.map((number) => this.tensor(Float32Array.of(number), []));
    this.change(
      'ResourceApplyAdam',
      [this.#float, this.flag('use_locking', false), this.flag('use_nesterov', false)],
      [
        ...[value, m, v].map((variable) => (variable as NativeVariable).resource),
        ...[...scalars, gradient].map(idOf),
      ],
    );
    for (const scalar of scalars) this.free(scalar);
  }

  applyDescent(value: Variable, gradient: Tensor, learningRate: number): void {
    const rate = this.tensor(Float32Array.of(learningRate), []);
    this.change(
      'ResourceApplyGradientDescent',
      [this.#float, this.flag('use_locking', false)],
      [(value as NativeVariable).resource, idOf(rate), idOf(gradient)],
    );
    this.free(rate);
  }

  protected release(tensor: Tensor): void {
    this.binding.deleteTensor(tensor.handle as number);
  }

  /** Runs an operation of one output. Inputs may be tensors or the addon's own numbers. */
  execute(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly (Tensor | number)[],
    dtype: DataType = 'float32',
  ): Tensor {
    const [made] = this.binding.executeOp(name, attributes, inputs.map(idOf), 1);
    return this.own(made!.id, made!.shape, dtype);
  }

  executeMany(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly (Tensor | number)[],
    outputs: number,
  ): Tensor[] {
    const made = this.binding.executeOp(name, attributes, inputs.map(idOf), outputs);
    return made.map(({ id, shape }) => this.own(id, shape, 'float32'));
  }

  /** Runs an operation that changes a resource and gives nothing. */
  change(name: string, attributes: readonly Attribute[], inputs: readonly number[]): void {
    this.binding.executeOp(name, attributes, inputs, 0);
  }

  withIds(ids: Int32Array, body: (indices: Tensor) => Tensor): Tensor {
    const indices = this.tensor(ids, [ids.length]);
    const result = body(indices);
    this.free(indices);
    return result;
  }

  type(name: string, dtype: DataType): Attribute {
    return { name, type: this.binding.TF_ATTR_TYPE, value: this.typeCode(dtype) };
  }

  flag(name: string, value: boolean): Attribute {
    return { name, type: this.binding.TF_ATTR_BOOL, value };
  }

  float(name: string, value: number): Attribute {
    return { name, type: this.binding.TF_ATTR_FLOAT, value };
  }

  int(name: string, value: number): Attribute {
    return { name, type: this.binding.TF_ATTR_INT, value };
  }

  private typeCode(dtype: DataType): number {
    return dtype === 'int32' ? this.binding.TF_INT32 : this.binding.TF_FLOAT;
  }

  /** A small whole-number tensor (axes, shapes), made once and kept. */
  private constant(value: number | readonly number[]): number {
    const shape = typeof value === 'number' ? [] : [value.length];
    const key = `${shape}:${value}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const data = Int32Array.from(typeof value === 'number' ? [value] : value);
    // Shapes that depend on lengths of sequences vary without end: past some number they go with the current scope.
    if (this.#constants.size >= MOST_CONSTANTS) return this.tensor(data, shape).handle as number;
    const made = this.binding.createTensor(shape, this.binding.TF_INT32, data);
    this.#constants.set(key, made);
    return made;
  }

  /** Zeros, made once and kept. */
  zeros(shape: readonly number[]): number {
    const key = `zeros:${shape}`;
    let made = this.#constants.get(key);
    if (made === undefined) {
      made = this.binding.createTensor(shape, this.binding.TF_FLOAT, new Float32Array(sizeOf(shape)));
      this.#constants.set(key, made);
    }
    return made;
  }
}

const MOST_CONSTANTS = 1_000;

function idOf(tensor: Tensor | number): number {
  return typeof tensor === 'number' ? tensor : (tensor.handle as number);
}

/** Names are shared by all that use TensorFlow in a process, another copy of this module among them. */
const VARIABLES = `wordmill-${randomUUID()}`;
let variablesMade = 0;

/** A resource variable: read without a copy, changed in place, its rows gathered and scattered alone. */
class NativeVariable implements Variable {
  readonly shape: readonly number[];
  /** The addon's number of the resource handle. */
  readonly resource: number;
  readonly #device: NativeDevice;
  readonly #dtype: Attribute;
  #disposed = false;

  constructor(device: NativeDevice, data: Float32Array, shape: readonly number[]) {
    this.#device = device;
    this.shape = shape;
    const { binding } = device;
    this.#dtype = device.type('dtype', 'float32');
    const [handle] = binding.executeOp(
      'VarHandleOp',
      [
        this.#dtype,
        { name: 'shape', type: binding.TF_ATTR_SHAPE, value: [...shape] },
        { name: 'shared_name', type: binding.TF_ATTR_STRING, value: `${VARIABLES}-${++variablesMade}` },
        { name: 'container', type: binding.TF_ATTR_STRING, value: '' },
      ],
      [],
      1,
    );
    this.resource = handle!.id;
    this.assign(data);
  }

  read(): Tensor {
    return this.#device.execute('ReadVariableOp', [this.#dtype], [this.resource]);
  }

  toHost(): Float32Array {
    const value = this.read();
    const data = this.#device.read(value) as Float32Array;
    this.#device.free(value);
    return data;
  }

  assign(data: Float32Array): void {
    const value = this.#device.tensor(data, this.shape);
    this.#device.change('AssignVariableOp', [this.#dtype], [this.resource, value.handle as number]);
    this.#device.free(value);
  }

  gather(ids: Int32Array): Tensor {
    const attributes = [
      this.#dtype,
      this.#device.type('Tindices', 'int32'),
      this.#device.int('batch_dims', 0),
    ];
    return this.#device.withIds(ids, (indices) =>
      this.#device.execute('ResourceGather', attributes, [this.resource, indices]),
    );
  }

  scatterUpdate(ids: Int32Array, rows: Tensor): void {
    this.#scatter('ResourceScatterUpdate', ids, rows);
  }

  scatterAdd(ids: Int32Array, rows: Tensor): void {
    this.#scatter('ResourceScatterAdd', ids, rows);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    const ignoring = this.#device.flag('ignore_lookup_error', true);
    this.#device.change('DestroyResourceOp', [ignoring], [this.resource]);
    this.#device.binding.deleteTensor(this.resource);
  }

  #scatter(operation: string, ids: Int32Array, rows: Tensor): void {
    const indices = this.#device.tensor(ids, [ids.length]);
    const attributes = [this.#dtype, this.#device.type('Tindices', 'int32')];
    this.#device.change(operation, attributes, [this.resource, idOf(indices), idOf(rows)]);
    this.#device.free(indices);
  }
}
