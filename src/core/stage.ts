import type { FileUse, OutputSet } from './outputs.js';
import type { Recovery } from './recovery.js';
import type { RejectedRecords } from './rejected.js';
import type { Report } from './report.js';
import type { Vocabulary } from './vocabulary.js';

/** What a run lends to its stages. */
export interface StageContext {
  /** Fires when the run is to stop; stages check it once a batch and pass it to what they wait for. */
  readonly signal: AbortSignal;
  /** Counts in and out, drops with their reasons, warnings, progress. */
  readonly report: Report;
  /** Files that appear under their final names together, when the whole run has succeeded. */
  readonly outputs: OutputSet;
  /** Where sources and filters put the records that they leave out; absent where nobody asked for them. */
  readonly rejected?: RejectedRecords;
  /** A new empty folder for large intermediate files; removed when the run ends, however it ends. */
  scratchFolder(): Promise<string>;
  /**
   * Sinks give a check here before they pull their input; `announceVocabulary` calls all of them as soon as the
   * vocabulary is known, so that a word which a format cannot carry is refused before training.
   */
  onVocabulary(check: (vocabulary: Vocabulary) => void): void;
  announceVocabulary(vocabulary: Vocabulary): void;
  /** Stages give here what is to be said once outputs have their final names; what it throws ends the run, which keeps them. */
  onOutputs(check: () => void): void;
  /**
   * Refuses to go on where a disk has too little space for what is about to be written there.
   *
   * @param bytes what is needed at least.
   * @throws WordmillError `inputOutput`.
   */
  requireSpace(path: string, bytes: number, what: FileUse): Promise<void>;
  /** Stages give here what is to be closed when the run ends, however it ends: what several of them share. */
  atEnd(close: () => Promise<void>): void;
  /** Where to keep what a later run can go on from; absent where the run is not kept. */
  readonly recovery?: Recovery;
}

/**
 * A stage: a function from an async iterable of batches to an async iterable of batches, usually an async
 * generator. A user's own `async function*` is a legal stage. A stage pulls its input only when asked for output
 * (so back-pressure reaches the source), throws to stop the run, and cleans up in `finally`.
 */
export type Stage<In, Out> = (input: AsyncIterable<In>, context: StageContext) => AsyncIterable<Out>;

/** A source: a stage without input. */
export type Source<Out> = Stage<never, Out>;

// biome-ignore lint/suspicious/noExplicitAny: a chain's inner types are checked by compose's overloads.
type AnyStage = Stage<any, any>;

/** An input that has nothing: what a source is called with. */
export async function* nothing(): AsyncGenerator<never> {}

/**
 * Joins stages, first to last, into one stage. With a source first, the result is a source.
 *
 * Since each stage pulls from the one before it, the last stage's code before its first `for await` runs first:
 * sinks open their files before any input is read.
 */
export function compose<A, B>(a: Stage<A, B>): Stage<A, B>;
export function compose<A, B, C>(a: Stage<A, B>, b: Stage<B, C>): Stage<A, C>;
export function compose<A, B, C, D>(a: Stage<A, B>, b: Stage<B, C>, c: Stage<C, D>): Stage<A, D>;
export function compose<A, B, C, D, E>(
  a: Stage<A, B>,
  b: Stage<B, C>,
  c: Stage<C, D>,
  d: Stage<D, E>,
): Stage<A, E>;
export function compose<A, B, C, D, E, F>(
  a: Stage<A, B>,
  b: Stage<B, C>,
  c: Stage<C, D>,
  d: Stage<D, E>,
  e: Stage<E, F>,
): Stage<A, F>;
export function compose<A, B, C, D, E, F, G>(
  a: Stage<A, B>,
  b: Stage<B, C>,
  c: Stage<C, D>,
  d: Stage<D, E>,
  e: Stage<E, F>,
  f: Stage<F, G>,
): Stage<A, G>;
export function compose<A, B, C, D, E, F, G, H>(
  a: Stage<A, B>,
  b: Stage<B, C>,
  c: Stage<C, D>,
  d: Stage<D, E>,
  e: Stage<E, F>,
  f: Stage<F, G>,
  g: Stage<G, H>,
): Stage<A, H>;
export function compose(...stages: AnyStage[]): AnyStage;
export function compose(...stages: AnyStage[]): AnyStage {
  if (stages.length === 0) throw new TypeError('compose needs at least one stage');
  for (const [index, stage] of stages.entries()) {
    if (typeof stage !== 'function') {
      throw new TypeError(
        `compose: stage ${index + 1} is ${typeof stage}, not a function (input, context) => AsyncIterable`,
      );
    }
  }
  return (input, context) => stages.reduce((flow, stage) => stage(flow, context), input);
}
