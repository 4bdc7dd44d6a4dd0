import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { CellBlock } from '../core/blocks.js';
import type { CellCorpus, Corpus } from '../core/corpus.js';
import { outputError } from '../core/outputs.js';
import type { StageContext } from '../core/stage.js';
import { writeFully } from '../core/whole-io.js';
import { cellBytes, countCellsIn, readCells } from '../formats/cooccurrence.js';
import { nativeAddon, nativeUnavailable } from '../native/addon.js';
import { watchWork } from '../native/long-work.js';
import { countCooccurrences } from '../sampling/cooccurrence.js';
import type { SamplingOptions } from '../sampling/options.js';
import { shuffleCells } from '../sampling/shuffle-cells.js';

/** How cells are counted and written. */
export interface CellSettings {
  readonly threads: number;
  /** The file to write. */
  readonly path: string;
  /** Write cells in the order that this seed draws; sorted where it is left out. */
  readonly shuffleSeed?: number;
}

/**
 * Counts the co-occurrences of a corpus into a file as GloVe's release writes it (docs/glove.md, "Counting"): natively,
 * or where the addon is missing in TypeScript, with the same result.
 *
 * @throws WordmillError `data` for a damaged spool, `inputOutput` or `cannotCreate` for files that cannot be written,
 * and the abort error when the signal fires.
 */
export async function countCells(
  corpus: Corpus,
  sampling: Pick<SamplingOptions, 'window' | 'symmetric' | 'memory'>,
  settings: CellSettings,
  context: StageContext,
): Promise<CellCorpus> {
  const { vocabulary, spool } = corpus;
  const { path, threads, shuffleSeed } = settings;
  const memoryBytes = memoryOf(sampling);
  const counting = { window: sampling.window, symmetric: sampling.symmetric ?? true, memoryBytes };
  const { signal, report } = context;
  if (nativeUnavailable() === undefined && vocabulary.size > 0) {
    const scratch = await context.scratchFolder();
    const means = { vocabularySize: vocabulary.size, scratch, threads };
    const seed = shuffleSeed === undefined ? {} : { shuffleSeed };
    const work = nativeAddon().startCounting({ spool, path, ...counting, ...means, ...seed });
    const total = vocabulary.totalCount;
    const { cells } = await watchWork(work, context, () =>
      report.progress({ phase: 'count', unit: 'words', done: work.progress(), total }),
    );
    return { vocabulary, path, cells };
  }
  if (shuffleSeed === undefined) {
    const cells = await writeCells(countCooccurrences(corpus, counting, signal), path);
    return { vocabulary, path, cells };
  }
  const sorted = join(await context.scratchFolder(), 'sorted');
  await writeCells(countCooccurrences(corpus, counting, signal), sorted);
  return shuffledCells({ vocabulary, path: sorted }, sampling, { ...settings, shuffleSeed }, context);
}

/** Writes the cells of a file in the order that a seed draws (docs/glove.md, "Shuffling"). @throws as `countCells`. */
export async function shuffledCells(
  from: Pick<CellCorpus, 'vocabulary' | 'path'>,
  sampling: Pick<SamplingOptions, 'memory'>,
  { threads, path, shuffleSeed }: CellSettings & { readonly shuffleSeed: number },
  context: StageContext,
): Promise<CellCorpus> {
  const { vocabulary } = from;
  const memoryBytes = memoryOf(sampling);
  const cells = await countCellsIn(from.path);
  if (nativeUnavailable() === undefined && vocabulary.size > 0) {
    const scratch = await context.scratchFolder();
    const means = { vocabularySize: vocabulary.size, memoryBytes, scratch, threads };
    const job = { cells: from.path, path, seed: shuffleSeed, ...means };
    await watchWork(nativeAddon().startShuffling(job), context);
  } else {
    const read = () => readCells(from.path, vocabulary.size);
    await writeCells(shuffleCells(read, { cells, seed: shuffleSeed, memoryBytes }), path);
  }
  return { vocabulary, path, cells };
}

function memoryOf({ memory }: Pick<SamplingOptions, 'memory'>): number {
  return (memory ?? 2_000) * 1e6;
}

/** Writes cells over what a file holds; gives how many. */
async function writeCells(blocks: AsyncIterable<CellBlock>, path: string): Promise<number> {
  const handle = await open(path, 'w').catch((error: unknown) => {
    throw outputError(error, path, 'intermediate file');
  });
  try {
    let cells = 0;
    let position = 0;
    for await (const block of blocks) {
      const bytes = cellBytes(block);
      await writeFully(handle, bytes, position);
      position += bytes.length;
      cells += block.rows.length;
    }
    return cells;
  } catch (error) {
    throw (error as { code?: unknown }).code === undefined
      ? error
      : outputError(error, path, 'intermediate file');
  } finally {
    await handle.close();
  }
}
