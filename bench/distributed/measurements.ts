import type { StepKind } from '../../src/distributed/stages.js';

/** The kinds of steps, in the order in which a run does them. */
export const KINDS = ['ingest', 'vocabulary', 'encode', 'train', 'average', 'result'] as const;

/** What the steps of one kind took, on average. */
export interface KindMeasured {
  readonly kind: StepKind;
  readonly count: number;
  /** Seconds of one. */
  readonly seconds: number;
  /** Bytes that one needs from storage and puts there, whatever a cache had. */
  readonly received: number;
  readonly sent: number;
}

/** A run on workers of one thread each. */
export interface RunMeasured {
  readonly workers: number;
  readonly shards: number;
  readonly roundsPerEpoch: number;
  readonly epochs: number;
  readonly dimensions: number;
  /** Seconds of the whole command, and from the begin of the first step to the end of the last. */
  readonly wall: number;
  readonly work: number;
  readonly kinds: readonly KindMeasured[];
  /** A training step that is a worker's first in its round fetches what the last round changed; seconds beside others. */
  readonly firstTrainSeconds: number;
  readonly laterTrainSeconds: number;
  /** Averages that write the whole model, and those that do not. */
  readonly wholeAverageSeconds: number;
  readonly plainAverageSeconds: number;
  /** Words that a training step trains on, on average. */
  readonly wordsOfTrain: number;
  /** Rows that a training step, and an average, changes, on average. */
  readonly rowsOfTrain: number;
  readonly rowsOfAverage: number;
  /** Seconds in which a worker has no step though there are some, and from the last step of a stage to the next stage. */
  readonly betweenSteps: number;
  readonly betweenStages: number;
}

/** A local run of the same definition. */
export interface LocalMeasured {
  readonly threads: number;
  readonly wall: number;
  /** Seconds of reading and counting, and the tokens. */
  readonly reading: number;
  readonly tokens: number;
  /** Seconds from the first update to the last, and the words trained on. */
  readonly training: number;
  readonly words: number;
}

/** What averaging files of changed rows took. */
export interface AverageMeasured {
  readonly rows: number;
  readonly shards: number;
  readonly dimensions: number;
  readonly seconds: number;
}

/** What merging the counts of shards, and choosing the vocabulary, took. */
export interface MergeMeasured {
  /** Words in each shard's counts, and different ones in all. */
  readonly typesOfShard: number;
  readonly types: number;
  readonly shards: number;
  readonly seconds: number;
}

/** What a text is. */
export interface TextMeasured {
  readonly name: string;
  readonly bytes: number;
  readonly tokens: number;
  readonly types: number;
  /** Words of the vocabulary, and their tokens. */
  readonly vocabulary: number;
  readonly known: number;
  /** Tokens and different words of a shard, on average. */
  readonly tokensOfShard: number;
  readonly typesOfShard: number;
}

/** All that `npm run bench:distributed` measures. */
export interface Measurements {
  readonly machine: {
    readonly processor: string;
    readonly processors: number;
    /** The load of the last minute, when it began and when it ended. */
    readonly load: readonly [number, number];
  };
  readonly text: TextMeasured;
  readonly runs: readonly RunMeasured[];
  readonly local: readonly LocalMeasured[];
  readonly averages: readonly AverageMeasured[];
  readonly merges: readonly MergeMeasured[];
  /** Bytes a second of fetching a blob from a folder on this machine, checked against its name. */
  readonly fetchBytesPerSecond: number;
}
