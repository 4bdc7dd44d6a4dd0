import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CELL_BYTES } from '../../formats/cooccurrence.js';
import { outputSize, type SinkName } from '../../sinks/output-size.js';
import { OutputFolder } from '../schedule/output-folder.js';
import type { ResolvedDefinition } from '../schema.js';
import { around, exactly, mapped, product, type Range, sum } from './range.js';

/** Something that a run writes, and where. */
export interface DiskNeed {
  readonly what: string;
  readonly folder: string;
  readonly bytes: Range;
}

/** What the disk needs of a run depend on. */
export interface DiskFigures {
  readonly tokens: Range;
  readonly types: Range;
  readonly words: Range;
  readonly wordBytes: number;
  readonly spoolBytesPerToken: number;
  /** What a checkpoint holds, in bytes: the matrices. */
  readonly matrices: Range;
  readonly cells?: Range | undefined;
}

/**
 * What a run writes while it runs, and what stays of it.
 *
 * @param keptIn the folder that keeps runs, where the definition has no folder of outputs, which keeps them; without either
 * there are no checkpoints, and the spool is in the scratch folder.
 */
export function diskNeeds(
  { vocabulary, checkpoint, sinks, train, output }: ResolvedDefinition,
  figures: DiskFigures,
  keptIn: string | undefined,
): DiskNeed[] {
  const runs = output ? new OutputFolder(output.folder).runs.path : keptIn;
  const { tokens, types, words, wordBytes, spoolBytesPerToken, matrices, cells } = figures;
  // Ids get longer as there come to be more words.
  const perToken = {
    low: spoolBytesPerToken,
    likely: 1.1 * spoolBytesPerToken,
    high: 1.35 * spoolBytesPerToken,
  };
  const lists = mapped(types, (count) => count * (wordBytes + 5));
  const needs: DiskNeed[] = [
    {
      what: 'spool',
      folder: vocabulary.spool ?? runs ?? tmpdir(),
      bytes: sum(product(tokens, perToken), lists),
    },
    { what: 'map of words', folder: tmpdir(), bytes: mapped(types, (count) => 4 * count) },
  ];
  if (cells) {
    needs.push({
      what: 'co-occurrences',
      folder: runs ?? tmpdir(),
      bytes: mapped(cells, (count) => CELL_BYTES * count),
    });
    // Counting writes parts and merges them into that file; training may lay it out once more.
    const copies = { low: 0, likely: CELL_BYTES, high: 2 * CELL_BYTES };
    needs.push({ what: 'their parts', folder: tmpdir(), bytes: product(cells, copies) });
  }
  if (runs !== undefined) {
    // One more while the newest is written.
    const most = checkpoint.keep + 1;
    const few = around(most, 0);
    needs.push({
      what: `checkpoints (${checkpoint.keep})`,
      folder: runs,
      bytes: product(matrices, { ...few, low: 0, likely: checkpoint.keep }),
    });
  }
  for (const sink of sinks) {
    const [name, what] = Object.entries(sink)[0] as [SinkName, string];
    if (what === '-') continue;
    const path = output ? join(runs!, what) : what;
    const { dimensions, buckets } = train;
    const sizeOf = (count: number) =>
      outputSize(name, { words: count, dimensions, wordBytes, ...(buckets && { buckets }) });
    const folder = name === 'projector' ? path : dirname(path);
    const { likely } = mapped(words, (count) => sizeOf(count).likely);
    needs.push({
      what,
      folder,
      bytes: { low: sizeOf(words.low).least, likely, high: 1.1 * sizeOf(words.high).likely },
    });
  }
  return needs.map((need) => ({
    ...need,
    bytes: need.bytes.high >= need.bytes.low ? need.bytes : exactly(0),
  }));
}
