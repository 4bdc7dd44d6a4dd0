import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { IdBlock } from '../core/blocks.js';
import type { SpoolChunks } from '../core/corpus.js';
import { throwIfAborted } from '../core/errors.js';
import type { StageContext } from '../core/stage.js';
import type { Vocabulary } from '../core/vocabulary.js';
import type { EncodedSentences } from '../native/text.js';
import { BufferedFile } from '../tokenize/buffered-file.js';
import { writeChunks } from '../tokenize/chunk-table.js';
import type { SpooledText } from '../tokenize/count.js';
import { FinalIds } from '../tokenize/final-ids.js';
import { LONGEST_UINT32, writeLeb128 } from '../tokenize/leb128.js';
import { readSpool } from '../tokenize/read-spool.js';
import { readStored } from '../tokenize/spool-manifest.js';
import { SpoolWriter } from '../tokenize/spool-writer.js';
import { partsOf } from './ingest-shard.js';
import { type EncodeRecord, encodeSchema, type IngestRecord, ingestSchema } from './records.js';
import { recordOf, vocabularyOf } from './records-of-run.js';
import type { StepContext } from './step.js';
import { withStages } from './with-stages.js';

/**
 * Writes a shard's tokens as ids of the run's vocabulary: what training reads, and nothing else. Words without an id are
 * left out, or are `<UNK>`, as the vocabulary says; sentences stay, emptied where need be, as a local run's corpus has them.
 *
 * @throws WordmillError `noInput` where the shard is not ingested, or the vocabulary not merged yet; `data` where what is
 * stored of the shard is damaged.
 */
export async function encodeShard(context: StepContext, shard: number): Promise<EncodeRecord> {
  const { storage, plan, signal } = context;
  partsOf(plan, shard);
  const name = `encode-${shard}`;
  const done = await storage.read(name, encodeSchema, signal);
  if (done) return done;
  const begun = performance.now();
  const ingested = await recordOf(context, `ingest-${shard}`, ingestSchema);
  const vocabulary = await vocabularyOf(context);
  const record = await withStages(context, async (stages) => {
    const text = await storedText(ingested, context);
    const folder = await stages.scratchFolder();
    const written = await encodeText(text, vocabulary, folder, stages);
    return {
      shard,
      tokens: await storage.put(written.tokensPath, signal),
      chunks: await storage.put(written.chunksPath, signal),
      chunkCount: written.chunks.length,
      sentences: text.sentences,
      words: written.words,
      seconds: (performance.now() - begun) / 1_000,
    };
  });
  return storage.writeOnce(name, encodeSchema, record, signal);
}

/** The spool of a shard, as storage has it; all of it is checked. */
async function storedText({ spool }: IngestRecord, { storage, signal, scratchFolder }: StepContext) {
  const folder = await scratchFolder();
  for (const [file, blob] of Object.entries(spool))
    await symlink(await storage.fetch(blob, signal), join(folder, file));
  return (await readStored(folder)).text;
}

/** A text whose tokens are final ids. */
export interface EncodedText {
  readonly tokensPath: string;
  readonly chunksPath: string;
  readonly chunks: SpoolChunks;
  readonly sentences: number;
  /** Tokens that have an id. */
  readonly words: number;
}

/** Writes the tokens of a spooled text as ids of a vocabulary into a folder, as a spool with one generation. */
export async function encodeText(
  text: SpooledText,
  vocabulary: Vocabulary,
  folder: string,
  context: StageContext,
): Promise<EncodedText> {
  const mapPath = join(await context.scratchFolder(), 'map');
  const generationStarts = await new FinalIds(text.words, vocabulary, context.signal).writeMap(mapPath);
  const tokensPath = join(folder, 'tokens');
  const source = { ...text, tokensPath: join(text.words.folder, text.tokensFile), mapPath, generationStarts };
  const file = await BufferedFile.create(tokensPath);
  const writer = new SpoolWriter(file);
  let chunk = 0;
  try {
    for await (const block of readSpool(source)) {
      throwIfAborted(context.signal);
      await writer.append(encodedBlock(block), block.sentenceEnds, 0);
      const done = text.chunks.byteStarts[chunk]! + text.chunks.byteLengths[chunk]!;
      context.report.progress({ phase: 'write', unit: 'bytes', done, total: text.tokenBytes });
      chunk++;
    }
    const chunks = writer.finish();
    await file.finish();
    const chunksPath = join(folder, 'chunks');
    await writeChunks(chunksPath, chunks);
    return { tokensPath, chunksPath, chunks, sentences: writer.sentences, words: writer.tokens };
  } finally {
    await file.close();
  }
}

/** Sentences of ids as a spool has them: for each its length, then its ids. */
function encodedBlock({ ids, sentenceEnds }: IdBlock): EncodedSentences {
  const bytes = new Uint8Array(LONGEST_UINT32 * (ids.length + sentenceEnds.length));
  const ends = new Uint32Array(sentenceEnds.length);
  let position = 0;
  let token = 0;
  for (let sentence = 0; sentence < sentenceEnds.length; sentence++) {
    const end = sentenceEnds[sentence]!;
    position = writeLeb128(bytes, position, end - token);
    for (; token < end; token++) position = writeLeb128(bytes, position, ids[token]!);
    ends[sentence] = position;
  }
  return {
    bytes: bytes.subarray(0, position),
    sentenceEnds: ends,
    done: true,
    needsRoom: false,
    needsPruning: false,
  };
}
