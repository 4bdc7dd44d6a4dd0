import type { TextBlock } from '../core/blocks.js';
import { throwIfAborted } from '../core/errors.js';
import type { StageContext } from '../core/stage.js';
import { contentsOf } from './contents.js';
import type { Input } from './input.js';
import type { SourceOptions } from './options.js';
import { paragraphs } from './paragraphs.js';
import { SourceReport } from './source-report.js';
import { textLines } from './text-lines.js';

/** Sizes in bytes; tests make them small. */
export interface BlockSizes {
  /** How much is gathered for a block; smaller ones are joined until they have half as much. */
  readonly blockBytes: number;
  /** Longer lines and paragraphs are cut. */
  readonly longestUnit: number;
}

const BLOCK_SIZES: BlockSizes = { blockBytes: 512 * 1024, longestUnit: 1024 * 1024 };

/**
 * What all sources share: reads inputs one after the other, decompresses them, and gives their text as blocks of
 * whole lines or paragraphs. A unit never spans two inputs.
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
  return joinSmall(unitsOf(inputs, options, context, report, sizes), sizes.blockBytes / 2);
}

async function* unitsOf(
  inputs: AsyncIterable<Input> | Iterable<Input>,
  options: Partial<SourceOptions>,
  context: StageContext,
  report: SourceReport,
  sizes: BlockSizes,
): AsyncGenerator<Buffer> {
  for await (const { name, chunks } of inputs) {
    const input = { name, chunks: countChunks(chunks, context, report) };
    for await (const content of contentsOf(input, options, context)) {
      const lineOptions = { ...sizes, file: content.name, strictUtf8: options.strictUtf8 ?? false };
      const lines = textLines(content.chunks, lineOptions, report);
      yield* options.unit === 'paragraphs' ? paragraphs(lines, lineOptions, report) : lines;
    }
    report.fileRead();
  }
  report.finished();
}

async function* countChunks(
  chunks: AsyncIterable<Uint8Array>,
  context: StageContext,
  report: SourceReport,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    throwIfAborted(context.signal);
    report.bytesRead(chunk.length);
    yield chunk;
  }
}

/** Joins blocks until they have `enough` bytes, so that many small files make few blocks. */
async function* joinSmall(blocks: AsyncIterable<Buffer>, enough: number): AsyncGenerator<TextBlock> {
  let waiting: Buffer[] = [];
  let bytes = 0;
  for await (const block of blocks) {
    if (block.length === 0) continue;
    waiting.push(block);
    bytes += block.length;
    if (bytes < enough) continue;
    yield { bytes: waiting.length === 1 ? block : Buffer.concat(waiting) };
    waiting = [];
    bytes = 0;
  }
  if (bytes > 0) yield { bytes: Buffer.concat(waiting) };
}
