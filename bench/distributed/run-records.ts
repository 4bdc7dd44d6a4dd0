import type { z } from 'zod';
import {
  averageSchema,
  encodeSchema,
  ingestSchema,
  resultSchema,
  trainSchema,
  vocabularySchema,
} from '../../src/distributed/records.js';
import type { StepKind } from '../../src/distributed/stages.js';
import type { Blob } from '../../src/storage/blob.js';
import { BlobCache } from '../../src/storage/blob-cache.js';
import { openStore } from '../../src/storage/open-store.js';
import { runStorage } from '../../src/storage/run-storage.js';

/** The records of a run that has ended. */
export interface RunRecords {
  readonly ingests: readonly z.output<typeof ingestSchema>[];
  readonly vocabulary: z.output<typeof vocabularySchema>;
  readonly encodes: readonly z.output<typeof encodeSchema>[];
  /** By round, then by shard. */
  readonly trains: readonly (readonly z.output<typeof trainSchema>[])[];
  readonly averages: readonly z.output<typeof averageSchema>[];
  readonly result: z.output<typeof resultSchema>;
}

/** Reads the records of a run. @throws Error where one is missing. */
export async function recordsOfRun(
  storage: string,
  run: string,
  { shards, rounds }: { readonly shards: number; readonly rounds: number },
): Promise<RunRecords> {
  const { signal } = new AbortController();
  const store = await openStore(storage);
  const records = runStorage(store, run, new BlobCache(`${storage}-cache`));
  const of = async <Schema extends z.ZodType>(name: string, schema: Schema): Promise<z.output<Schema>> => {
    const record = await records.read(name, schema, signal);
    if (!record) throw new Error(`run ${run} has no record '${name}'`);
    return record;
  };
  const each = <Result>(count: number, read: (index: number) => Promise<Result>): Promise<Result[]> =>
    Promise.all(Array.from({ length: count }, (_, index) => read(index)));
  try {
    return {
      ingests: await each(shards, (shard) => of(`ingest-${shard}`, ingestSchema)),
      vocabulary: await of('vocabulary', vocabularySchema),
      encodes: await each(shards, (shard) => of(`encode-${shard}`, encodeSchema)),
      trains: await each(rounds, (round) =>
        each(shards, (shard) => of(`train-${round}-${shard}`, trainSchema)),
      ),
      averages: await each(rounds, (round) => of(`average-${round}`, averageSchema)),
      result: await of('result', resultSchema),
    };
  } finally {
    await records.close();
    await store.close();
  }
}

/** Bytes of contents that steps need and make. */
export interface Exchanged {
  readonly received: number;
  readonly sent: number;
}

/** What all steps of each kind exchange with the storage together, if no machine has anything that another made. */
export function exchanged(records: RunRecords): Readonly<Partial<Record<StepKind, Exchanged>>> {
  const { ingests, vocabulary, encodes, trains, averages } = records;
  const spools = sum(ingests, ({ spool }) => bytes(...Object.values(spool)));
  const counts = sum(ingests, (ingest) => bytes(ingest.counts));
  const encoded = sum(encodes, ({ tokens, chunks }) => bytes(tokens, chunks));
  const changes = sum(trains.flat(), (train) => bytes(train.changes));
  const words = bytes(vocabulary.vocabulary);
  const shards = ingests.length;
  // Each shard's step needs what the round before changed.
  const before = sum(averages.slice(0, -1), (average) => shards * bytes(average.changes));
  return {
    ingest: { received: 0, sent: spools + counts },
    vocabulary: { received: counts, sent: words },
    encode: { received: spools + shards * words, sent: encoded },
    train: { received: encoded + shards * words + before, sent: changes },
    average: {
      received: changes,
      sent: sum(averages, ({ changes, model }) => bytes(changes, ...(model ? [model] : []))),
    },
    result: { received: 0, sent: 0 },
  };
}

function bytes(...blobs: readonly Blob[]): number {
  return blobs.reduce((total, blob) => total + blob.bytes, 0);
}

function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
