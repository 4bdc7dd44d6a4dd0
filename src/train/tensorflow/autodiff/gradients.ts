import type { Device, Tensor } from '../backend/device.js';
import type { Parameter } from './parameter.js';

/** The gradient of some rows of a parameter, each id once. */
export interface RowsGradient {
  readonly ids: Int32Array;
  /** [ids.length, …the parameter's other axes] */
  readonly rows: Tensor;
}

/** The gradient of a parameter: of all of it, or of the rows that were used. */
export type Gradient =
  | { readonly dense: Tensor; readonly rows?: undefined }
  | { readonly dense?: undefined; readonly rows: RowsGradient };

/** Gradients by parameter. */
export type Gradients = ReadonlyMap<Parameter, Gradient>;

/** What one backward pass collects for one parameter, before it is summed. */
export class GradientCollector {
  readonly #device: Device;
  readonly #parameter: Parameter;
  readonly #sums: Tensor[] = [];
  /** Factors of the gradients of a matrix: its gradient is the sum of transpose(input) x outputGradient. */
  readonly #inputs: Tensor[] = [];
  readonly #outputGradients: Tensor[] = [];
  readonly #ids: Int32Array[] = [];
  readonly #rows: Tensor[] = [];

  constructor(device: Device, parameter: Parameter) {
    this.#device = device;
    this.#parameter = parameter;
  }

  /** A gradient of the parameter's own shape. */
  add(gradient: Tensor): void {
    this.#sums.push(gradient);
  }

  /**
   * The gradient of a matrix that `input` [n, in] was multiplied with, by its two factors. They are multiplied at the
   * end, all steps of a recurrent network in one product: some times faster than a small product a step.
   */
  addProduct(input: Tensor, outputGradient: Tensor): void {
    this.#inputs.push(input);
    this.#outputGradients.push(outputGradient);
  }

  /** Gradients of rows; an id may occur more than once. */
  addRows(ids: Int32Array, rows: Tensor): void {
    this.#ids.push(ids);
    this.#rows.push(rows);
  }

  /** The sum of all that was added. */
  total(): Gradient {
    if (
      this.#ids.length > 0 &&
      this.#parameter.kind === 'rows' &&
      this.#sums.length + this.#inputs.length === 0
    ) {
      return { rows: this.#totalRows() };
    }
    const device = this.#device;
    const parts = [...this.#sums];
    if (this.#inputs.length > 0) {
      const inputs = joined(device, this.#inputs);
      parts.push(device.matMul(inputs, joined(device, this.#outputGradients), true));
    }
    if (this.#ids.length > 0) {
      const { ids, rows } = this.#totalRows();
      parts.push(device.segmentSum(rows, ids, this.#parameter.shape[0]!));
    }
    return { dense: parts.reduce((sum, part) => device.binary('add', sum, part)) };
  }

  #totalRows(): RowsGradient {
    const all = concatenated(this.#ids);
    const { ids, places } = distinct(all);
    const rows = joined(this.#device, this.#rows);
    return { ids, rows: this.#device.segmentSum(rows, places, ids.length) };
  }
}

function joined(device: Device, parts: readonly Tensor[]): Tensor {
  return parts.length === 1 ? parts[0]! : device.concat(parts, 0);
}

function concatenated(parts: readonly Int32Array[]): Int32Array {
  if (parts.length === 1) return parts[0]!;
  const all = new Int32Array(parts.reduce((length, part) => length + part.length, 0));
  let end = 0;
  for (const part of parts) {
    all.set(part, end);
    end += part.length;
  }
  return all;
}

/** The different ids, in order of first occurrence, and for each entry of `all` its place among them. */
function distinct(all: Int32Array): { ids: Int32Array; places: Int32Array } {
  const placeOf = new Map<number, number>();
  const places = new Int32Array(all.length);
  for (let i = 0; i < all.length; i++) {
    const id = all[i]!;
    let place = placeOf.get(id);
    if (place === undefined) {
      place = placeOf.size;
      placeOf.set(id, place);
    }
    places[i] = place;
  }
  return { ids: Int32Array.from(placeOf.keys()), places };
}
