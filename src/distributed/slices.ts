import type { SpoolChunks } from '../core/corpus.js';

/** A part of a shard's chunks. */
export interface Slice {
  readonly chunks: SpoolChunks;
  /** Words in them. */
  readonly words: number;
}

/**
 * One of `count` parts of a chunk table, next to each other and of about as many words each: chunks belong to the part
 * that their middle word is in. So every chunk is in exactly one part; where there are fewer chunks than parts, some
 * have none.
 *
 * @param index from 0.
 */
export function sliceOf(chunks: SpoolChunks, index: number, count: number): Slice {
  const total = chunks.tokenCounts.reduce((sum, tokens) => sum + tokens, 0);
  let before = 0;
  let start = 0;
  let end = 0;
  let words = 0;
  for (let chunk = 0; chunk < chunks.length; chunk++) {
    const tokens = chunks.tokenCounts[chunk]!;
    // A shard without words still has its chunks, all in one part.
    const part = total === 0 ? 0 : Math.min(count - 1, Math.floor(((before + tokens / 2) / total) * count));
    before += tokens;
    if (part < index) start = chunk + 1;
    if (part > index) break;
    end = chunk + 1;
    if (part === index) words += tokens;
  }
  return { chunks: chunksBetween(chunks, start, Math.max(start, end)), words };
}

/** The chunks from `start` to before `end`, as a table. */
function chunksBetween(chunks: SpoolChunks, start: number, end: number): SpoolChunks {
  return {
    length: end - start,
    byteStarts: chunks.byteStarts.slice(start, end),
    byteLengths: chunks.byteLengths.slice(start, end),
    firstSentences: chunks.firstSentences.slice(start, end),
    sentenceCounts: chunks.sentenceCounts.slice(start, end),
    tokenCounts: chunks.tokenCounts.slice(start, end),
    generations: chunks.generations.slice(start, end),
  };
}
