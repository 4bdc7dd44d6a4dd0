import type { InputPosition, TextBlock, TextOrigin } from '../core/blocks.js';
import { throwIfAborted } from '../core/errors.js';
import type { StageContext } from '../core/stage.js';
import { contentsOf } from './contents.js';
import { digested } from './digest.js';
import type { Input, InputPart } from './input.js';
import type { SourceOptions } from './options.js';
import { afterUnits, InputCounter } from './positions.js';
import { SourceReport } from './source-report.js';
import type { BlockSizes, UnitBlock } from './unit-block.js';
import { type UnitReading, unitsOf } from './units.js';

const BLOCK_SIZES: BlockSizes = { blockBytes: 512 * 1024, longestUnit: 1024 * 1024 };

/** What is known of all inputs together. */
export interface InputsAbout {
  /** The size of all inputs in bytes, for progress, where it is known. */
  readonly total?: number | undefined;
  readonly sizes?: BlockSizes;
  /** Where an earlier run stood: the inputs are those that it had not done, and what comes before it is passed over. */
  readonly from?: InputPosition | undefined;
}

/**
 * What all sources share: reads inputs one after the other, decompresses them, and gives their text as blocks of
 * whole lines, paragraphs or records. A unit never spans two inputs. Where the run may be gone on with later, blocks
 * say how far they have come.
 *
 * @throws WordmillError `data` for damaged compression, files that are no text, UTF-16 and, when strict, invalid UTF-8
 */
export function textBlocks(
  inputs: AsyncIterable<Input> | Iterable<Input>,
  options: Partial<SourceOptions>,
  context: StageContext,
  { total, sizes = BLOCK_SIZES, from }: InputsAbout = {},
): AsyncGenerator<TextBlock> {
  const reading = {
    options,
    sizes,
    report: new SourceReport(context, total, from?.source.counts.bytes),
    context,
  };
  return joinSmall(unitsOfAll(inputs, reading, from), sizes.blockBytes / 2);
}

/** A block of one content's units. */
interface NamedUnits extends UnitBlock {
  readonly file: string;
  readonly position?: InputPosition | undefined;
}

async function* unitsOfAll(
  inputs: AsyncIterable<Input> | Iterable<Input>,
  reading: UnitReading,
  from: InputPosition | undefined,
): AsyncGenerator<NamedUnits> {
  const { report, context } = reading;
  const counter = context.recovery && new InputCounter(context.report, from);
  let passOver = from;
  for await (const input of inputs) {
    if (input.part) {
      yield* unitsOfPart(input, input.part, reading);
      continue;
    }
    const blocks = unitsOfInput(digested(input, context.report), reading, counter, passOver);
    passOver = undefined;
    yield* counter ? placed(blocks, counter, report) : blocks;
    if (!counter) report.fileRead();
  }
  report.finished();
}

async function* unitsOfInput(
  input: Input,
  reading: UnitReading,
  counter: InputCounter | undefined,
  from: InputPosition | undefined,
): AsyncGenerator<NamedUnits> {
  const { options, context, report } = reading;
  let passOver = from?.units ?? 0;
  for await (const content of contentsOf(input, options, context, report)) {
    const units = unitsOf(content, reading);
    const rest = passOver > 0 ? afterUnits(units, passOver, content.name) : units;
    passOver = 0;
    for await (const block of rest) yield { ...block, file: content.name };
    counter?.endContent();
  }
}

/** A part of a file is plain text, whatever its first bytes look like. Its file counts with the first part. */
async function* unitsOfPart(
  { name, chunks }: Input,
  { firstByte, format }: InputPart,
  reading: UnitReading,
): AsyncGenerator<NamedUnits> {
  const { context, report } = reading;
  const content = { name, chunks: countedBytes(chunks, context, report), firstByte };
  const options = { ...reading.options, format };
  for await (const block of unitsOf(content, { ...reading, options })) yield { ...block, file: name };
  if (firstByte === 0) report.fileRead();
}

async function* countedBytes(
  chunks: AsyncIterable<Uint8Array>,
  { signal }: StageContext,
  report: SourceReport,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    throwIfAborted(signal);
    report.bytesRead(chunk.length);
    yield chunk;
  }
}

/** Blocks that say where they end; the last one of an input, that the input is done. So one is held back. */
async function* placed(
  blocks: AsyncIterable<NamedUnits>,
  counter: InputCounter,
  report: SourceReport,
): AsyncGenerator<NamedUnits> {
  let held: NamedUnits | undefined;
  for await (const block of blocks) {
    if (held) yield held;
    counter.add(block);
    held = { ...block, position: counter.position };
  }
  report.fileRead();
  counter.endInput();
  if (held) yield { ...held, position: counter.position };
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
  const { position } = blocks.at(-1)!;
  return { ...joinedUnits(blocks), ...(position && { position }) };
}

function joinedUnits(blocks: readonly NamedUnits[]): TextBlock {
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
