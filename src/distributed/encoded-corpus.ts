import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Corpus, Spool } from '../core/corpus.js';
import { outputError } from '../core/outputs.js';
import type { Vocabulary } from '../core/vocabulary.js';
import { bytesOf } from '../formats/packed-rows.js';
import { checkChunks, readChunks } from '../tokenize/chunk-table.js';
import { SpoolCorpus } from '../tokenize/read-spool.js';
import { type EncodeRecord, encodeSchema } from './records.js';
import { recordOf, vocabularyOf } from './records-of-run.js';
import type { StepContext } from './step.js';

/** An encoded shard as a corpus, and its record. */
export interface EncodedCorpus {
  readonly corpus: Corpus;
  readonly record: EncodeRecord;
}

/**
 * A shard whose tokens have final ids, as a corpus: a spool whose map gives each id itself. Its vocabulary is that of
 * the whole run.
 *
 * @param known the run's vocabulary, where it has been read already.
 * @throws WordmillError `noInput` where the shard is not encoded yet; `data` where it is damaged.
 */
export async function encodedCorpus(
  context: StepContext,
  shard: number,
  known?: Vocabulary,
): Promise<EncodedCorpus> {
  const { storage, signal } = context;
  const record = await recordOf(context, `encode-${shard}`, encodeSchema);
  const vocabulary = known ?? (await vocabularyOf(context));
  const tokensPath = await storage.fetch(record.tokens, signal);
  const chunks = await readChunks(await storage.fetch(record.chunks, signal), record.chunkCount);
  return { corpus: await corpusOfIds({ tokensPath, chunks }, record, vocabulary, context), record };
}

/**
 * Tokens with final ids as a corpus.
 *
 * @throws WordmillError `data` where the chunks do not fit the file of tokens.
 */
export async function corpusOfIds(
  { tokensPath, chunks }: Pick<Spool, 'tokensPath' | 'chunks'>,
  { sentences, words: tokens }: Pick<EncodeRecord, 'sentences' | 'words'>,
  vocabulary: Vocabulary,
  context: Pick<StepContext, 'scratchFolder'>,
): Promise<Corpus> {
  const { size: byte } = await stat(tokensPath);
  checkChunks(chunks, { end: { byte, sentences, tokens }, generations: 1 });
  return new SpoolCorpus(vocabulary, {
    mapPath: await identityMap(vocabulary, context),
    generationStarts: Float64Array.of(0, vocabulary.size),
    ...{ tokensPath, chunks, sentences, tokens },
  });
}

async function identityMap(
  { size }: Vocabulary,
  { scratchFolder }: Pick<StepContext, 'scratchFolder'>,
): Promise<string> {
  const path = join(await scratchFolder(), 'map');
  await writeFile(path, bytesOf(Uint32Array.from({ length: size }, (_, id) => id))).catch((error) => {
    throw outputError(error, path, 'intermediate file');
  });
  return path;
}
