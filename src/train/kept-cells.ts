import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { CellCorpus, Corpus } from '../core/corpus.js';
import { systemCode, WordmillError } from '../core/errors.js';
import { fileChecksum } from '../core/file-checksum.js';
import { wholeNumber } from '../core/options.js';
import { outputError } from '../core/outputs.js';
import type { Recovery } from '../core/recovery.js';
import { replaceFile } from '../core/replace-file.js';
import { sealedJson, unsealedJson } from '../core/sealed-json.js';
import type { StageContext } from '../core/stage.js';
import { CELL_BYTES } from '../formats/cooccurrence.js';
import type { SamplingOptions } from '../sampling/options.js';
import { corpusFingerprint, vocabularyFingerprint } from './checkpoint/fingerprints.js';
import { countCells } from './count-cells.js';
import type { ResolvedTrainOptions } from './engine.js';

/** `ofBytes`: the CRC-32 of the file's bytes. */
const keptSchema = z.strictObject({ key: z.string(), cells: wholeNumber(0), ofBytes: wholeNumber(0) });

/**
 * The co-occurrences of a corpus, counted into a scratch file; of a run that can be gone on with, into its own folder, where
 * one that resumes finds them. They are counted anew where corpus or window differ, or the file is not as it was written.
 *
 * @throws WordmillError as `countCells`; `inputOutput` where the disk has too little space.
 */
export async function keptCells(
  corpus: Corpus,
  { threads }: Pick<ResolvedTrainOptions, 'threads'>,
  sampling: SamplingOptions,
  context: StageContext,
): Promise<CellCorpus> {
  const { recovery, report } = context;
  const folder = recovery ? join(recovery.folder, 'spool') : await context.scratchFolder();
  const path = join(folder, 'cooccurrence.bin');
  const key = recovery && (await keyOf(corpus, sampling));
  const found = recovery?.resume ? await cellsKept(path, key!) : undefined;
  if (found !== undefined) {
    report.note('starting from the co-occurrences that this run had counted');
    report.count('cooccurrence', 'cells', found);
    recovery!.saved('the co-occurrences');
    return { vocabulary: corpus.vocabulary, path, cells: found };
  }
  await context.requireSpace(folder, leastBytes(corpus), 'intermediate file');
  const cells = await (recovery
    ? countAndKeep(corpus, sampling, { threads, path, key: key! }, recovery, context)
    : countCells(corpus, sampling, { threads, path }, context));
  report.count('cooccurrence', 'cells', cells.cells);
  return cells;
}

async function countAndKeep(
  corpus: Corpus,
  sampling: SamplingOptions,
  { threads, path, key }: { readonly threads: number; readonly path: string; readonly key: string },
  recovery: Recovery,
  context: StageContext,
): Promise<CellCorpus> {
  const growing = `${path}.partial`;
  try {
    await mkdir(join(recovery.folder, 'spool'), { recursive: true });
    await rm(descriptionOf(path), { force: true });
  } catch (error) {
    throw outputError(error, path, 'intermediate file');
  }
  const { cells } = await countCells(corpus, sampling, { threads, path: growing }, context);
  await rename(growing, path);
  const kept = { key, cells, ofBytes: await fileChecksum(path, cells * CELL_BYTES) };
  await replaceFile(descriptionOf(path), sealedJson(kept), 'intermediate file');
  recovery.saved('the co-occurrences');
  return { vocabulary: corpus.vocabulary, path, cells };
}

/** How many cells are kept under a key; undefined where there are none, or not all of them. */
async function cellsKept(path: string, key: string): Promise<number | undefined> {
  try {
    const text = await readFile(descriptionOf(path), 'utf8');
    const kept = keptSchema.parse(unsealedJson(text, descriptionOf(path)));
    const { size } = await stat(path);
    const whole =
      kept.key === key &&
      size === kept.cells * CELL_BYTES &&
      (await fileChecksum(path, size)) === kept.ofBytes;
    return whole ? kept.cells : undefined;
  } catch (error) {
    if (error instanceof WordmillError || error instanceof z.ZodError || systemCode(error) === 'ENOENT')
      return undefined;
    throw error;
  }
}

/** What the cells depend on. */
async function keyOf(corpus: Corpus, { window, symmetric }: SamplingOptions): Promise<string> {
  const parts = [
    vocabularyFingerprint(corpus.vocabulary),
    await corpusFingerprint(corpus),
    window,
    symmetric ?? true,
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

function descriptionOf(path: string): string {
  return `${path}.json`;
}

/** Fewer cells than this have only texts that repeat themselves. */
function leastBytes({ vocabulary, spool }: Corpus): number {
  return CELL_BYTES * Math.min(vocabulary.size ** 2 / 2, 0.1 * spool.tokens);
}
