import { join } from 'node:path';
import { Random } from '../../../../src/core/random.js';
import type { Definition } from '../../../../src/pipeline/schema.js';
import { makeText } from '../../../faults/support/text-maker.js';

/** The text of all runs. */
export const TEXT = Buffer.concat([...makeText(new Random(7), { bytes: 300_000, odd: 20_000 })]);

/** A definition that runs are disturbed of. One thread for each step: nothing depends on how threads take turns. */
export interface Job {
  readonly name: string;
  readonly train: NonNullable<Definition['train']>;
}

export const JOBS: readonly Job[] = [
  { name: 'skip-gram', train: { dimensions: 24, epochs: 3, threads: 1, seed: 5 } },
  { name: 'fasttext', train: { model: 'fasttext', buckets: 3_000, dimensions: 12, epochs: 3, threads: 1 } },
  { name: 'glove', train: { model: 'glove', dimensions: 12, epochs: 3, threads: 1 } },
];

export const OUTPUTS = { vectors: 'out/v.bin', vocabulary: 'out/words.txt' } as const;

/** The definition of a job whose text and outputs are in a folder. */
export function definitionIn(folder: string, { train }: Job): Definition {
  return {
    source: { files: join(folder, 'corpus.txt') },
    vocabulary: { minCount: 3 },
    train,
    distributed: { shards: 3, roundsPerEpoch: 2 },
    sinks: [{ word2vec: join(folder, OUTPUTS.vectors) }, { vocabulary: join(folder, OUTPUTS.vocabulary) }],
  };
}
