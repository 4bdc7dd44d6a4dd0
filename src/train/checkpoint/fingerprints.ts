import { createHash, type Hash } from 'node:crypto';
import { open } from 'node:fs/promises';
import {
  type Corpus,
  isCellCorpus,
  isPairCorpus,
  PAIR_BYTES,
  type TrainingCorpus,
} from '../../core/corpus.js';
import type { Vocabulary } from '../../core/vocabulary.js';
import { readFully } from '../../core/whole-io.js';
import { CELL_BYTES } from '../../formats/cooccurrence.js';
import { bytesOf } from '../../formats/packed-rows.js';

/** How much of a large file is looked at: so many pieces, the first and the last among them. */
const SAMPLES = 64;
const SAMPLE_BYTES = 1 << 16;

/** A SHA-256 in hex of words and counts, in the order of their ids. */
export function vocabularyFingerprint(vocabulary: Vocabulary): string {
  const hash = createHash('sha256');
  for (const word of vocabulary.words) hash.update(`${word}\n`);
  hash.update(bytesOf(vocabulary.counts));
  hash.update(JSON.stringify([vocabulary.unknown, vocabulary.unknownCount]));
  return hash.digest('hex');
}

/**
 * A SHA-256 in hex of what is trained on. Of running text the whole chunk table, with the bytes, tokens and sentences
 * of each chunk; of the files, which may be larger than is read in a moment, their lengths and samples.
 */
export async function corpusFingerprint(corpus: TrainingCorpus): Promise<string> {
  const hash = createHash('sha256');
  if (isPairCorpus(corpus)) {
    hash.update('pairs').update(bytesOf(corpus.targetCounts));
    await addFile(hash, corpus.path, corpus.pairs * PAIR_BYTES);
  } else if (isCellCorpus(corpus)) {
    hash.update('cells');
    await addFile(hash, corpus.path, corpus.cells * CELL_BYTES);
  } else {
    await addSpool(hash, corpus);
  }
  return hash.digest('hex');
}

async function addSpool(hash: Hash, { spool }: Corpus): Promise<void> {
  const { chunks, generationStarts } = spool;
  for (const column of [
    ...[chunks.byteStarts, chunks.byteLengths, chunks.firstSentences, chunks.sentenceCounts],
    ...[chunks.tokenCounts, chunks.generations, generationStarts],
  ]) {
    hash.update(bytesOf(column));
  }
  const last = chunks.length - 1;
  await addFile(hash, spool.tokensPath, last < 0 ? 0 : chunks.byteStarts[last]! + chunks.byteLengths[last]!);
  await addFile(hash, spool.mapPath, 4 * generationStarts.at(-1)!);
}

/** Adds a file's length, and pieces of it that lie evenly from its start to its end. */
async function addFile(hash: Hash, path: string, length: number): Promise<void> {
  hash.update(`${length}\n`);
  const pieces = Math.min(SAMPLES, Math.ceil(length / SAMPLE_BYTES));
  const buffer = Buffer.alloc(Math.min(SAMPLE_BYTES, length));
  const file = await open(path);
  try {
    for (let piece = 0; piece < pieces; piece++) {
      const start = pieces === 1 ? 0 : Math.floor(((length - buffer.length) * piece) / (pieces - 1));
      hash.update(buffer.subarray(0, await readFully(file, buffer, start)));
    }
  } finally {
    await file.close();
  }
}
