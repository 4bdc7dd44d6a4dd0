import { constants } from 'node:buffer';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { PairCorpus, Spool } from '../core/corpus.js';
import { type ErrorKind, EXIT_CODES, WordmillError } from '../core/errors.js';
import type { SubwordTable } from '../core/subwords.js';
import type { Matrix } from '../core/vectors.js';
import type { GloveAddon } from './glove.js';
import type { LongWork } from './long-work.js';
import type { ProjectionAddon } from './projection.js';
import type { RowsRead, RowsToRead, RowsToWrite } from './row-text.js';
import type { SearchAddon } from './search.js';
import type { TextAddon } from './text.js';

/** Running text and how to draw groups from it; see docs/sampling.md. */
export interface TextSampling {
  readonly spool: Pick<Spool, 'tokensPath' | 'mapPath' | 'chunks' | 'generationStarts'>;
  readonly sampling: {
    /** By word, from `keepThresholds`. */
    readonly keepThresholds: Uint32Array;
    readonly window: number;
    readonly dynamic: boolean;
    /** Targets drawn for each context; 0 for all of its window, as CBOW takes them. */
    readonly targets: number;
  };
}

/** Pairs from outside, in a file of records. */
export interface PairSampling {
  readonly pairs: Pick<PairCorpus, 'path' | 'pairs'>;
}

/** What a target is predicted with; see docs/sampling.md, "Outputs and labels". */
export type OutputSampling =
  | {
      readonly loss: 'negative';
      /** The alias table of negatives, from `buildAliasTable`. */
      readonly noise: { readonly thresholds: Uint32Array; readonly aliases: Uint32Array };
      readonly negative: number;
    }
  | {
      readonly loss: 'hierarchical';
      /** Each word's path, flat, from `buildHuffmanTree`. */
      readonly paths: {
        readonly codes: Uint8Array;
        readonly points: Uint32Array;
        readonly ends: Uint32Array;
      };
    }
  | { readonly loss: 'softmax' };

/** What groups are drawn from, outputs included. */
export type DrawJob = (TextSampling | PairSampling) &
  OutputSampling & {
    readonly vocabularySize: number;
    readonly seed: number;
    /** The share of the sentences (or pairs) that is held out, from 0; and whether to draw from those, or from the rest. */
    readonly validation?: number;
    readonly heldOut?: boolean;
  };

/** What groups are drawn from, and how they are trained on. */
export type TrainingJob = DrawJob & {
  readonly model: 'skipgram' | 'cbow';
  /** How many epochs to run now. */
  readonly epochs: number;
  /**
   * Where in a longer plan these epochs stand: the number of the first, from 0 (the default), and how many the plan
   * has in all (by default no more than these). The learning rate falls over the plan. With one thread, a plan that is
   * run in parts gives the same vectors, bit for bit, as one that is run at once.
   */
  readonly firstEpoch?: number;
  readonly totalEpochs?: number;
  readonly threads: number;
  /**
   * Whether the vectors are to be the same, bit for bit, on any number of threads (docs/sampling.md, "Deterministic
   * training"); not with the full softmax. By default they are not.
   */
  readonly deterministic?: boolean;
  /** Where the learning rate starts. */
  readonly learningRate: number;
  /** Words that have an id (or pairs): what the learning rate falls by. Counted by a pass of its own where not given. */
  readonly wordsPerEpoch?: number;
  /** One of `instructionSets()`. */
  readonly instructionSet: string;
  /**
   * E, and W below: from `allocateMatrix`. A row for each word at least; W with hierarchical softmax for each inner node
   * of the tree, one fewer. Padding must be zero.
   */
  readonly input: Matrix;
  readonly output: Matrix;
  /** For each word, 1 if its row of E is read and never changed; absent where all learn. */
  readonly frozen?: Uint8Array;
  /** Rows of E that each word's vector is the mean of; E then has rows for n-grams after those of words. */
  readonly subwords?: Pick<SubwordTable, 'starts' | 'rows'>;
  /** Where in these epochs to go on; by default at their start. The matrices are to be as they were there. */
  readonly from?: TrainingPosition & Pick<TrainingTotals, 'lossByEpoch' | 'predictionsByEpoch'>;
};

/** Where in its epochs a training is: with the matrices, all that it needs to go on, since draws depend on nothing else. */
export interface TrainingPosition {
  /** The first chunk that nobody has begun: epoch * chunks + chunk, from 0 for the first epoch of the job. */
  readonly nextChunk: number;
  /** Words (or pairs) of the sentences that have been begun, of the whole plan. */
  readonly words: number;
  /**
   * Chunks that have been begun and not ended, four numbers for each: its shard (in deterministic training, else 0), the
   * chunk, how many of its groups are done, and the learning rate of the sentence under way.
   */
  readonly open: Float64Array;
}

/** How far a training is. Words and epochs are those of the whole plan, losses those of this run. */
export interface NativeProgress {
  /** Words, before subsampling, or pairs where pairs are trained on. */
  readonly words: number;
  /** Of how many, over all epochs; 0 until they have been counted. */
  readonly totalWords: number;
  /** Sum of the predictions' losses, in nats. A prediction is a pair, or in CBOW a window. */
  readonly loss: number;
  readonly predictions: number;
  readonly learningRate: number;
  /** From 1. */
  readonly epoch: number;
}

/** What a training did, once it has ended. */
export interface TrainingTotals {
  /** Of the whole plan, as far as it is done. */
  readonly words: number;
  /** Threads that ran: fewer than asked for where all epochs have fewer chunks than that. */
  readonly threads: number;
  /** Whether `abort` ended it. */
  readonly stopped: boolean;
  /** What an epoch counts; 0 where training was stopped before that was counted. */
  readonly wordsPerEpoch: number;
  /** Whether `pause` ended it, before its end. */
  readonly paused: boolean;
  /** Where it was paused; else its end. */
  readonly position: TrainingPosition;
  /** The last that was begun, of the whole plan, from 1. */
  readonly epoch: number;
  /** For each epoch that was run, what was lost before `from` included. */
  readonly lossByEpoch: Float64Array;
  readonly predictionsByEpoch: Float64Array;
}

/** A training under way on threads of its own, over the job's two matrices. */
export interface NativeTraining {
  /** Rejects with `data` if the data is damaged or the loss is no number any more, `outOfMemory`, or `internal`. */
  readonly finished: Promise<TrainingTotals>;
  progress(): NativeProgress;
  /** Makes `finished` resolve soon (within some milliseconds), `stopped` set. */
  abort(): void;
  /**
   * Makes `finished` resolve as soon, with the `position` to go on from: with one thread, and in deterministic training,
   * what goes on from there is bit for bit what would have come. Each thread trains on something first.
   */
  pause(): void;
}

/** The groups of one epoch, as training would draw them: groups are runs of pairs with one target. */
export interface TracedPairs {
  readonly contexts: Uint32Array;
  readonly targets: Uint32Array;
  /** position(target) - position(context); 0 for pairs from outside. */
  readonly offsets: Int32Array;
  /** For each group, the index just after its last pair. */
  readonly groupEnds: Uint32Array;
  /** Rows of W, group by group, and the label of each. None for the full softmax, which takes all words. */
  readonly outputs: Uint32Array;
  readonly labels: Uint8Array;
  /** For each group, the index just after its last output. */
  readonly outputEnds: Uint32Array;
}

/**
 * The native engine. Arguments of a wrong type or shape throw TypeError or RangeError; files that are missing, too
 * short or damaged, memory that is not to be had and instruction sets that the machine lacks throw WordmillError.
 */
export interface Addon extends TextAddon, GloveAddon, ProjectionAddon, SearchAddon {
  /** What this machine can run, widest first; the last is `portable`. */
  instructionSets(): string[];
  /** Zeros, rows padded and aligned to 64 bytes; throws `outOfMemory`, saying how much was asked for. */
  allocateMatrix(rows: number, dimensions: number): Matrix;
  /**
   * A file's bytes, mapped: they are read when they are first touched, and what is written to them never reaches the
   * file. Throws `outOfMemory` for a file of more bytes than `constants.MAX_LENGTH` of node:buffer.
   */
  mapFile(path: string): ArrayBuffer;
  startTraining(job: TrainingJob): NativeTraining;
  /** Runs the code that draws groups in training, for one epoch (from 0), without training. For tests: holds all. */
  tracePairs(job: DrawJob, epoch: number): TracedPairs;
  /**
   * Writes rows as text, in the background: a word, its numbers as `%.6g` after one space each, and `\n`. Returns how
   * many bytes it wrote. The arrays must not change or be transferred meanwhile.
   */
  writeRows(rows: RowsToWrite): Promise<number>;
  /**
   * Reads plain rows of text, in the background: a word without spaces, as many numbers as there are dimensions, `\n`
   * or the end. Stops at the first line that is anything else, such as one with a number of over 19 digits or `nan`.
   */
  readRows(rows: RowsToRead): Promise<RowsRead>;
}

/** What the C++ side exports. */
interface Exports extends TextAddon, GloveAddon, ProjectionAddon, SearchAddon {
  instructionSets(): string[];
  /** Asks for huge pages; returns the byte at which the first row is aligned, at most 63. */
  prepareRows(buffer: ArrayBuffer): number;
  mapFile(path: string, most: number): ArrayBuffer;
  startTraining(job: TrainingJob): NativeTraining;
  tracePairs(job: DrawJob & { epoch: number }): TracedPairs;
  writeRows(rows: RowsToWrite): Promise<number>;
  readRows(rows: RowsToRead): Promise<RowsRead>;
}

// From src/native as from dist/native, the package's root is two folders up.
const ADDON_PATH = fileURLToPath(new URL('../../build/Release/wordmill.node', import.meta.url));
const FAILURE_PATH = fileURLToPath(new URL('../../build/native-failure.txt', import.meta.url));

let loaded: { addon: Addon } | { reason: string } | undefined;

/** The reason where no build has been tried: npm was told not to run the package's install script, or to ask first. */
export const NOT_BUILT = 'it has not been built';

/** @throws WordmillError `unavailable`, with the reason and what to do. */
export function nativeAddon(): Addon {
  const result = load();
  if ('addon' in result) return result.addon;
  throw new WordmillError('unavailable', `the native engine cannot run here: ${result.reason}`, {
    hint: 'Run: wordmill doctor --fix, or use --engine reference; wordmill doctor says more.',
  });
}

/** Why the native engine cannot run here, or undefined where it can. */
export function nativeUnavailable(): string | undefined {
  const result = load();
  return 'addon' in result ? undefined : result.reason;
}

/** The addon where it can run here; null where it cannot, for what can do without. */
export function availableAddon(): Addon | null {
  const result = load();
  return 'addon' in result ? result.addon : null;
}

/** What this machine can run, widest first; throws as `nativeAddon` does. */
export function instructionSets(): string[] {
  return nativeAddon().instructionSets();
}

function load(): { addon: Addon } | { reason: string } {
  if (loaded) return loaded;
  if (!existsSync(ADDON_PATH)) {
    const why = existsSync(FAILURE_PATH) && readFileSync(FAILURE_PATH, 'utf8').trim();
    loaded = { reason: why ? `building it failed:\n${why}` : NOT_BUILT };
    return loaded;
  }
  try {
    loaded = { addon: wrap(createRequire(import.meta.url)(ADDON_PATH) as Exports) };
  } catch (error) {
    // The other engine would need no less, and is no answer to it.
    if ((error as { kind?: ErrorKind }).kind === 'outOfMemory') rethrow(error);
    loaded = { reason: `${ADDON_PATH} does not load: ${(error as Error).message}` };
  }
  return loaded;
}

const ROW_ALIGNMENT = 64;
const FLOATS_IN_A_LINE = ROW_ALIGNMENT / Float32Array.BYTES_PER_ELEMENT;

/** Floats from one row to the next in the native engine's matrices: rows are rounded up to 64 bytes. */
export function paddedStride(dimensions: number): number {
  return Math.ceil(dimensions / FLOATS_IN_A_LINE) * FLOATS_IN_A_LINE;
}

function wrap(exports: Exports): Addon {
  return {
    ...textAddon(exports),
    instructionSets: () => exports.instructionSets(),
    allocateMatrix(rows, dimensions) {
      const stride = paddedStride(dimensions);
      return { data: allocateFloats(rows * stride, exports), rows, dimensions, stride };
    },
    mapFile: (path) => translated(() => exports.mapFile(path, constants.MAX_LENGTH)),
    startTraining(job) {
      const training = translated(() => exports.startTraining(job));
      return { ...training, finished: training.finished.catch(rethrow) };
    },
    startNeighbours: (job) => translatedWork(() => exports.startNeighbours(job)),
    startDescent: (job) => translatedWork(() => exports.startDescent(job)),
    startCounting: (job) => translatedWork(() => exports.startCounting(job)),
    startShuffling: (job) => translatedWork(() => exports.startShuffling(job)),
    openGlove: (job) =>
      translatedWork(
        () => exports.openGlove(job),
        (model) => ({
          ...model,
          train: (epoch, from) => {
            const pass = translated(() => model.train(epoch, from));
            return { ...pass, finished: pass.finished.catch(rethrow) };
          },
          measure: () => translatedWork(() => model.measure()),
        }),
      ),
    tracePairs: (job, epoch) => translated(() => exports.tracePairs({ ...job, epoch })),
    writeRows: (rows) => translated(() => exports.writeRows(rows)),
    readRows: (rows) => translated(() => exports.readRows(rows)),
    searchRows: (job) => translated(() => exports.searchRows(job)),
    rowLengths: (rows) => translated(() => exports.rowLengths(rows)),
    dotProducts: (job) => translated(() => exports.dotProducts(job)),
    sumFloats: (job) => translated(() => exports.sumFloats(job)),
  };
}

/** The text part: the same, with the addon's errors translated. */
function textAddon(exports: TextAddon): TextAddon {
  return {
    createTextSplitter: (options) => translatedMethods(translated(() => exports.createTextSplitter(options))),
    createWordCounter: (options) => translatedMethods(translated(() => exports.createWordCounter(options))),
  };
}

/** An object of the addon, with the errors of its methods translated. */
function translatedMethods<T extends object>(object: T): T {
  const methods = Object.entries(object).map(([name, method]) => [
    name,
    (...given: unknown[]) => translated(() => method(...given)),
  ]);
  return Object.fromEntries(methods) as T;
}

/**
 * JavaScript's own memory, not C++'s: Node 20 takes no buffers of more than 4 GiB from outside, and takes those it has
 * from an environment that ends before training could be stopped.
 */
function allocateFloats(length: number, { prepareRows }: Exports): Float32Array {
  const bytes = length * Float32Array.BYTES_PER_ELEMENT;
  try {
    const buffer = new ArrayBuffer(bytes + ROW_ALIGNMENT);
    return new Float32Array(buffer, prepareRows(buffer), length);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const problem = `no memory for a matrix: ${bytes} bytes were asked for`;
    throw new WordmillError('outOfMemory', problem, { cause: error, hint: HINTS.outOfMemory! });
  }
}

/** The same for work under way, whose promise may reject; `wrapped` makes something else of what it resolves to. */
function translatedWork<T>(
  call: () => LongWork<T>,
  wrapped: (result: T & { readonly stopped: boolean }) => T & { readonly stopped: boolean } = (result) =>
    result,
): LongWork<T> {
  const { finished, progress, abort } = translated(call);
  return { finished: finished.then(wrapped, rethrow), progress, abort };
}

/** What a call gives, or a promise of it; errors of either are translated. */
function translated<T>(call: () => T): T {
  try {
    const result = call();
    return result instanceof Promise ? (result.catch(rethrow) as T) : result;
  } catch (error) {
    return rethrow(error);
  }
}

const HINTS: Partial<Record<ErrorKind, string>> = {
  outOfMemory: 'Use fewer dimensions, a larger minCount or a smaller maxSize, or a machine with more memory.',
};

/** The addon's own errors carry one of our kinds; others (TypeError, RangeError) pass as they are. */
function rethrow(error: unknown): never {
  const { kind, message } = error as { kind?: ErrorKind; message: string };
  if (kind === undefined || !(kind in EXIT_CODES)) throw error;
  const hint = HINTS[kind];
  throw new WordmillError(kind, message, { cause: error, ...(hint && { hint }) });
}
