import type { TextBlock, TextOrigin } from '../core/blocks.js';
import type { StageContext } from '../core/stage.js';
import { contentsOf } from './contents.js';
import type { Input } from './input.js';
import type { SourceOptions } from './options.js';
import { SourceReport } from './source-report.js';
import type { BlockSizes, UnitBlock } from './unit-block.js';
import { unitsOf } from './units.js';

const BLOCK_SIZES: BlockSizes = { blockBytes: 512 * 1024, longestUnit: 1024 * 1024 };

/**
 * What all sources share: reads inputs one after the other, decompresses them, and gives their text as blocks of
 * whole lines, paragraphs or records. A unit never spans two inputs.
 *
 * @param total the size of all inputs in bytes, for progress, where it is known
 * @throws WordmillError `data` for damaged compression, files that are no text, UTF-16 and, when strict, invalid UTF-8
 */
export function textBlocks(
  inputs: AsyncIterable<Input> | Iterable<Input>,
  options: Partial<SourceOptions>,
  context: StageContext,
  total?: number,
  sizes: BlockSizes = BLOCK_SIZES,
): AsyncGenerator<TextBlock> {
  const report = new SourceReport(context, total);
  return joinSmall(unitsOfAll(inputs, options, context, report, sizes), sizes.blockBytes / 2);
}

/** A block of one content's units. */
interface NamedUnits extends UnitBlock {
  readonly file: string;
}

async function* unitsOfAll(
  inputs: AsyncIterable<Input> | Iterable<Input>,
  options: Partial<SourceOptions>,
  context: StageContext,
  report: SourceReport,
  sizes: BlockSizes,
): AsyncGenerator<NamedUnits> {
  for await (const input of inputs) {
    for await (const content of contentsOf(input, options, context, report)) {
      const units = unitsOf(content, { options, sizes, report, context });
      for await (const block of units) yield { ...block, file: content.name };
    }
    report.fileRead();
  }
  report.finished();
}

/** Joins blocks until they have `enough` bytes, so that many small files make few blocks. */
async function* joinSmall(blocks: AsyncIterable<NamedUnits>, enough: number): AsyncGenerator<TextBlock> {
  let waiting: NamedUnits[] = [];
  let bytes = 0;
  for await (const block of blocks) {
    if (block.bytes.length === 0) continue;
    waiting.push(block);
    bytes += block.bytes.length;
    if (bytes < enough) continue;
    yield joined(waiting);
    waiting = [];
    bytes = 0;
  }
  if (bytes > 0) yield joined(waiting);
}

function joined(blocks: readonly NamedUnits[]): TextBlock {
  const bytes = blocks.length === 1 ? blocks[0]!.bytes : Buffer.concat(blocks.map((block) => block.bytes));
  const origins: TextOrigin[] = [];
  let firstUnit = 0;
  for (const { file, lines } of blocks) {
    if (!lines) return { bytes };
    origins.push({ file, firstUnit, lines });
    firstUnit += lines.length;
  }
  return { bytes, origins };
}
