import type { TextBlock } from '../../core/blocks.js';
import { throwIfAborted } from '../../core/errors.js';
import { isUrl } from '../../core/shown-url.js';
import type { StageContext } from '../../core/stage.js';
import { isUnpacked, partOfFile } from '../../sources/file-parts.js';
import { httpClientOf } from '../../sources/http/client-of-run.js';
import { parseUrl } from '../../sources/http/url.js';
import { type Input, OpenFile } from '../../sources/input.js';
import { type ListedFile, listFiles } from '../../sources/list-files.js';
import type { SourceOptions } from '../../sources/options.js';
import { textBlocks } from '../../sources/text-blocks.js';
import { readingOf } from '../inputs.js';
import { around, exactly, type Range } from './range.js';

/** From how many files parts are taken, and how much text in all, in bytes. */
const FILES = 12;
const SAMPLE_BYTES = 12e6;

/** Input is taken in pieces of this size, so that it is known well how much of a file was needed. */
const PIECE = 1 << 16;

/** Parts of a text, and what they say of the whole. */
export interface TextSample {
  readonly blocks: readonly TextBlock[];
  /** Of the sample. */
  readonly textBytes: number;
  /** Of the whole text, once it is unpacked. */
  readonly totalTextBytes: Range;
  readonly sampledFiles: number;
  readonly files: number;
  /** Of all files as they lie. */
  readonly bytes: number;
}

/**
 * Reads parts of a definition's files: of plain text the beginning, the middle and the end, of anything else the beginning,
 * unpacked. Of URLs their size is asked for, and the beginning read.
 *
 * @throws WordmillError as `files` does.
 */
export async function sampleText(source: SourceOptions, context: StageContext): Promise<TextSample> {
  const { files: patterns, ...reading } = readingOf(source);
  const client = [patterns!].flat().some(isUrl) ? httpClientOf(context, source.http) : undefined;
  const list = (await listFiles(patterns!, { client })).filter(({ pipe }) => !pipe);
  const chosen = spread(list, FILES);
  const open = ({ path, url }: ListedFile): Promise<Input & { close(): void | Promise<void> }> =>
    url === undefined ? OpenFile.open(path) : client!.open(parseUrl(url), context.signal);
  const sampled: SampledFile[] = [];
  for (const file of chosen) {
    throwIfAborted(context.signal);
    sampled.push(await sampleFile(file, open, reading, SAMPLE_BYTES / chosen.length, context));
  }
  const bytes = list.reduce((total, { size }) => total + size, 0);
  return {
    blocks: sampled.flatMap((file) => file.blocks),
    textBytes: sampled.reduce((total, file) => total + file.textBytes, 0),
    totalTextBytes: totalOf(sampled, bytes, chosen.length === list.length),
    sampledFiles: chosen.length,
    files: list.length,
    bytes,
  };
}

interface SampledFile {
  readonly blocks: readonly TextBlock[];
  readonly textBytes: number;
  /** Bytes of text that a byte of the file gives. */
  readonly ratio: number;
  /** Whether all of the file was read. */
  readonly whole: boolean;
  readonly size: number;
}

async function sampleFile(
  file: ListedFile,
  open: (file: ListedFile) => Promise<Input & { close(): void | Promise<void> }>,
  reading: Partial<SourceOptions>,
  budget: number,
  context: StageContext,
): Promise<SampledFile> {
  const input = await open(file);
  try {
    if (await isLongPlainText(file, reading, budget))
      return await samplePlain(file, reading, budget, context);
    return await sampleBeginning(file, input, reading, budget, context);
  } finally {
    await input.close();
  }
}

/** Text that can be begun with anywhere, and is longer than the sample. */
async function isLongPlainText(
  file: ListedFile,
  reading: Partial<SourceOptions>,
  budget: number,
): Promise<boolean> {
  const { format = 'auto' } = reading;
  const isText = format === 'text' || (format === 'auto' && /\.txt$/i.test(file.path));
  if (!isText || file.url !== undefined || file.size < 2 * budget) return false;
  return isUnpacked(file.path);
}

async function samplePlain(
  { path, size }: ListedFile,
  reading: Partial<SourceOptions>,
  budget: number,
  context: StageContext,
): Promise<SampledFile> {
  const part = Math.floor(budget / 3);
  const parts = [0, Math.floor((size - part) / 2), size - part].map((start) => ({
    name: path,
    chunks: start === 0 ? partOfFile(path, 0, part) : afterFirstLine(partOfFile(path, start, part)),
  }));
  const blocks = await collected(textBlocks(parts, reading, context));
  const textBytes = blocks.reduce((total, { bytes }) => total + bytes.length, 0);
  return { blocks, textBytes, ratio: 1, whole: false, size };
}

async function sampleBeginning(
  { size }: ListedFile,
  input: Input,
  reading: Partial<SourceOptions>,
  budget: number,
  context: StageContext,
): Promise<SampledFile> {
  const blocks: TextBlock[] = [];
  let taken = 0;
  let textBytes = 0;
  let whole = true;
  let first: { taken: number; textBytes: number } | undefined;
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for await (const chunk of input.chunks) {
      for (let start = 0; start < chunk.length; start += PIECE) {
        const piece = chunk.subarray(start, start + PIECE);
        taken += piece.length;
        yield piece;
      }
    }
  }
  for await (const block of textBlocks([{ ...inputParts(input), chunks: pieces() }], reading, context)) {
    blocks.push(block);
    textBytes += block.bytes.length;
    first ??= { taken, textBytes };
    if (textBytes < budget) continue;
    whole = false;
    break;
  }
  // From the first block to the last: what decoders have taken in ahead does not count then.
  const span = first && taken > first.taken ? (textBytes - first.textBytes) / (taken - first.taken) : 0;
  const ratio = whole || span === 0 ? textBytes / (whole ? size || taken || 1 : taken || 1) : span;
  return { blocks, textBytes, ratio, whole, size };
}

function inputParts({ name, stored }: Input): Pick<Input, 'name' | 'stored'> {
  return { name, stored };
}

function totalOf(sampled: readonly SampledFile[], bytes: number, all: boolean): Range {
  const known = sampled.reduce((total, { size }) => total + size, 0);
  const text = sampled.reduce((total, { size, ratio }) => total + size * ratio, 0);
  const likely = known === 0 ? 0 : (text * bytes) / known;
  if (all && sampled.every(({ whole, ratio }) => whole || ratio === 1)) return exactly(likely);
  const ratios = sampled.map(({ ratio }) => ratio / (likely / bytes || 1));
  const spread = Math.max(0.05, ...ratios.map((ratio) => Math.abs(ratio - 1) / Math.sqrt(ratios.length)));
  return around(likely, Math.min(0.6, spread));
}

/** So many items of a list, evenly from its first to its last. */
function spread<Item>(list: readonly Item[], most: number): Item[] {
  if (list.length <= most) return [...list];
  return Array.from(
    { length: most },
    (_, index) => list[Math.round((index * (list.length - 1)) / (most - 1))]!,
  );
}

async function* afterFirstLine(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let found = false;
  for await (const chunk of chunks) {
    const end = found ? -1 : chunk.indexOf(0x0a);
    if (found) yield chunk;
    else if (end !== -1) {
      found = true;
      yield chunk.subarray(end + 1);
    }
  }
}

async function collected<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}
