import { type FileHandle, open } from 'node:fs/promises';
import type { IdBlock } from '../core/blocks.js';
import { type Corpus, DROPPED, type Spool } from '../core/corpus.js';
import { systemCode, WordmillError } from '../core/errors.js';
import type { Vocabulary } from '../core/vocabulary.js';
import { readFully } from '../core/whole-io.js';
import { bytesOf } from '../formats/packed-rows.js';
import { Leb128Reader } from './leb128.js';

/** A corpus over the files of a spool. */
export class SpoolCorpus implements Corpus {
  readonly vocabulary: Vocabulary;
  readonly spool: Spool;

  constructor(vocabulary: Vocabulary, spool: Spool) {
    this.vocabulary = vocabulary;
    this.spool = spool;
  }

  blocks(): AsyncGenerator<IdBlock, void, undefined> {
    return readSpool(this.spool);
  }
}

/**
 * Reads a spool from its beginning, a chunk at a time, as blocks of final ids. Words without an id are left out;
 * sentences stay, emptied where need be, since sampling is seeded by their numbers.
 *
 * @throws WordmillError `data` where the files are damaged, with file and byte; `inputOutput` where they cannot be read.
 */
export async function* readSpool(spool: Spool): AsyncGenerator<IdBlock, void, undefined> {
  const { chunks } = spool;
  const tokens = await openSpoolFile(spool.tokensPath);
  try {
    let generation = -1;
    let map = new Uint32Array(0);
    let buffer = new Uint8Array(0);
    for (let chunk = 0; chunk < chunks.length; chunk++) {
      if (chunks.generations[chunk] !== generation) {
        generation = chunks.generations[chunk]!;
        map = await readMap(spool, generation);
      }
      const length = chunks.byteLengths[chunk]!;
      if (buffer.length < length) buffer = new Uint8Array(2 * length);
      const bytes = buffer.subarray(0, length);
      await readAt(tokens, bytes, chunks.byteStarts[chunk]!, spool.tokensPath);
      yield decodeChunk(spool, chunk, bytes, map);
    }
  } finally {
    await tokens.close();
  }
}

function decodeChunk(spool: Spool, chunk: number, bytes: Uint8Array, map: Uint32Array): IdBlock {
  const { chunks, tokensPath } = spool;
  const reader = new Leb128Reader(bytes);
  const ids = new Uint32Array(chunks.tokenCounts[chunk]!);
  const sentenceEnds = new Uint32Array(chunks.sentenceCounts[chunk]!);
  let read = 0;
  let kept = 0;
  for (let sentence = 0; sentence < sentenceEnds.length; sentence++) {
    const length = reader.next();
    if (length < 0 || read + length > ids.length) throw damaged(tokensPath, chunks.byteStarts[chunk]!);
    read += length;
    for (let token = 0; token < length; token++) {
      // -1, the end of the bytes, is no place in the map either.
      const id: number | undefined = map[reader.next()];
      if (id === undefined) throw damaged(tokensPath, chunks.byteStarts[chunk]!);
      if (id !== DROPPED) ids[kept++] = id;
    }
    sentenceEnds[sentence] = kept;
  }
  if (read !== ids.length || reader.position !== bytes.length)
    throw damaged(tokensPath, chunks.byteStarts[chunk]!);
  return { ids: ids.subarray(0, kept), sentenceEnds, firstSentence: chunks.firstSentences[chunk]! };
}

/** The part of the map that belongs to a generation. */
async function readMap(
  { mapPath, generationStarts }: Spool,
  generation: number,
): Promise<Uint32Array<ArrayBuffer>> {
  const start = generationStarts[generation];
  const end = generationStarts[generation + 1];
  if (start === undefined || end === undefined) throw damaged(mapPath, 0);
  const map = new Uint32Array(end - start);
  const file = await openSpoolFile(mapPath);
  try {
    await readAt(file, bytesOf(map), 4 * start, mapPath);
  } finally {
    await file.close();
  }
  return map;
}

async function openSpoolFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    throw unreadable(error, path);
  }
}

/** Fills a buffer from a position of a file. */
async function readAt(file: FileHandle, buffer: Uint8Array, position: number, path: string): Promise<void> {
  const read = await readFully(file, buffer, position).catch((error: unknown) => {
    throw unreadable(error, path);
  });
  if (read < buffer.length) throw damaged(path, position + read);
}

function unreadable(error: unknown, file: string): WordmillError {
  return new WordmillError('inputOutput', `cannot read the spool: ${systemCode(error) ?? 'unknown error'}`, {
    place: { file },
    cause: error,
  });
}

function damaged(file: string, byte: number): WordmillError {
  return new WordmillError('data', 'this spool is damaged', {
    place: { file, byte },
    hint: 'Remove the spool folder, and run again from the text.',
  });
}
