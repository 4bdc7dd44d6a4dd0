/** What a tensor's numbers are. */
export type DataType = 'float32' | 'int32';

/** A tensor's numbers on this side: row by row. */
export type HostData = Float32Array | Int32Array;

/**
 * A tensor on a device: its shape here, its numbers there. Never changed once made. It lives until the scope that it was
 * made in ends (`Device.scope`), or until `free`.
 */
export class Tensor {
  readonly shape: readonly number[];
  readonly dtype: DataType;
  /** What the device knows it by; undefined once it is freed. */
  handle: unknown;

  constructor(handle: unknown, shape: readonly number[], dtype: DataType) {
    this.handle = handle;
    this.shape = shape;
    this.dtype = dtype;
  }

  /** How many numbers it holds. */
  get size(): number {
    return sizeOf(this.shape);
  }
}

/** How many numbers a tensor of this shape holds. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}

/** Functions of one number, applied to each. */
export type UnaryName =
  | 'sigmoid'
  | 'tanh'
  | 'relu'
  | 'exp'
  | 'log'
  | 'sqrt'
  | 'square'
  | 'negate'
  | 'softplus';

/** Functions of two numbers, applied to each pair; shapes are broadcast as in NumPy. */
export type BinaryName = 'add' | 'subtract' | 'multiply' | 'divide' | 'maximum';

/**
 * A table of numbers that training changes in place: a weight matrix, or the rows of an embedding. It stays on the
 * device until `dispose`.
 */
export interface Variable {
  readonly shape: readonly number[];
  /** The whole value now, as a tensor of the current scope. Free it before the variable is changed: a change copies what is still read. */
  read(): Tensor;
  /** Copies the value to this side, for saving. */
  toHost(): Float32Array;
  /** Replaces the whole value. */
  assign(data: Float32Array): void;
  /** The rows with these ids: [ids.length, …shape[1..]]. */
  gather(ids: Int32Array): Tensor;
  /** Replaces rows; ids must differ from each other. */
  scatterUpdate(ids: Int32Array, rows: Tensor): void;
  /** Adds to rows; where an id occurs more than once, all of its rows are added. */
  scatterAdd(ids: Int32Array, rows: Tensor): void;
  dispose(): void;
}

/** The numbers of one Adam step (Kingma & Ba 2015, algorithm 1), its power terms worked out already. */
export interface AdamStep {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** beta1 and beta2 to the power of the step's number, from 1. */
  readonly beta1Power: number;
  readonly beta2Power: number;
}

/** What an LSTM's step keeps for its gradient: activated gates and states, each [batch, units]. */
export interface LstmActivations {
  readonly update: Tensor;
  readonly candidate: Tensor;
  readonly forget: Tensor;
  readonly output: Tensor;
  /** The new cell state, and its tanh. */
  readonly state: Tensor;
  readonly activated: Tensor;
}

/** Diagonal peephole weights, each [units]. */
export interface LstmPeepholes {
  readonly update: Tensor;
  readonly forget: Tensor;
  readonly output: Tensor;
}

/** An LSTM's operations. Gates stand in the order update, candidate, forget, output. */
export interface LstmOperations {
  /**
   * All steps, forward.
   *
   * @param x [steps, batch, inputs]
   * @param before activation and state to start from, each [batch, units]
   * @param weights of the input and of the activation, one above the other: [inputs + units, 4 units]
   * @returns what each step kept and the activations, all [steps, batch, units]
   */
  forward(
    x: Tensor,
    before: { readonly activation: Tensor; readonly state: Tensor },
    weights: Tensor,
    bias: Tensor,
    peepholes?: LstmPeepholes,
  ): LstmActivations & { readonly activation: Tensor };
  /**
   * One step back, but for the matrix product.
   *
   * @param before the state before the step
   * @param byState the gradient by its new state; `byActivation` by its activation
   * @returns gradients by the pre-activations of the gates, [batch, 4 units], and by the state before
   */
  backward(
    before: Tensor,
    kept: LstmActivations,
    byState: Tensor,
    byActivation: Tensor,
    peepholes?: LstmPeepholes,
  ): { readonly gates: Tensor; readonly state: Tensor; readonly peepholes: LstmPeepholes };
}

/** What a step of a GRU keeps for its gradient, each [batch, units]. */
export interface GruActivations {
  readonly relevance: Tensor;
  /** The share of the state before that is kept: 1 - the update gate. */
  readonly keep: Tensor;
  readonly candidate: Tensor;
}

/** A GRU's weights as its operations take them: those of the input above those of the state. */
export interface GruWeights {
  /** Of relevance and keep side by side, [inputs + units, 2 units], and their bias. */
  readonly gates: Tensor;
  readonly gateBias: Tensor;
  /** [inputs + units, units], and its bias. */
  readonly candidate: Tensor;
  readonly candidateBias: Tensor;
}

/** A step of a GRU forward: x [batch, inputs], the state before [batch, units]. */
export type GruStep = (
  x: Tensor,
  before: Tensor,
  weights: GruWeights,
) => GruActivations & { readonly state: Tensor };

/**
 * Where tensors live and are computed with: TensorFlow's native library, or tfjs in WebAssembly or JavaScript. Only the
 * operations that the models need, without gradients: those are the tape's (`autodiff/tape.ts`).
 *
 * Memory is by scopes: a tensor made inside `scope` is freed when it ends, unless it is returned. Outside any scope
 * tensors live until they are freed.
 */
export abstract class Device {
  abstract readonly backend: 'tensorflow' | 'wasm' | 'cpu';
  /** How many threads an operation may use. */
  abstract readonly threads: number;
  readonly #scopes: Set<Tensor>[] = [];

  /** Tensors that are alive, for tests that hold their number flat (native: in the whole process). */
  abstract get liveTensors(): number;

  /** Copies numbers to the device. */
  abstract tensor(data: HostData, shape: readonly number[]): Tensor;
  /** Copies a tensor's numbers to this side. */
  abstract read(tensor: Tensor): HostData;
  abstract variable(data: Float32Array, shape: readonly number[]): Variable;

  abstract unary(name: UnaryName, x: Tensor): Tensor;
  abstract binary(name: BinaryName, a: Tensor, b: Tensor): Tensor;
  /** Multiplies by one number. */
  abstract scale(x: Tensor, factor: number): Tensor;
  /** The product of two matrices, either transposed first. */
  abstract matMul(a: Tensor, b: Tensor, transposeA?: boolean, transposeB?: boolean): Tensor;
  /** The products of as many matrices, [n, rows, in] by [n, in, columns], either transposed first. */
  abstract batchMatMul(a: Tensor, b: Tensor, transposeA?: boolean, transposeB?: boolean): Tensor;
  /** The sum over some axes, or over all. */
  abstract sum(x: Tensor, axes?: readonly number[], keepDims?: boolean): Tensor;
  abstract reshape(x: Tensor, shape: readonly number[]): Tensor;
  abstract transpose(x: Tensor): Tensor;
  abstract concat(parts: readonly Tensor[], axis: number): Tensor;
  /** Equal parts along an axis. */
  abstract split(x: Tensor, parts: number, axis: number): Tensor[];
  abstract slice(x: Tensor, begin: readonly number[], size: readonly number[]): Tensor;
  /** Rows of a tensor, by their numbers. */
  abstract gather(x: Tensor, ids: Int32Array): Tensor;
  /** The sum of the rows of `x` that belong to each of `count` segments: row i belongs to `segments[i]`. */
  abstract segmentSum(x: Tensor, segments: Int32Array, count: number): Tensor;
  /** Softmax over the last axis. */
  abstract softmax(x: Tensor): Tensor;
  /** One number of each row: `x[i, columns[i]]`. */
  abstract pick(x: Tensor, columns: Int32Array): Tensor;

  /** Changes a variable by one step of Adam, with the moments that belong to it. */
  abstract applyAdam(value: Variable, m: Variable, v: Variable, gradient: Tensor, step: AdamStep): void;
  /** Subtracts `learningRate * gradient` from a variable. */
  abstract applyDescent(value: Variable, gradient: Tensor, learningRate: number): void;

  /**
   * An LSTM over a whole sequence, and the gradient of the element-wise part of a step, where the device has them as
   * one operation each.
   */
  readonly lstm?: LstmOperations;

  /** A step of a GRU forward, where the device has it as one operation. */
  readonly gru?: GruStep;

  protected abstract release(tensor: Tensor): void;

  /** Frees a tensor now. Freeing one twice is harmless. */
  free(tensor: Tensor): void {
    if (tensor.handle === undefined) return;
    this.release(tensor);
    tensor.handle = undefined;
    for (const scope of this.#scopes) scope.delete(tensor);
  }

  /**
   * Runs a function and frees what it made, but for the tensors that it returns: one, or an array of them. Tensors
   * inside other objects are freed.
   *
   * @throws TypeError for a function that is asynchronous: what it made would be freed before it ends.
   */
  scope<Result>(body: () => Result): Result {
    const made = new Set<Tensor>();
    this.#scopes.push(made);
    let kept: readonly Tensor[] = [];
    try {
      const result = body();
      if (result instanceof Promise) throw new TypeError('what runs in a scope cannot be asynchronous');
      kept = tensorsIn(result);
      return result;
    } finally {
      this.#scopes.pop();
      // Only what was made here passes to the scope outside; a tensor that was kept belongs to none.
      const passedOn = kept.filter((tensor) => made.delete(tensor));
      for (const tensor of made) {
        this.release(tensor);
        tensor.handle = undefined;
      }
      for (const tensor of passedOn) this.#scopes.at(-1)?.add(tensor);
    }
  }

  /** Takes a tensor out of every scope: it lives until it is freed. */
  keep(tensor: Tensor): Tensor {
    for (const scope of this.#scopes) scope.delete(tensor);
    return tensor;
  }

  /** Wraps what the device made, and remembers it in the current scope. */
  protected own(handle: unknown, shape: readonly number[], dtype: DataType): Tensor {
    const tensor = new Tensor(handle, shape, dtype);
    this.#scopes.at(-1)?.add(tensor);
    return tensor;
  }
}

function tensorsIn(result: unknown): readonly Tensor[] {
  if (result instanceof Tensor) return [result];
  if (Array.isArray(result)) return result.filter((item) => item instanceof Tensor);
  return [];
}
