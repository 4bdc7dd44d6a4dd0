import { open } from 'node:fs/promises';
import { PAIR_BYTES, type PairCorpus } from '../core/corpus.js';
import { WordmillError } from '../core/errors.js';

/** Pairs that are taken together as if they were a sentence (docs/sampling.md, "Pairs from outside"). */
export const PAIRS_IN_A_RUN = 1_024;

/** A run of pairs: columns of `length` entries, used again for the next run. */
export interface PairRun {
  readonly contexts: Uint32Array;
  readonly targets: Uint32Array;
  readonly weights: Float32Array;
  length: number;
}

/**
 * Reads a pair corpus from its start, run by run; all runs but the last are full.
 *
 * @throws WordmillError `inputOutput` if the file ends before the last pair.
 */
export async function* pairRuns(corpus: PairCorpus): AsyncGenerator<PairRun, void, void> {
  const run = {
    contexts: new Uint32Array(PAIRS_IN_A_RUN),
    targets: new Uint32Array(PAIRS_IN_A_RUN),
    weights: new Float32Array(PAIRS_IN_A_RUN),
    length: 0,
  };
  const records = Buffer.alloc(PAIRS_IN_A_RUN * PAIR_BYTES);
  const file = await open(corpus.path);
  try {
    for (let first = 0; first < corpus.pairs; first += PAIRS_IN_A_RUN) {
      run.length = Math.min(PAIRS_IN_A_RUN, corpus.pairs - first);
      const bytes = run.length * PAIR_BYTES;
      const { bytesRead } = await file.read(records, 0, bytes, first * PAIR_BYTES);
      if (bytesRead < bytes) {
        throw new WordmillError('inputOutput', `the file ends before pair ${corpus.pairs}`, {
          place: { file: corpus.path },
        });
      }
      for (let pair = 0; pair < run.length; pair++) {
        run.contexts[pair] = records.readUInt32LE(pair * PAIR_BYTES);
        run.targets[pair] = records.readUInt32LE(pair * PAIR_BYTES + 4);
        run.weights[pair] = records.readFloatLE(pair * PAIR_BYTES + 8);
      }
      yield run;
    }
  } finally {
    await file.close();
  }
}
