import { createHash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readVectors } from '../../src/formats/detect.js';
import type { WordVectors } from '../../src/formats/word-vectors.js';
import { nativeUnavailable } from '../../src/native/addon.js';
import { runDefinition } from '../../src/pipeline/run-definition.js';
import type { Definition } from '../../src/pipeline/schema.js';

const CORPUS = fileURLToPath(new URL('../../../shared/data/enwiki-a.txt.zst', import.meta.url));

/** Rare words are kept; one thread repeats bit for bit. */
const DEFINITION = {
  vocabulary: { minCount: 2 },
  sampling: { subsample: 1e-4 },
  train: { engine: 'native', model: 'skipgram', dimensions: 100, epochs: 5, threads: 1, seed: 1 },
} as const satisfies Partial<Definition>;

/** Why there can be no vectors of the shared corpus here, or false. */
export const skipWithoutCorpusVectors: string | false =
  nativeUnavailable() ?? (existsSync(CORPUS) ? false : `${CORPUS} is not there`);

/**
 * Word vectors that wordmill trains on the shared corpus, 100 dimensions: under a minute the first time, then from the
 * cache folder, where they are kept by a hash of what makes them.
 */
export async function corpusVectors(): Promise<WordVectors & { readonly file: string }> {
  const key = createHash('sha256').update(JSON.stringify(DEFINITION)).digest('hex').slice(0, 16);
  const folder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'wordmill', 'vectors');
  const file = join(folder, `enwiki-a-${key}.bin`);
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    await runDefinition({ source: { files: CORPUS }, ...DEFINITION, sinks: [{ word2vec: file }] });
  }
  return { ...(await readVectors(file)), file };
}
