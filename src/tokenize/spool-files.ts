import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { WordmillError } from '../core/errors.js';
import { fileChecksum } from '../core/file-checksum.js';
import { wholeNumber } from '../core/options.js';

/** What the files of a spool may be called. */
export const spoolFileName = z.string().regex(/^[a-z0-9-]+$/);

/** The files of a spool by name: their length in bytes and their CRC-32. */
export const spoolFilesSchema = z.record(
  spoolFileName,
  z.strictObject({ bytes: wholeNumber(0), checksum: wholeNumber(0) }),
);

/** The generations of a spool, as a manifest has them. */
export const generationsSchema = z.array(
  z.strictObject({ file: spoolFileName, words: wholeNumber(0), pruned: z.literal(true).optional() }),
);

/** What pruning dropped, as a manifest has it. */
export const prunedSchema = z.strictObject({ words: wholeNumber(0), tokens: wholeNumber(0) });

const inputFactsSchema = z.strictObject({
  bytes: wholeNumber(0).optional(),
  modified: z.number().min(0).optional(),
  version: z.string().optional(),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
});

/** What a run had counted and read, as a manifest has it. */
export const reportSchema = z.strictObject({
  stages: z.record(
    z.string(),
    z.strictObject({
      counts: z.record(z.string(), z.number()),
      dropped: z.record(z.string(), z.number()),
    }),
  ),
  inputs: z.array(z.tuple([z.string(), inputFactsSchema])),
});

export type SpoolFiles = z.infer<typeof spoolFilesSchema>;

/** The length of a file and the CRC-32 of its bytes. */
export async function describeFile(path: string): Promise<SpoolFiles[string]> {
  const { size } = await stat(path);
  return { bytes: size, checksum: await fileChecksum(path, size) };
}

/**
 * Reads the files of a folder through, to see that they are as a manifest says.
 *
 * @param longer the file that may be longer than that: what is after it was written later.
 * @throws WordmillError `data` where one is not, or is missing.
 */
export async function checkFiles(folder: string, files: SpoolFiles, longer?: string): Promise<void> {
  for (const [name, { bytes, checksum }] of Object.entries(files)) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (!found?.isFile()) throw new WordmillError('data', `its file ${name} is missing`);
    const fits = name === longer ? found.size >= bytes : found.size === bytes;
    if (!fits || (await fileChecksum(path, bytes)) !== checksum) {
      throw new WordmillError('data', `its file ${name} is cut off or damaged`);
    }
  }
}
