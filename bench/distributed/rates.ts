import { ROUNDS_BETWEEN_MODELS } from '../../src/distributed/average-round.js';
import { leastSquares } from './least-squares.js';
import type { KindMeasured, Measurements, RunMeasured } from './measurements.js';

/** What `expectedRun` goes by. Steps were measured on a local disk; what a network takes comes on top. */
export interface Rates {
  /** Of one core. */
  readonly tokensReadPerSecond: number;
  readonly tokensEncodedPerSecond: number;
  readonly wordsTrainedPerSecond: number;
  /** Of a local run, which reads with one core too. */
  readonly tokensReadLocallyPerSecond: number;
  /** Bytes in the storage of a token that is read, of one that is encoded, of a word with its count, of one of the vocabulary. */
  readonly spoolBytesOfToken: number;
  readonly encodedBytesOfToken: number;
  readonly bytesOfCount: number;
  readonly bytesOfWord: number;
  /** Seconds for a word of a shard's counts, and for each different word. */
  readonly mergeSecondsOfCount: number;
  readonly mergeSecondsOfType: number;
  /** Of a training step, beside training: seconds for a byte of the model, and for one that the last round changed. */
  readonly exchangeSecondsOfModelByte: number;
  readonly applySecondsOfByte: number;
  /** Of an average: seconds for a byte of shards' changes, for one that is written, for one of the model. */
  readonly averageSecondsOfByteRead: number;
  readonly averageSecondsOfByteWritten: number;
  readonly averageSecondsOfModelByte: number;
  readonly roundsBetweenModels: number;
  readonly secondsBetweenSteps: number;
  readonly secondsBetweenStages: number;
  /** Different words in so many tokens, and the power by which they grow. */
  readonly heaps: { readonly tokens: number; readonly types: number; readonly exponent: number };
  /** Words of the vocabulary of so many tokens. */
  readonly vocabulary: number;
  /** Tokens that have an id; words that subsampling leaves. */
  readonly knownShare: number;
  readonly keptShare: number;
}

/** Subsampling at 1e-4 leaves some 9.0 of 14.8 million words of the shared corpus (docs/performance.md, "What bounds it"). */
const KEPT_SHARE = 0.6;

/**
 * The rates that follow from measurements: those of training from the fastest local run on one thread, those of steps from one
 * run on workers, those of averaging and merging from their own measurements.
 *
 * @param run from which run on workers; others can then be foretold
 */
export function ratesOf(
  { text, local, averages, merges, fetchBytesPerSecond }: Measurements,
  run: RunMeasured,
): Rates {
  const single = local.filter(({ threads }) => threads === 1);
  const wordsTrainedPerSecond = Math.max(...single.map(({ words, training }) => words / training));
  const kind = (name: KindMeasured['kind']) => run.kinds.find((each) => each.kind === name)!;
  const [ingest, merge, encode, average] = [
    kind('ingest'),
    kind('vocabulary'),
    kind('encode'),
    kind('average'),
  ];
  const modelBytes = 8 * text.vocabulary * run.dimensions;
  const bytesOfRow = 4 * run.dimensions + 4;
  const bytesOfAverage = run.rowsOfAverage * bytesOfRow;
  const training = run.wordsOfTrain / wordsTrainedPerSecond;
  const later = run.laterTrainSeconds || run.firstTrainSeconds;

  const [perRead, perWritten] = leastSquares(
    averages.map(({ rows, shards, dimensions, seconds }) => ({
      factors: [shards * rows * (4 * dimensions + 4), rows * (4 * dimensions + 4)],
      value: seconds,
    })),
  ) as [number, number];
  const [perCount, perType] = leastSquares(
    merges.map(({ typesOfShard, shards, types, seconds }) => ({
      factors: [typesOfShard * shards, types],
      value: seconds,
    })),
  ) as [number, number];
  const averageSecondsOfByteRead = perRead + 1 / fetchBytesPerSecond;
  // What an average takes beside merging: writing its changes into the storage and, now and then, the model.
  const averaged = average.received * averageSecondsOfByteRead + bytesOfAverage * perWritten;

  return {
    tokensReadPerSecond: text.tokensOfShard / ingest.seconds,
    tokensEncodedPerSecond: text.tokensOfShard / encode.seconds,
    wordsTrainedPerSecond,
    tokensReadLocallyPerSecond: Math.max(...local.map(({ tokens, reading }) => tokens / reading)),
    spoolBytesOfToken: (ingest.sent - merge.received / run.shards) / text.tokensOfShard,
    encodedBytesOfToken: encode.sent / text.tokensOfShard,
    bytesOfCount: merge.received / run.shards / text.typesOfShard,
    bytesOfWord: merge.sent / text.vocabulary,
    mergeSecondsOfCount: perCount,
    mergeSecondsOfType: perType,
    exchangeSecondsOfModelByte: Math.max(0, later - training) / modelBytes,
    applySecondsOfByte: Math.max(0, run.firstTrainSeconds - later) / bytesOfAverage,
    averageSecondsOfByteRead,
    averageSecondsOfByteWritten: perWritten,
    averageSecondsOfModelByte: Math.max(0, average.seconds - averaged) / modelBytes,
    roundsBetweenModels: ROUNDS_BETWEEN_MODELS,
    secondsBetweenSteps: run.betweenSteps,
    secondsBetweenStages: run.betweenStages,
    heaps: {
      tokens: text.tokens,
      types: text.types,
      exponent: Math.log(text.types / text.typesOfShard) / Math.log(text.tokens / text.tokensOfShard),
    },
    vocabulary: text.vocabulary,
    knownShare: text.known / text.tokens,
    keptShare: KEPT_SHARE,
  };
}
