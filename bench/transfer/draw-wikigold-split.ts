/**
 * Writes `wikigold-split.json`: which documents of WikiGold are for training, validation and test, drawn once under a
 * fixed seed, and what each part then has. The list is what counts; this shows where it comes from.
 *
 *   npx tsx bench/transfer/draw-wikigold-split.ts && npx biome format --write bench/transfer
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readConll } from '../../src/formats/conll.js';
import type { ConllSentence } from '../../src/formats/conll-parser.js';
import { drawDocumentSplit, splitByDocument } from '../../src/train/tagging/document-split.js';
import { entitiesOf } from '../../src/train/tagging/entities.js';

export const WIKIGOLD = fileURLToPath(new URL('../../../shared/data/ner/wikigold.conll', import.meta.url));
const SHARES = { train: 0.7, validation: 0.1, test: 0.2 };
const SEED = 1;

/** What the file lists. */
export async function wikigoldSplit() {
  const sentences: ConllSentence[] = [];
  for await (const sentence of readConll(WIKIGOLD)) sentences.push(sentence);
  const split = drawDocumentSplit(sentences.at(-1)!.document, SHARES, SEED);
  const parts = Object.entries(splitByDocument(sentences, split, WIKIGOLD)).map(([name, part]) => [
    name,
    { ...counts(part), documents: split[name]! },
  ]);
  return {
    corpus: 'wikigold.conll: documents are numbered from 1, and end at -DOCSTART- lines',
    seed: SEED,
    shares: SHARES,
    parts: Object.fromEntries(parts),
  };
}

function counts(sentences: readonly ConllSentence[]) {
  const entities: Record<string, number> = {};
  let tokens = 0;
  for (const sentence of sentences) {
    tokens += sentence.tokens.length;
    for (const { type } of entitiesOf(sentence.tags)) entities[type] = (entities[type] ?? 0) + 1;
  }
  const byName = Object.entries(entities).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    documentCount: new Set(sentences.map(({ document }) => document)).size,
    sentenceCount: sentences.length,
    tokenCount: tokens,
    entityCounts: Object.fromEntries(byName),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const json = JSON.stringify(await wikigoldSplit(), null, 2);
  writeFileSync(fileURLToPath(new URL('wikigold-split.json', import.meta.url)), `${json}\n`);
}
