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

/** After so many seconds of training on the sample it is stopped, once its speed is known. */
const LONGEST = 8;

/** So many tokens of a sample are trained on at most; fewer for GloVe, which counts pairs in large windows first. */
const TRAINED_TOKENS = 1_000_000;
const TRAINED_TOKENS_OF_GLOVE = 300_000;

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
  /** How many tokens were counted. */
  readonly tokens: number;
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
    const isGlove = options.model === 'glove';
    const some = firstTokens(blocks, isGlove ? TRAINED_TOKENS_OF_GLOVE : TRAINED_TOKENS);
    const corpus = await spooled(some, minCount, context);
    const { tokens, chunks } = corpus.spool;
    const last = chunks.length - 1;
    const measured = {
      spoolBytesPerToken: (chunks.byteStarts[last]! + chunks.byteLengths[last]!) / tokens,
      countSecondsPerToken: secondsSince(began) / tokens,
    };
    if (!isGlove) {
      return { ...measured, trainedPerSecond: await trainingSpeed(corpus, definition, options, signal) };
    }
    const half = await spooled(firstTokens(some, tokens / 2), minCount, context);
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
        tokens,
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

/** The first blocks that have so many tokens together. */
function firstTokens(blocks: readonly TokenBlock[], most: number): readonly TokenBlock[] {
  let tokens = 0;
  const end = blocks.findIndex(({ tokenEnds }) => {
    tokens += tokenEnds.length;
    return tokens >= most;
  });
  return end === -1 ? blocks : blocks.slice(0, end + 1);
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
  const enough = new AbortController();
  const began = performance.now();
  let speed = 0;
  const progress = ({ phase, wordsPerSecond }: Progress): void => {
    if (phase !== 'train' || !wordsPerSecond) return;
    speed = wordsPerSecond;
    if (secondsSince(began) > LONGEST) enough.abort();
  };
  const { context, close } = openContext({
    signal: AbortSignal.any([signal, enough.signal]),
    listener: { progress },
  });
  async function* input() {
    yield corpus;
  }
  try {
    const stage = train({ ...options, engine, threads, epochs: 1 }, sampling);
    for await (const { summary } of stage(input(), context)) {
      if (summary.seconds > 0) speed = summary.words / summary.seconds;
    }
  } catch (error) {
    if (!enough.signal.aborted || signal.aborted) throw error;
  } finally {
    await close();
  }
  return speed;
}

function secondsSince(began: number): number {
  return (performance.now() - began) / 1_000;
}
