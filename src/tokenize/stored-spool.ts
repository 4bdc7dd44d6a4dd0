import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { SpoolChunks } from '../core/corpus.js';
import { systemCode, WordmillError } from '../core/errors.js';
import { wholeNumber } from '../core/options.js';
import { outputError } from '../core/outputs.js';
import type { Report } from '../core/report.js';
import { removeAbandoned, temporaryName } from '../core/temporary.js';
import { BufferedFile, bytesOf } from './buffered-file.js';
import type { SpooledText } from './count.js';

/**
 * A stored spool is a folder, named by a fingerprint of the text and of how it was split, with the tokens, the chunk
 * table, the runs of words, and a manifest. It holds all words with their counts, so that any choice of vocabulary
 * can start from it. It is made under a temporary name and renamed when whole; what a killed run left is removed by
 * the next one that looks for a spool or stores one.
 */

const MANIFEST = 'manifest.json';
const CHUNKS = 'chunks';
const FORMAT = 'wordmill spool';
const VERSION = 1;

const fileName = z.string().regex(/^[a-z0-9-]+$/);
const manifestSchema = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  sentences: wholeNumber(0),
  tokens: wholeNumber(0),
  types: wholeNumber(0),
  chunks: wholeNumber(0),
  tokensFile: fileName,
  /** The run with all words; '' where there is none. */
  list: z.union([fileName, z.literal('')]),
  generations: z.array(
    z.strictObject({ file: fileName, words: wholeNumber(0), pruned: z.literal(true).optional() }),
  ),
  /** What pruning dropped; absent where nothing was. */
  pruned: z.strictObject({ words: wholeNumber(1), tokens: wholeNumber(1) }).optional(),
  /** The size of every file but the manifest, in bytes. */
  sizes: z.record(fileName, wholeNumber(0)),
});

/** A name for anything that JSON can carry: the SHA-256, in hexadecimal, of its JSON with keys in order. */
export function fingerprintOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/**
 * The spool that is stored for a fingerprint; undefined where there is none. One that is not whole, of another
 * version, or does not fit together is not taken, with a warning; a run that reads the text replaces it.
 */
export async function openSpool(
  folder: string,
  fingerprint: string,
  report?: Report,
): Promise<SpooledText | undefined> {
  const path = spoolPath(folder, fingerprint);
  await removeAbandoned(folder);
  if (!(await stat(path).catch(() => undefined))) return undefined;
  try {
    return await readStored(path);
  } catch (error) {
    report?.warn(
      `spool ${path}`,
      `the spool ${path} cannot be used and is made anew: ${(error as Error).message.split('\n')[0]}`,
    );
    return undefined;
  }
}

async function readStored(path: string): Promise<SpooledText> {
  const manifest = manifestSchema.safeParse(JSON.parse(await readFile(join(path, MANIFEST), 'utf8')));
  if (!manifest.success) throw new WordmillError('data', `its ${MANIFEST} is of another version, or damaged`);
  const { sizes, sentences, tokens, types, list, generations, tokensFile } = manifest.data;
  const { pruned = { words: 0, tokens: 0 } } = manifest.data;
  const files = new Set([tokensFile, CHUNKS, ...generations.map(({ file }) => file)]);
  if (list !== '') files.add(list);
  for (const file of files) {
    const { size } = await stat(join(path, file));
    if (size !== sizes[file]) throw new WordmillError('data', `its file ${file} is cut off or damaged`);
  }
  const chunks = chunkColumns(await readFile(join(path, CHUNKS)), manifest.data.chunks);
  checkChunks(chunks, manifest.data);
  return {
    words: { folder: path, generations, list, types, pruned },
    tokensFile,
    tokenBytes: sizes[tokensFile]!,
    chunks,
    sentences,
    tokens,
  };
}

/**
 * Stores a spool under its fingerprint, in place of one that is not whole. Where another run has stored a whole one
 * meanwhile, that one is taken, since somebody may be reading it.
 *
 * @param make writes the text's files into the folder that it is given (and makes sure that they last).
 * @returns the text, in its final folder.
 * @throws WordmillError as `outputError` says; whatever `make` throws. The temporary folder is gone then.
 */
export async function storeSpool(
  folder: string,
  fingerprint: string,
  make: (folder: string) => Promise<SpooledText>,
): Promise<SpooledText> {
  const path = spoolPath(folder, fingerprint);
  await removeAbandoned(folder);
  const temporary = join(folder, temporaryName(fingerprint));
  const removeAtExit = (): void => rmSync(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true }).catch((error) => {
    throw outputError(error, path, 'spool');
  });
  process.once('exit', removeAtExit);
  try {
    const text = await make(temporary);
    const stored = await readStored(path).catch(() => undefined);
    if (stored) return stored;
    await writeTables(temporary, text);
    await replaceFolder(temporary, path);
    return { ...text, words: { ...text.words, folder: path } };
  } finally {
    await rm(temporary, { recursive: true, force: true });
    process.removeListener('exit', removeAtExit);
  }
}

async function writeTables(folder: string, text: SpooledText): Promise<void> {
  const { chunks, words, tokensFile, sentences, tokens } = text;
  const table = await BufferedFile.create(join(folder, CHUNKS));
  try {
    for (const column of columnsOf(chunks)) await table.write(bytesOf(column));
    await table.finish({ sync: true });
  } finally {
    await table.close();
  }
  const sizes: Record<string, number> = {};
  for (const file of [tokensFile, CHUNKS, words.list, ...words.generations.map(({ file }) => file)]) {
    if (file !== '') sizes[file] = (await stat(join(folder, file))).size;
  }
  const manifest: z.infer<typeof manifestSchema> = {
    format: FORMAT,
    version: VERSION,
    sentences,
    tokens,
    types: words.types,
    chunks: chunks.length,
    tokensFile,
    list: words.list,
    generations: [...words.generations],
    ...(words.pruned.words > 0 && { pruned: words.pruned }),
    sizes,
  };
  const path = join(folder, MANIFEST);
  await writeFile(path, `${JSON.stringify(manifest, null, 2)}\n`, { flush: true }).catch((error) => {
    throw outputError(error, path, 'spool');
  });
}

async function replaceFolder(from: string, to: string): Promise<void> {
  const old = `${from}.old`;
  try {
    await rename(to, old).catch((error) => {
      if (systemCode(error) !== 'ENOENT') throw error;
    });
    await rename(from, to);
  } catch (error) {
    throw outputError(error, to, 'spool');
  } finally {
    await rm(old, { recursive: true, force: true });
  }
}

function spoolPath(folder: string, fingerprint: string): string {
  if (!/^[\w-]{1,128}$/.test(fingerprint)) {
    throw new WordmillError(
      'internal',
      `'${fingerprint}' is no fingerprint: letters and digits, 128 at most`,
    );
  }
  return join(folder, fingerprint);
}

/** The columns of the chunk table in the order of the file, those of 8 bytes first so that all are aligned. */
function columnsOf(chunks: SpoolChunks): (Float64Array | Uint32Array)[] {
  const { byteStarts, firstSentences, byteLengths, sentenceCounts, tokenCounts, generations } = chunks;
  return [byteStarts, firstSentences, byteLengths, sentenceCounts, tokenCounts, generations];
}

const BYTES_PER_CHUNK = 2 * 8 + 4 * 4;

function chunkColumns(bytes: Buffer, length: number): SpoolChunks {
  if (bytes.length !== length * BYTES_PER_CHUNK)
    throw new WordmillError('data', 'its chunk table is cut off');
  const { buffer } = Uint8Array.from(bytes);
  const wide = (column: number): Float64Array => new Float64Array(buffer, 8 * length * column, length);
  const narrow = (column: number): Uint32Array => new Uint32Array(buffer, (16 + 4 * column) * length, length);
  return {
    length,
    byteStarts: wide(0),
    firstSentences: wide(1),
    byteLengths: narrow(0),
    sentenceCounts: narrow(1),
    tokenCounts: narrow(2),
    generations: narrow(3),
  };
}

/** Chunks must follow one another without gaps and add up to what the manifest says. */
function checkChunks(chunks: SpoolChunks, manifest: z.infer<typeof manifestSchema>): void {
  let byte = 0;
  let sentence = 0;
  let tokens = 0;
  let generation = 0;
  for (let chunk = 0; chunk < chunks.length; chunk++) {
    const fits =
      chunks.byteStarts[chunk] === byte &&
      chunks.firstSentences[chunk] === sentence &&
      chunks.generations[chunk]! >= generation &&
      chunks.generations[chunk]! <= Math.max(0, manifest.generations.length - 1);
    if (!fits) throw new WordmillError('data', 'its chunk table is damaged');
    byte += chunks.byteLengths[chunk]!;
    sentence += chunks.sentenceCounts[chunk]!;
    tokens += chunks.tokenCounts[chunk]!;
    generation = chunks.generations[chunk]!;
  }
  if (
    byte !== manifest.sizes[manifest.tokensFile] ||
    sentence !== manifest.sentences ||
    tokens !== manifest.tokens
  ) {
    throw new WordmillError('data', 'its chunk table is damaged');
  }
}
