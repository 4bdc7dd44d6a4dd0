import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { WordmillError } from '../core/errors.js';
import { wholeNumber } from '../core/options.js';
import { replaceFile } from '../core/replace-file.js';
import type { ReportState } from '../core/report.js';
import { sealedJson, unsealedJson } from '../core/sealed-json.js';
import { checkChunks, readChunks, writeChunks } from './chunk-table.js';
import type { SpooledText } from './count.js';
import {
  checkFiles,
  describeFile,
  generationsSchema,
  prunedSchema,
  reportSchema,
  type SpoolFiles,
  spoolFileName,
  spoolFilesSchema,
} from './spool-files.js';

/** The manifest of a whole spool: what its files are, with checksums, and what was counted while they were made. */

export const MANIFEST = 'manifest.json';
const CHUNKS = 'chunks';
const FORMAT = 'wordmill spool';
const VERSION = 2;

const manifestSchema = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  /** What the fingerprint was made of, where that is known. */
  key: z.unknown().optional(),
  sentences: wholeNumber(0),
  tokens: wholeNumber(0),
  types: wholeNumber(0),
  chunks: wholeNumber(0),
  tokensFile: spoolFileName,
  /** The run with all words; '' where there is none. */
  list: z.union([spoolFileName, z.literal('')]),
  generations: generationsSchema,
  pruned: prunedSchema,
  report: reportSchema,
  files: spoolFilesSchema,
});

type Manifest = z.infer<typeof manifestSchema>;

/** A spool as it is stored. */
export interface StoredSpool {
  readonly text: SpooledText;
  /** What the run that made it had counted and read by then. */
  readonly report: ReportState;
}

/**
 * Reads the spool of a folder; reads all of its files through.
 *
 * @throws WordmillError `data` where it is not whole, damaged, or of another version.
 */
export async function readStored(folder: string): Promise<StoredSpool> {
  const manifest = await readManifest(folder);
  const { files, sentences, tokens, types, list, generations, tokensFile, pruned } = manifest;
  for (const name of filesOf(manifest)) {
    if (!files[name]) throw damagedManifest(`it says nothing of ${name}`);
  }
  for (const { file, words, pruned: ids } of generations) {
    // A word takes four bytes of a run at least: its length, a byte, count and id.
    const { bytes } = files[file]!;
    if (ids ? bytes !== 4 * words : bytes < 4 * words) throw damagedManifest(`${file} holds fewer words`);
  }
  await checkFiles(folder, files);
  const chunks = await readChunks(join(folder, CHUNKS), manifest.chunks);
  const { bytes: tokenBytes, checksum: tokensChecksum } = files[tokensFile]!;
  checkChunks(chunks, { end: { byte: tokenBytes, sentences, tokens }, generations: generations.length });
  const words = { folder, generations, list, types, pruned };
  return {
    text: { words, tokensFile, tokenBytes, tokensChecksum, chunks, sentences, tokens },
    report: manifest.report as ReportState,
  };
}

/** What the fingerprint of a folder's spool was made of; undefined where that cannot be said. */
export async function keyOfStored(folder: string): Promise<unknown> {
  return (await readManifest(folder).catch(() => undefined))?.key;
}

async function readManifest(folder: string): Promise<Manifest> {
  const path = join(folder, MANIFEST);
  const parsed = manifestSchema.safeParse(unsealedJson(await readFile(path, 'utf8'), path));
  if (!parsed.success) throw damagedManifest('it is of another version');
  return parsed.data;
}

function damagedManifest(why: string): WordmillError {
  return new WordmillError('data', `its ${MANIFEST} cannot be used: ${why}`);
}

/** Writes the chunk table and the manifest beside a text's other files; the spool is whole then. */
export async function writeTables(folder: string, text: SpooledText, about: SpoolNotes): Promise<void> {
  const { chunks, words, tokensFile, sentences, tokens } = text;
  await writeChunks(join(folder, CHUNKS), chunks);
  const { generations, list, types, pruned } = words;
  const named = { tokensFile, list, generations: [...generations] };
  const files: SpoolFiles = {};
  for (const file of filesOf(named)) {
    files[file] =
      file === tokensFile
        ? { bytes: text.tokenBytes, checksum: text.tokensChecksum }
        : await describeFile(join(folder, file));
  }
  const manifest: Manifest = {
    format: FORMAT,
    version: VERSION,
    ...about,
    ...{ sentences, tokens, types, chunks: chunks.length, ...named, pruned, files },
    report: about.report as Manifest['report'],
  };
  await replaceFile(join(folder, MANIFEST), sealedJson(manifest), 'spool');
}

/** What is noted of a spool beside its text. */
export interface SpoolNotes {
  readonly key?: unknown;
  readonly report: ReportState;
}

function filesOf({ tokensFile, list, generations }: Pick<Manifest, 'tokensFile' | 'list' | 'generations'>) {
  const files = new Set([tokensFile, CHUNKS, ...generations.map(({ file }) => file)]);
  if (list !== '') files.add(list);
  return files;
}
