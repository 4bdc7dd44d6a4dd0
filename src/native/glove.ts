import type { Spool } from '../core/corpus.js';
import type { LongWork, PausableWork } from './long-work.js';

/** What the work on co-occurrences shares. */
interface Means {
  readonly vocabularySize: number;
  /** For tables; larger ones lie in scratch files. */
  readonly memoryBytes: number;
  /** A folder that is there, for files of the work's own. */
  readonly scratch: string;
  readonly threads: number;
}

/** A count of co-occurrences (docs/glove.md, "Counting"). */
export interface CountingJob extends Means {
  readonly spool: Pick<Spool, 'tokensPath' | 'mapPath' | 'chunks' | 'generationStarts'>;
  readonly window: number;
  readonly symmetric: boolean;
  /** The file to write, over what it holds. */
  readonly path: string;
  /** Write cells in the order that this seed draws; sorted where it is left out. */
  readonly shuffleSeed?: number;
}

/** A shuffling of a co-occurrence file (docs/glove.md, "Shuffling"). */
export interface ShufflingJob extends Means {
  /** The file to read. */
  readonly cells: string;
  /** The file to write, over what it holds. */
  readonly path: string;
  readonly seed: number;
}

/** A model, its cells, and how it is trained (docs/glove.md). */
export interface GloveJob extends Means {
  /** A co-occurrence file. */
  readonly cells: string;
  readonly xMax: number;
  readonly weightPower: number;
  readonly seed: number;
  /** The share of cells that is held out. */
  readonly validation: number;
  readonly learningRate: number;
  /** One of `instructionSets()`. */
  readonly instructionSet: string;
  readonly dimensions: number;
  /** Floats from the parameters of a row to their sums of squares; a row has twice as many. */
  readonly stride: number;
  /** The words' rows and the contexts', from `allocateMatrix`: they are trained in place. */
  readonly input: Float32Array;
  readonly output: Float32Array;
}

/** Where in a pass a model is. */
export interface GlovePosition {
  /** The first tile that nobody has taken, in the order of the pass. */
  readonly nextTile: number;
  /** Tiles that were taken and not ended, in order, two numbers for each: the tile, and how many of its runs are done. */
  readonly open: Float64Array;
  /** By tile: the sum of its losses so far. */
  readonly losses: Float64Array;
}

/** A model whose cells are laid out. One pass may run at a time; the matrices must not be changed meanwhile. */
export interface GloveModel {
  /** Cells that are trained on, and that are held out. */
  readonly cells: number;
  readonly heldOut: number;
  /**
   * One pass over all cells, as epoch `epoch` (from 0), or what is left of it; gives the sum of their losses, and where
   * it was paused, where. With the rows as they were there, what goes on from there is bit for bit what would have come.
   */
  train(
    epoch: number,
    from?: GlovePosition,
  ): PausableWork<{ readonly loss: number; readonly position?: GlovePosition }>;
  /** The sum of the losses of the cells that are held out; changes nothing. */
  measure(): LongWork<{ readonly loss: number }>;
}

/** The addon's part for GloVe. */
export interface GloveAddon {
  startCounting(job: CountingJob): LongWork<{ readonly cells: number }>;
  startShuffling(job: ShufflingJob): LongWork<{ readonly cells: number }>;
  /** Lays the cells of a file out in tiles. */
  openGlove(job: GloveJob): LongWork<GloveModel>;
}
