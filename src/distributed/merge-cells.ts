import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import type { CellBlock } from '../core/blocks.js';
import { throwIfAborted } from '../core/errors.js';
import { cellBytes, readCells } from '../formats/cooccurrence.js';
import { unitFor } from '../sampling/cooccurrence.js';
import { BufferedFile } from '../tokenize/buffered-file.js';
import { type Cursor, CursorQueue } from '../tokenize/cursor-queue.js';
import { definitionOf } from './plan-shards.js';
import { type CellsRecord, cellsSchema, vocabularySchema } from './records.js';
import { recordOf } from './records-of-run.js';
import type { StepContext } from './step.js';
import { withStages } from './with-stages.js';

/** How many files a merge holds open at once; each takes some 3 MB. */
const MOST_OPEN = 32;

const FETCHED_AT_ONCE = 8;
const BLOCK_CELLS = 1 << 14;

/** The name of the record. */
export const CELLS = 'cells';

/**
 * Sums the cells of all shards, streaming. A count is a whole number of units (docs/glove.md, "Counting"), which are what
 * is summed: so the sums are those of a local run to the last bit, up to 2^51 units a cell.
 *
 * @throws WordmillError `noInput` where the cells of a shard are not counted yet; `data` where they are damaged.
 */
export async function mergeCells(context: StepContext): Promise<CellsRecord> {
  const { storage, plan, signal } = context;
  const done = await storage.read(CELLS, cellsSchema, signal);
  if (done) return done;
  const begun = performance.now();
  const { words } = await recordOf(context, 'vocabulary', vocabularySchema);
  const limit = pLimit(FETCHED_AT_ONCE);
  const shards = await limit.map([...plan.shards.keys()], (shard) =>
    recordOf(context, `cells-${shard}`, cellsSchema),
  );
  const files = await limit.map(shards, ({ cells }) => storage.fetch(cells, signal));
  const record = await withStages(context, async (stages) => {
    const path = join(await stages.scratchFolder(), 'cells');
    const merging = { words, unit: unitFor(definitionOf(plan).sampling.window), signal };
    const total = shards.reduce((sum, { count }) => sum + count, 0);
    const progress = (done: number) => stages.report.progress({ phase: 'count', unit: 'cells', done, total });
    const count = await mergeCellFiles(files, path, { ...merging, progress });
    const cells = await storage.put(path, signal);
    return { cells, count, seconds: (performance.now() - begun) / 1_000 };
  });
  return storage.writeOnce(CELLS, cellsSchema, record, signal);
}

/** How cells are merged. */
export interface CellMerging {
  /** The size of the vocabulary. */
  readonly words: number;
  /** What all values are whole multiples of, as a share of 1: `unitFor` the window. */
  readonly unit: number;
  readonly signal: AbortSignal;
  /** Told how many cells have been read. */
  readonly progress?: (cells: number) => void;
}

/**
 * Merges files of sorted cells into one that has each cell once. More files than may be open at once are merged in
 * several rounds, through files beside the result that are removed again.
 *
 * @returns how many cells it has.
 */
export async function mergeCellFiles(
  files: readonly string[],
  path: string,
  merging: CellMerging,
): Promise<number> {
  let round = files;
  for (let made = 0; round.length > MOST_OPEN; ) {
    const next: string[] = [];
    for (let first = 0; first < round.length; first += MOST_OPEN) {
      const part = `${path}.part-${made++}`;
      const { words, unit, signal } = merging;
      await mergeOnce(round.slice(first, first + MOST_OPEN), part, { words, unit, signal });
      next.push(part);
    }
    if (round !== files) for (const part of round) await rm(part);
    round = next;
  }
  const cells = await mergeOnce(round, path, merging);
  if (round !== files) for (const part of round) await rm(part);
  return cells;
}

async function mergeOnce(files: readonly string[], path: string, merging: CellMerging): Promise<number> {
  const { words, unit, signal, progress } = merging;
  const queue = new CursorQueue<CellCursor>();
  const file = await BufferedFile.create(path);
  let cells = 0;
  let read = 0;
  try {
    for (const name of files) await queue.add(new CellCursor(readCells(name, words)));
    let block = emptyBlock();
    let filled = 0;
    for (let cursor = queue.first; cursor !== undefined; cells++) {
      const { row, column } = cursor;
      let units = 0;
      while (cursor?.row === row && cursor.column === column) {
        units += Math.round(cursor.value * unit);
        read++;
        if (!cursor.advance()) {
          throwIfAborted(signal);
          progress?.(read);
          await cursor.load();
        }
        queue.firstChanged();
        cursor = queue.first;
      }
      block.rows[filled] = row;
      block.columns[filled] = column;
      block.values[filled] = units / unit;
      if (++filled < BLOCK_CELLS) continue;
      await file.write(cellBytes(block));
      block = emptyBlock();
      filled = 0;
    }
    await file.write(cellBytes(firstOf(block, filled)));
    await file.finish();
    return cells;
  } finally {
    await queue.close();
    await file.close();
  }
}

function emptyBlock(): CellBlock {
  return {
    rows: new Uint32Array(BLOCK_CELLS),
    columns: new Uint32Array(BLOCK_CELLS),
    values: new Float64Array(BLOCK_CELLS),
  };
}

function firstOf({ rows, columns, values }: CellBlock, length: number): CellBlock {
  return {
    rows: rows.subarray(0, length),
    columns: columns.subarray(0, length),
    values: values.subarray(0, length),
  };
}

/** A place in a file of sorted cells. */
class CellCursor implements Cursor<CellCursor> {
  readonly #blocks: AsyncGenerator<CellBlock>;
  #block: CellBlock | undefined;
  #index = 0;

  constructor(blocks: AsyncGenerator<CellBlock>) {
    this.#blocks = blocks;
  }

  get atEnd(): boolean {
    return this.#block === undefined;
  }

  get row(): number {
    return this.#block!.rows[this.#index]!;
  }

  get column(): number {
    return this.#block!.columns[this.#index]!;
  }

  get value(): number {
    return this.#block!.values[this.#index]!;
  }

  /** Reads the next block; after the last, the cursor is at its end. */
  async load(): Promise<void> {
    const next = await this.#blocks.next();
    this.#block = next.done ? undefined : next.value;
    this.#index = 0;
  }

  /** Goes to the next cell; false where that takes `load`. */
  advance(): boolean {
    return ++this.#index < this.#block!.rows.length;
  }

  async close(): Promise<void> {
    await this.#blocks.return(undefined);
  }

  isBefore(other: CellCursor): boolean {
    return this.row === other.row ? this.column < other.column : this.row < other.row;
  }
}
