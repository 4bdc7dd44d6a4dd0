import { throwIfAborted, WordmillError } from '../core/errors.js';
import { InputFile } from '../formats/input-file.js';
import { bytesOf, nativeOrder } from '../formats/packed-rows.js';
import { type OpenedHeader, openedHeader, type TensorEntry } from '../formats/safetensors-header.js';
import { MATRICES, type MatrixName, type Model } from './model.js';
import { BLOCK_FLOATS, FORMAT, rowsInBlock, VERSION } from './row-changes.js';

/** A file of changed rows that is open for reading. */
export class RowChanges {
  readonly #file: InputFile;
  readonly #header: OpenedHeader;

  private constructor(file: InputFile, header: OpenedHeader) {
    this.#file = file;
    this.#header = header;
  }

  /**
   * @param model what it is to be changes of.
   * @throws WordmillError `noInput`; `data` for a file that is no such file, or is of a model of another size.
   */
  static async open(path: string, model: Model): Promise<RowChanges> {
    const file = await InputFile.open(path);
    try {
      const changes = new RowChanges(file, await openedHeader(file));
      changes.#check(model);
      return changes;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** What the file says of itself. */
  get metadata(): Readonly<Record<string, string>> {
    return this.#header.metadata;
  }

  /** How many rows of a matrix changed. */
  count(name: MatrixName): number {
    return this.#entry(`${name}.rows`).shape[0]!;
  }

  /**
   * The rows of a matrix from the first on, in blocks.
   *
   * @param share how many readers are to hold no more than a block together.
   */
  read(name: MatrixName, of: number, share = 1): RowReader {
    const rows = this.#entry(`${name}.rows`);
    const values = this.#entry(`${name}.values`);
    return new RowReader(this.#file, this.#header.dataStart, { rows, values, of, share });
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  #check(model: Model): void {
    const { metadata, entries } = this.#header;
    if (
      metadata.format !== FORMAT ||
      metadata.version !== VERSION ||
      entries.length !== 2 * MATRICES.length
    ) {
      throw this.#wrong('this is no file of changed rows that is known here');
    }
    for (const name of MATRICES) {
      const { rows, dimensions } = model[name];
      const [of, n] = [Number(metadata[`${name}Rows`]), this.count(name)];
      const { type, shape } = this.#entry(`${name}.values`);
      if (of !== rows || shape[1] !== dimensions) {
        throw this.#wrong(
          `its ${name} rows are of ${of} x ${shape[1]}, and the model's of ${rows} x ${dimensions}`,
        );
      }
      const isWhole =
        this.#entry(`${name}.rows`).type === 'U32' && type === 'F32' && shape[0] === n && n <= rows;
      if (!isWhole) throw this.#wrong(`its ${name} rows and their values do not fit together`);
    }
  }

  #entry(name: string): TensorEntry {
    const found = this.#header.entries.find((entry) => entry.name === name);
    if (!found) throw this.#wrong(`it has no tensor '${name}'`);
    return found;
  }

  #wrong(problem: string): WordmillError {
    return new WordmillError('data', problem, { place: { file: this.#file.path } });
  }
}

/** Which rows a reader reads. */
interface RowsToRead {
  readonly rows: TensorEntry;
  readonly values: TensorEntry;
  /** How many rows the matrix has. */
  readonly of: number;
  readonly share: number;
}

/** Reads changed rows from first to last, a block at a time. */
export class RowReader {
  readonly #file: InputFile;
  readonly #dataStart: number;
  readonly #of: number;
  readonly #rowsAt: TensorEntry;
  readonly #valuesAt: TensorEntry;
  readonly #dimensions: number;
  /** Rows of a block. */
  readonly #atOnce: number;
  /** The block that was read last, and where in it the next row is. */
  #rows = new Uint32Array(0);
  #values = new Float32Array(0);
  #next = 0;
  #read = 0;

  constructor(file: InputFile, dataStart: number, { rows, values, of, share }: RowsToRead) {
    this.#file = file;
    this.#dataStart = dataStart;
    this.#of = of;
    this.#rowsAt = rows;
    this.#valuesAt = values;
    this.#dimensions = values.shape[1]!;
    this.#atOnce = Math.max(1, Math.floor(rowsInBlock(this.#dimensions) / share));
  }

  /**
   * Visits the rows up to one, in order, from where the last call ended. Values start at `at` of an array that is good
   * until the next visit.
   *
   * @throws WordmillError `data` for rows that do not rise, or are not the matrix's.
   */
  async upTo(last: number, visit: (row: number, values: Float32Array, at: number) => void): Promise<void> {
    for (;;) {
      for (; this.#next < this.#rows.length; this.#next++) {
        const row = this.#rows[this.#next]!;
        if (row > last) return;
        visit(row, this.#values, this.#next * this.#dimensions);
      }
      if (!(await this.#readBlock())) return;
    }
  }

  /** Only the numbers of the rows, without their values; for a reader of its own. */
  async numbers(visit: (row: number) => void): Promise<void> {
    while (await this.#readBlock(false)) for (const row of this.#rows) visit(row);
  }

  async #readBlock(withValues = true): Promise<boolean> {
    const left = this.#rowsAt.shape[0]! - this.#read;
    if (left === 0) return false;
    const count = Math.min(left, withValues ? this.#atOnce : BLOCK_FLOATS);
    const before = this.#rows.at(-1) ?? -1;
    const rows = await this.#numbersAt(this.#rowsAt, this.#read, count);
    let previous = before;
    for (const row of rows) {
      if (row <= previous || row >= this.#of)
        throw this.#damaged(`row ${row} after ${previous}, of ${this.#of}`);
      previous = row;
    }
    this.#rows = rows;
    if (withValues) {
      const floats = await this.#numbersAt(
        this.#valuesAt,
        this.#read * this.#dimensions,
        count * this.#dimensions,
      );
      this.#values = new Float32Array(floats.buffer);
    }
    this.#read += count;
    this.#next = 0;
    return true;
  }

  async #numbersAt(entry: TensorEntry, first: number, count: number): Promise<Uint32Array<ArrayBuffer>> {
    const numbers = new Uint32Array(count);
    const position = this.#dataStart + entry.begin + 4 * first;
    const read = await this.#file.read(bytesOf(numbers), position);
    if (read < 4 * count) throw this.#damaged('the file was cut short while it was read');
    return new Uint32Array(nativeOrder(numbers.buffer, 4));
  }

  #damaged(problem: string): WordmillError {
    return new WordmillError('data', `these changed rows are damaged: ${problem}`, {
      place: { file: this.#file.path },
    });
  }
}

/** Puts changed rows into a model. @throws WordmillError `data` where the file is damaged or of another model. */
export async function applyRowChanges(path: string, model: Model, signal: AbortSignal): Promise<void> {
  const changes = await RowChanges.open(path, model);
  try {
    for (const name of MATRICES) {
      const { data, rows, stride, dimensions } = model[name];
      const reader = changes.read(name, rows);
      const atOnce = rowsInBlock(dimensions);
      for (let last = atOnce - 1; last < rows + atOnce - 1; last += atOnce) {
        throwIfAborted(signal);
        await reader.upTo(last, (row, values, at) => {
          data.set(values.subarray(at, at + dimensions), row * stride);
        });
      }
    }
  } finally {
    await changes.close();
  }
}
