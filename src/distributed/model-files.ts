import { throwIfAborted, WordmillError } from '../core/errors.js';
import type { Matrix } from '../core/vectors.js';
import { InputFile } from '../formats/input-file.js';
import { littleEndian } from '../formats/packed-rows.js';
import { readTensorInto } from '../formats/safetensors.js';
import {
  headerText,
  openedHeader,
  safetensorsHeader,
  type TensorEntry,
} from '../formats/safetensors-header.js';
import { BufferedFile } from '../tokenize/buffered-file.js';
import { MATRICES, type Model } from './model.js';
import { rowsInBlock } from './row-changes.js';

/**
 * Writes a model as a safetensors file: `input` and `output`, float32, without padding. Equal models give equal bytes.
 *
 * @throws WordmillError as `outputError` says; the abort error when the signal fires.
 */
export async function writeModel(path: string, model: Model, signal: AbortSignal): Promise<void> {
  const file = await BufferedFile.create(path);
  try {
    await file.write(headerOf(model));
    for (const name of MATRICES) {
      const { data, rows, dimensions, stride } = model[name];
      const atOnce = rowsInBlock(dimensions);
      for (let first = 0; first < rows; first += atOnce) {
        throwIfAborted(signal);
        const count = Math.min(atOnce, rows - first);
        const block = new Float32Array(count * dimensions);
        for (let row = 0; row < count; row++) {
          const start = (first + row) * stride;
          block.set(data.subarray(start, start + dimensions), row * dimensions);
        }
        await file.write(littleEndian(block));
      }
    }
    await file.finish();
  } finally {
    await file.close();
  }
}

function headerOf(model: Model): Buffer {
  let offset = 0;
  const entries = MATRICES.map((name): TensorEntry => {
    const { rows, dimensions } = model[name];
    const begin = offset;
    offset += 4 * rows * dimensions;
    return { name, type: 'F32', shape: [rows, dimensions], begin, end: offset };
  });
  return safetensorsHeader(headerText(entries, {}));
}

/**
 * Reads a model that `writeModel` wrote into one of the same shape.
 *
 * @throws WordmillError `noInput`; `data` for a file that is none, or of a model of another size.
 */
export async function readModelInto(path: string, model: Model, signal: AbortSignal): Promise<void> {
  const file = await InputFile.open(path);
  try {
    const { entries, dataStart } = await openedHeader(file);
    for (const name of MATRICES) {
      const entry = entries.find((each) => each.name === name);
      checkShape(path, entry, name, model[name]);
      await readRows(file, entry!, dataStart, model[name], signal);
    }
  } finally {
    await file.close();
  }
}

function checkShape(path: string, entry: TensorEntry | undefined, name: string, matrix: Matrix): void {
  const [rows, dimensions] = entry?.shape ?? [];
  if (entry?.type === 'F32' && rows === matrix.rows && dimensions === matrix.dimensions) return;
  throw new WordmillError(
    'data',
    `this model's ${name} is ${entry ? `of ${entry.type} [${entry.shape}]` : 'missing'}, ` +
      `not of F32 [${matrix.rows},${matrix.dimensions}]`,
    { place: { file: path } },
  );
}

async function readRows(
  file: InputFile,
  { name, type, begin }: TensorEntry,
  dataStart: number,
  { data, rows, dimensions, stride }: Matrix,
  signal: AbortSignal,
): Promise<void> {
  const atOnce = rowsInBlock(dimensions);
  for (let first = 0; first < rows; first += atOnce) {
    throwIfAborted(signal);
    const count = Math.min(atOnce, rows - first);
    const block = new Float32Array(count * dimensions);
    const start = begin + 4 * first * dimensions;
    const part = { name, type, shape: [count, dimensions], begin: start, end: start + block.byteLength };
    await readTensorInto(file, part, dataStart, block);
    for (let row = 0; row < count; row++) {
      data.set(block.subarray(row * dimensions, (row + 1) * dimensions), (first + row) * stride);
    }
  }
}
