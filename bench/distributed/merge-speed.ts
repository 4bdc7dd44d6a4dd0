import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openContext } from '../../src/core/run.js';
import { mergedRuns, vocabularyOfCounts } from '../../src/distributed/merge-counts.js';
import { resolveDefinition } from '../../src/index.js';
import { writeRun } from '../../src/tokenize/word-run.js';
import type { MergeMeasured } from './measurements.js';

/**
 * Merges the counts of so many shards, each of so many words of 8 letters of which half are in every shard, and chooses the
 * vocabulary of it. The best of some rounds counts.
 */
export async function mergeSpeed(
  { typesOfShard, shards }: Pick<MergeMeasured, 'typesOfShard' | 'shards'>,
  folder: string,
  rounds: number,
): Promise<MergeMeasured> {
  const runs: string[] = [];
  for (let shard = 0; shard < shards; shard++) {
    const path = join(folder, `counts-${shard}`);
    await writeRun(path, wordsOf(shard, typesOfShard), {});
    runs.push(path);
  }
  const { vocabulary } = resolveDefinition({ source: { files: 'none' }, vocabulary: { minCount: 5 } });
  let best = Number.POSITIVE_INFINITY;
  let types = 0;
  for (let round = 0; round < rounds; round++) {
    const scratch = join(folder, 'scratch');
    mkdirSync(scratch);
    const opened = openContext({ scratch: mkdtempSync(join(scratch, 'of-')) });
    const begun = performance.now();
    const counted = await mergedRuns(runs, opened.context);
    await vocabularyOfCounts(counted, vocabulary, opened.context);
    best = Math.min(best, (performance.now() - begun) / 1_000);
    types = counted.types;
    await opened.close();
    rmSync(scratch, { recursive: true });
  }
  for (const run of runs) rmSync(run);
  return { typesOfShard, types, shards, seconds: best };
}

/** Words of a shard; the first half are those of all. A tenth is frequent enough for a vocabulary. */
function wordsOf(shard: number, size: number) {
  const letters = 8;
  const bytes = new Uint8Array(letters * size);
  const starts = Uint32Array.from({ length: size + 1 }, (_, word) => letters * word);
  const counts = new Float64Array(size);
  for (let word = 0; word < size; word++) {
    // Numbers in base 26, scattered so that shared words are not all in front of others.
    let number = word < size / 2 ? 2 * word : 2 * (shard * size + word) + 1;
    for (let place = letters - 1; place >= 0; place--) {
      bytes[letters * word + place] = 97 + (number % 26);
      number = Math.floor(number / 26);
    }
    counts[word] = word % 10 === 0 ? 10 : 1;
  }
  return { size, bytes, starts, counts };
}
