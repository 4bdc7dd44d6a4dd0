import { type Device, sizeOf, type Variable } from '../backend/device.js';

/** What of a parameter one step of training changes. */
export type ParameterKind =
  /** All of it: weight matrices, biases. */
  | 'dense'
  /** The rows that the batch looks up: embeddings, the output rows of a sampled softmax. */
  | 'rows';

/** A tensor that training learns. */
export class Parameter {
  /** A path that names it in a saved model, such as `layers.0.forward.kernel`. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly kind: ParameterKind;
  readonly variable: Variable;
  /** A frozen parameter gets no gradient. */
  frozen = false;

  constructor(
    device: Device,
    name: string,
    shape: readonly number[],
    data: Float32Array,
    kind: ParameterKind = 'dense',
  ) {
    if (data.length !== sizeOf(shape)) {
      throw new RangeError(
        `parameter ${name} has ${data.length} numbers, but its shape ${shape.join(' x ')} needs ${sizeOf(shape)}`,
      );
    }
    this.name = name;
    this.shape = shape;
    this.kind = kind;
    this.variable = device.variable(data, shape);
  }

  /** How many numbers it holds. */
  get size(): number {
    return sizeOf(this.shape);
  }

  dispose(): void {
    this.variable.dispose();
  }
}
