import type { CellBlock } from '../core/blocks.js';
import { Random, STREAMS } from '../core/random.js';

const LEAST_BLOCKS = 17;
const LARGEST_BLOCK = 65_536;

/** The longest run of cells of one row. */
const LONGEST_RUN = 32;

/** Into how many blocks the words are cut: an odd number. */
export function blocksFor(words: number): number {
  return Math.max(LEAST_BLOCKS, Math.ceil(words / LARGEST_BLOCK)) | 1;
}

/**
 * The order in which GloVe is trained on cells (docs/glove.md, "Order"): in tiles, which share neither rows nor columns
 * with the tiles that may be trained on at the same time. Cells are named by their index in `cells`.
 */
export class CellTiles {
  /** The cells that are held out. */
  readonly heldOut: number[] = [];
  /** How many are trained on. */
  readonly trained: number;
  readonly #rows: Uint32Array;
  readonly #seed: number;
  readonly #blocks: number;
  /** By block of rows, then of columns: its cells, row by row. */
  readonly #tiles: number[][];

  constructor(
    cells: CellBlock,
    options: { readonly words: number; readonly seed: number; readonly validation: number },
  ) {
    const { seed, validation } = options;
    const blocks = blocksFor(options.words);
    this.#rows = cells.rows;
    this.#seed = seed;
    this.#blocks = blocks;
    this.#tiles = Array.from({ length: blocks * blocks }, () => []);
    for (const [cell, row] of cells.rows.entries()) {
      const column = cells.columns[cell]!;
      const random = () =>
        new Random(seed, STREAMS.heldOut, Math.min(row, column)).fork(Math.max(row, column));
      if (validation > 0 && random().unit() < validation) this.heldOut.push(cell);
      else this.#tiles[(row % blocks) * blocks + (column % blocks)]!.push(cell);
    }
    this.trained = cells.rows.length - this.heldOut.length;
    for (const [tile, own] of this.#tiles.entries()) this.#arrange(own, cells, tile % blocks);
  }

  /** Sorts a tile's cells by row, and puts those of each row into an order of their own, the same in every epoch. */
  #arrange(tile: number[], { rows, columns }: CellBlock, columnBlock: number): void {
    tile.sort((a, b) => rows[a]! - rows[b]! || columns[a]! - columns[b]! || a - b);
    const random = new Random(this.#seed, STREAMS.cells, columnBlock);
    for (let start = 0, end = 0; start < tile.length; start = end) {
      const row = rows[tile[start]!]!;
      while (end < tile.length && rows[tile[end]!] === row) end++;
      const own = tile.slice(start, end);
      shuffle(own, random.fork(row));
      for (const [index, cell] of own.entries()) tile[start + index] = cell;
    }
  }

  /** All cells that are trained on, in the order of an epoch (from 0). */
  *order(epoch: number): Generator<number> {
    const blocks = this.#blocks;
    const shifts = Array.from({ length: blocks }, (_, shift) => shift);
    shuffle(shifts, new Random(this.#seed, STREAMS.tiles, epoch));
    for (const shift of shifts) {
      for (let rowBlock = 0; rowBlock < blocks; rowBlock++) {
        yield* this.#inTile(rowBlock * blocks + ((rowBlock + shift) % blocks), epoch);
      }
    }
  }

  *#inTile(number: number, epoch: number): Generator<number> {
    const tile = this.#tiles[number]!;
    const runs: number[][] = [];
    for (const cell of tile) {
      const last = runs.at(-1);
      if (last && last.length < LONGEST_RUN && this.#rows[last[0]!] === this.#rows[cell]) last.push(cell);
      else runs.push([cell]);
    }
    shuffle(runs, new Random(this.#seed, STREAMS.tiles, epoch, number));
    for (const run of runs) yield* run;
  }
}

/** Fisher & Yates's shuffle, from the end: one draw for each item but the first. */
function shuffle(items: unknown[], random: Random): void {
  for (let left = items.length; left > 1; left--) {
    const other = random.below(left);
    [items[left - 1], items[other]] = [items[other], items[left - 1]];
  }
}
