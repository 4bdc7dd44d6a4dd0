import type { Rates } from './rates.js';

/** What is to be trained. */
export interface Job {
  readonly tokens: number;
  readonly epochs: number;
  readonly dimensions: number;
  readonly roundsPerEpoch: number;
  /** The most words of the vocabulary (`vocabulary.maxSize`). */
  readonly mostWords: number;
}

/** What it is trained on. */
export interface Cluster {
  readonly machines: number;
  /** Cores of each, all of which train; steps use one for all else. */
  readonly cores: number;
  /** Parts of the corpus; as many as there are machines, if each is to have one. */
  readonly shards: number;
  /** Bytes a second between a machine and the storage. */
  readonly machineBandwidth: number;
  /** Bytes a second that the storage gives to all machines together. */
  readonly storeBandwidth: number;
}

/** Seconds of a run, by what they are spent on, and what it exchanges. */
export interface Expected {
  readonly read: number;
  readonly merge: number;
  readonly encode: number;
  readonly train: number;
  readonly exchange: number;
  readonly average: number;
  readonly queue: number;
  readonly total: number;
  /** Words of the vocabulary. */
  readonly vocabulary: number;
  /** Bytes of both matrices. */
  readonly modelBytes: number;
  /** Bytes that a shard's training step sends, and that all exchange in a round. */
  readonly bytesOfShard: number;
  readonly bytesOfRound: number;
}

/**
 * How long a distributed run takes. Stages follow each other; within one, machines work at once, each on its shards one after
 * another.
 *
 *     read     = tokens of a machine / tokens that a core reads a second + its spools and counts into the storage
 *     merge    = words in the counts of all shards * seconds for each + different words * seconds for each + the counts
 *                out of the storage, to one machine
 *     encode   = tokens of a machine / tokens that a core encodes a second + spools out, encoded tokens in
 *     train    = rounds * words of a machine in a round / (cores * words that a core trains a second)
 *     exchange = rounds * (what a machine does with the model for each of its shards: copying, comparing, writing, in
 *                proportion to the model + putting in what the last round changed + both through the storage)
 *     average  = rounds * (bytes of all shards' changes, out of the storage to one machine, and merged there + what it does
 *                with the model + the merged changes, into the storage)
 *     queue    = seconds between steps * steps of a machine + seconds between stages * stages
 *
 * What goes through the storage takes the longer of what a machine's own line and what all lines together allow. Merging and
 * averaging are one machine's work, however many there are. Left out: machines that are slower than others, the start of
 * processes, evaluation, writing, and the memory that limits cores.
 */
export function expectedRun(rates: Rates, job: Job, cluster: Cluster): Expected {
  const { machines, cores, shards, machineBandwidth } = cluster;
  const busy = Math.min(machines, shards);
  const shardsOfMachine = Math.ceil(shards / busy);
  /** Seconds for bytes that each of so many machines sends or receives at once. */
  const transfer = (bytes: number, at = busy) =>
    Math.max(bytes / machineBandwidth, (bytes * at) / cluster.storeBandwidth);
  const tokensOfShard = job.tokens / shards;
  const tokensOfMachine = tokensOfShard * shardsOfMachine;
  const words = job.tokens * rates.knownShare;
  const vocabulary = vocabularyOf(rates, job);
  const modelBytes = 2 * vocabulary * 4 * job.dimensions;
  const rounds = job.epochs * job.roundsPerEpoch;

  const countedBytes = typesIn(rates, tokensOfShard) * rates.bytesOfCount;
  const spoolBytes = tokensOfShard * rates.spoolBytesOfToken;
  const read =
    tokensOfMachine / rates.tokensReadPerSecond + transfer((spoolBytes + countedBytes) * shardsOfMachine);

  const counted = shards * typesIn(rates, tokensOfShard);
  const types = typesIn(rates, job.tokens);
  const merge =
    counted * rates.mergeSecondsOfCount +
    types * rates.mergeSecondsOfType +
    transfer(counted * rates.bytesOfCount, 1);

  const encodedBytes = tokensOfShard * rates.encodedBytesOfToken;
  const vocabularyBytes = vocabulary * rates.bytesOfWord;
  const encode =
    tokensOfMachine / rates.tokensEncodedPerSecond +
    transfer((spoolBytes + encodedBytes) * shardsOfMachine + vocabularyBytes);

  const wordsOfRound = words / job.roundsPerEpoch;
  const wordsOfShard = wordsOfRound / shards;
  const train = (rounds * wordsOfShard * shardsOfMachine) / (cores * rates.wordsTrainedPerSecond);

  const bytesOfRow = 4 * job.dimensions + 4;
  const bytesOfShard = changedRows(rates, wordsOfShard, vocabulary) * bytesOfRow;
  // What none of the shards changed has not changed on average: at most all of the text of a round counts.
  const bytesOfAverage = changedRows(rates, wordsOfRound, vocabulary) * bytesOfRow;
  const exchange =
    rounds *
      (shardsOfMachine * modelBytes * rates.exchangeSecondsOfModelByte +
        bytesOfAverage * rates.applySecondsOfByte +
        transfer(bytesOfAverage) +
        transfer(bytesOfShard * shardsOfMachine)) +
    // Each machine fetches its encoded shards once.
    transfer(encodedBytes * shardsOfMachine + vocabularyBytes);

  const average =
    rounds *
    (shards * bytesOfShard * rates.averageSecondsOfByteRead +
      bytesOfAverage * rates.averageSecondsOfByteWritten +
      modelBytes * rates.averageSecondsOfModelByte +
      transfer(shards * bytesOfShard, 1) +
      transfer(bytesOfAverage + modelBytes / rates.roundsBetweenModels, 1));

  const steps = shardsOfMachine * (2 + rounds);
  const stages = 3 + 2 * rounds;
  const queue = steps * rates.secondsBetweenSteps + stages * rates.secondsBetweenStages;

  return {
    ...{ read, merge, encode, train, exchange, average, queue },
    total: read + merge + encode + train + exchange + average + queue,
    ...{ vocabulary, modelBytes, bytesOfShard },
    bytesOfRound: shards * bytesOfShard + bytesOfAverage * busy,
  };
}

/** A local run: one core reads, all cores train. */
export function expectedLocal(rates: Rates, job: Job, cores: number): number {
  const words = job.tokens * rates.knownShare;
  return (
    job.tokens / rates.tokensReadLocallyPerSecond +
    (job.epochs * words) / (cores * rates.wordsTrainedPerSecond)
  );
}

/** Different words in so many tokens, by Heaps' law: they grow as a power of the tokens. */
export function typesIn({ heaps }: Pick<Rates, 'heaps'>, tokens: number): number {
  return heaps.types * (tokens / heaps.tokens) ** heaps.exponent;
}

/** Words of the vocabulary: frequent ones grow as all do, as of a text that is shorter (docs/estimating.md). */
export function vocabularyOf(
  { heaps, vocabulary }: Pick<Rates, 'heaps' | 'vocabulary'>,
  { tokens, mostWords }: Pick<Job, 'tokens' | 'mostWords'>,
): number {
  return Math.min(mostWords, vocabulary * (tokens / heaps.tokens) ** heaps.exponent);
}

/** Zipf and Mandelbrot's law: a word's share of a text goes with 1 / (rank + 2.7). */
const SHIFT = 2.7;
/** Negatives for each word that subsampling leaves, and how frequent words are among them. */
const NEGATIVES = 5;
const NOISE_POWER = 0.75;

/**
 * Rows that training on so many words changes, of both matrices. A row of `input` changes where its word is in the text, one of
 * `output` where it is or is drawn as a negative; a word that is expected n times is there with probability 1 - exp(-n).
 */
export function changedRows(
  { keptShare }: Pick<Rates, 'keptShare'>,
  words: number,
  vocabulary: number,
): number {
  const size = Math.round(vocabulary);
  let text = 0;
  let noise = 0;
  for (let rank = 1; rank <= size; rank++) {
    text += 1 / (rank + SHIFT);
    noise += (rank + SHIFT) ** -NOISE_POWER;
  }
  let rows = 0;
  for (let rank = 1; rank <= size; rank++) {
    const inText = words / (rank + SHIFT) / text;
    const drawn = (NEGATIVES * keptShare * words * (rank + SHIFT) ** -NOISE_POWER) / noise;
    rows += 2 - Math.exp(-inText) - Math.exp(-inText - drawn);
  }
  return rows;
}
