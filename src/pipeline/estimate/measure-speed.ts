import { join } from 'node:path';
import type { TokenBlock } from '../../core/blocks.js';
import type { Corpus } from '../../core/corpus.js';
import type { Progress } from '../../core/report.js';
import { openContext } from '../../core/run.js';
import { buildVocabulary } from '../../tokenize/build-vocabulary.js';
import { countCells } from '../../train/count-cells.js';
import type { ResolvedTrainOptions } from '../../train/engine.js';
import { train } from '../../train/train.js';
import type { ResolvedDefinition } from '../schema.js';

/** The longest that a training on the sample takes, in seconds: slow engines are stopped then, and their speed is known. */
const LONGEST = 8;

/** What was measured on a sample. */
export interface Speeds {
  /** Bytes that the spool takes for a token. */
  readonly spoolBytesPerToken: number;
  /** For counting words and spooling, a token, in seconds. */
  readonly countSecondsPerToken: number;
  /** What training does a second: words, or cells of co-occurrences. */
  readonly trainedPerSecond: number;
  readonly cells?: CellGrowth;
}

/** How many cells co-occurrences have: those of the sample, and of its first half. */
export interface CellGrowth {
  readonly cells: number;
  readonly ofHalf: number;
  /** For counting them, a token, in seconds. */
  readonly secondsPerToken: number;
}

/**
 * Counts, spools and trains for a moment on a sample.
 *
 * @param minCount so that the sample's vocabulary is about as large as the whole's will be.
 */
export async function measureSpeeds(
  blocks: readonly TokenBlock[],
  definition: ResolvedDefinition,
  options: ResolvedTrainOptions,
  minCount: number,
  signal: AbortSignal,
): Promise<Speeds> {
  const { context, close } = openContext({ signal });
  try {
    const began = performance.now();
    const corpus = await spooled(blocks, minCount, context);
    const { tokens, chunks } = corpus.spool;
    const last = chunks.length - 1;
    const measured = {
      spoolBytesPerToken: (chunks.byteStarts[last]! + chunks.byteLengths[last]!) / tokens,
      countSecondsPerToken: secondsSince(began) / tokens,
    };
    if (options.model !== 'glove') {
      return { ...measured, trainedPerSecond: await trainingSpeed(corpus, definition, options, signal) };
    }
    const half = await spooled(blocks.slice(0, Math.ceil(blocks.length / 2)), minCount, context);
    const folder = await context.scratchFolder();
    const { threads } = options;
    const { sampling } = definition;
    const { cells: ofHalf } = await countCells(
      half,
      sampling,
      { threads, path: join(folder, 'half') },
      context,
    );
    const beganCells = performance.now();
    const { cells } = await countCells(corpus, sampling, { threads, path: join(folder, 'cells') }, context);
    const share = half.spool.tokens / tokens;
    return {
      ...measured,
      cells: {
        cells,
        ofHalf: ofHalf * (0.5 / share) ** 0.8,
        secondsPerToken: secondsSince(beganCells) / tokens,
      },
      trainedPerSecond: await trainingSpeed(corpus, definition, options, signal),
    };
  } finally {
    await close();
  }
}

async function spooled(
  blocks: readonly TokenBlock[],
  minCount: number,
  context: Parameters<ReturnType<typeof buildVocabulary>>[1],
): Promise<Corpus> {
  async function* input() {
    yield* blocks;
  }
  for await (const corpus of buildVocabulary({ minCount })(input(), context)) return corpus;
  throw new TypeError('a vocabulary is always given');
}

/** Trains one epoch, or as much of it as there is time for. */
async function trainingSpeed(
  corpus: Corpus,
  { train: given, sampling }: ResolvedDefinition,
  { engine, threads }: ResolvedTrainOptions,
  signal: AbortSignal,
): Promise<number> {
  const { initialVectors, initialOutputWeights, keepInitialWords, freeze, validation, patience, ...options } =
    given;
  const time = AbortSignal.timeout(1_000 * LONGEST);
  let speed = 0;
  const progress = ({ phase, wordsPerSecond }: Progress): void => {
    if (phase === 'train' && wordsPerSecond) speed = wordsPerSecond;
  };
  const { context, close } = openContext({ signal: AbortSignal.any([signal, time]), listener: { progress } });
  async function* input() {
    yield corpus;
  }
  try {
    const stage = train({ ...options, engine, threads, epochs: 1 }, sampling);
    for await (const { summary } of stage(input(), context)) {
      if (summary.seconds > 0) speed = summary.words / summary.seconds;
    }
  } catch (error) {
    if (!time.aborted || signal.aborted || speed === 0) throw error;
  } finally {
    await close();
  }
  return speed;
}

function secondsSince(began: number): number {
  return (performance.now() - began) / 1_000;
}
