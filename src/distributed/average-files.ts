import { throwIfAborted } from '../core/errors.js';
import type { Report } from '../core/report.js';
import { divergenceError } from '../train/divergence.js';
import type { MatrixName, Model } from './model.js';
import { type ChangedRows, writeRowChanges } from './row-changes.js';
import { RowMerge } from './row-merge.js';
import { RowChanges } from './row-reader.js';

/** How files are averaged. */
interface Averaging {
  readonly signal: AbortSignal;
  /** For the advice where training diverged. */
  readonly learningRate: number;
  /** Told of progress. */
  readonly report: Report;
}

/** The readers of all files together hold so many blocks at most. */
const BLOCKS_AT_ONCE = 64;

/**
 * Merges files of changed rows, in their order, into one.
 *
 * @param model what all of them are changes of; it is not changed.
 * @returns how many rows the merged file has.
 * @throws WordmillError `data` for files that are damaged or of another model, and where a number is not finite.
 */
export async function averageFiles(
  paths: readonly string[],
  model: Model,
  path: string,
  averaging: Averaging,
): Promise<number> {
  const files: RowChanges[] = [];
  try {
    for (const each of paths) files.push(await RowChanges.open(each, model));
    const changed = {
      input: await rowsChangedIn(files, 'input', model, averaging),
      output: await rowsChangedIn(files, 'output', model, averaging),
    };
    const total = changed.input.length + changed.output.length;
    let done = 0;
    const told = (rows: number): void => {
      done += rows;
      averaging.report.progress({ phase: 'write', unit: 'rows', done, total });
    };
    const changes = {
      input: mergedRows(files, 'input', model, changed.input, averaging.learningRate, told),
      output: mergedRows(files, 'output', model, changed.output, averaging.learningRate, told),
    };
    await writeRowChanges(path, changes, averaging.signal);
    return total;
  } finally {
    for (const file of files) await file.close();
  }
}

/** The rows of a matrix that any of the files has, rising. */
async function rowsChangedIn(
  files: readonly RowChanges[],
  name: MatrixName,
  model: Model,
  { signal }: Averaging,
): Promise<Uint32Array> {
  const { rows: of } = model[name];
  const isChanged = new Uint8Array(of);
  for (const file of files) {
    throwIfAborted(signal);
    await file.read(name, of).numbers((row) => {
      isChanged[row] = 1;
    });
  }
  const rows = new Uint32Array(isChanged.reduce((sum, changed) => sum + changed, 0));
  let found = 0;
  for (let row = 0; row < of; row++) if (isChanged[row] === 1) rows[found++] = row;
  return rows;
}

/** The rows that any of the files has, with what comes of them. */
function mergedRows(
  files: readonly RowChanges[],
  name: MatrixName,
  model: Model,
  rows: Uint32Array,
  learningRate: number,
  told: (rows: number) => void,
): ChangedRows {
  const { rows: of, dimensions } = model[name];
  const share = Math.ceil(files.length / BLOCKS_AT_ONCE);
  const readers = files.map((file) => file.read(name, of, share));
  return {
    ...{ rows, of, dimensions },
    async fill(first, block) {
      const own = rows.subarray(first, first + block.length / dimensions);
      const merge = new RowMerge(own, model[name]);
      for (const reader of readers) {
        merge.startShard();
        await reader.upTo(own.at(-1)!, (row, values, at) => merge.add(row, values, at));
      }
      merge.into(block);
      if (block.some((value) => !Number.isFinite(value))) {
        throw divergenceError(learningRate, 'the averaged vectors hold numbers that are not finite');
      }
      told(own.length);
    },
  };
}
