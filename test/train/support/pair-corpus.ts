import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PairCorpus } from '../../../src/core/corpus.js';
import { Random } from '../../../src/core/random.js';
import { Vocabulary } from '../../../src/core/vocabulary.js';

/** Pairs on disk: each of `words` words predicts its neighbour, now and then another. */
export async function pairCorpus(folder: string, pairs: number, words = 12): Promise<PairCorpus> {
  const random = new Random(3);
  const records = Buffer.alloc(12 * pairs);
  const counts = new Float64Array(words);
  const targetCounts = new Float64Array(words);
  for (let pair = 0; pair < pairs; pair++) {
    const context = random.below(words);
    const target = random.below(4) === 0 ? random.below(words) : (context + 1) % words;
    records.writeUInt32LE(context, 12 * pair);
    records.writeUInt32LE(target, 12 * pair + 4);
    records.writeFloatLE(random.below(8) / 4, 12 * pair + 8);
    counts[context]!++;
    counts[target]!++;
    targetCounts[target]!++;
  }
  const path = join(folder, 'pairs');
  await writeFile(path, records);
  const vocabulary = new Vocabulary({ words: Array.from(counts, (_, id) => `w${id}`), counts });
  return { vocabulary, targetCounts, path, pairs };
}
