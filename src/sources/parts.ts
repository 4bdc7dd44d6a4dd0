import { createReadStream } from 'node:fs';
import type { TextBlock } from '../core/blocks.js';
import { throwIfAborted, WordmillError } from '../core/errors.js';
import { isUrl } from '../core/shown-url.js';
import type { Source } from '../core/stage.js';
import type { HttpClient } from './http/client.js';
import { httpClientOf } from './http/client-of-run.js';
import { type Input, type LineFormat, readStream } from './input.js';
import { listFiles } from './list-files.js';
import { openAhead } from './open-ahead.js';
import type { GivenSourceOptions, SourceOptions } from './options.js';
import { checkedSource } from './source-problems.js';
import { textBlocks } from './text-blocks.js';
import { formatOf } from './units.js';

const CHUNK_BYTES = 512 * 1024;
const LINE_FEED = 0x0a;

/** A file or URL, or a part of a plain file: the bytes from `start` to before `end`, from the start of a line to an end of one. */
export interface FilePart {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  /** All of it, whatever it is. */
  readonly whole: boolean;
}

/**
 * Text from parts of files, one after the other: the units that `files` gives of the same bytes, cleaned and counted
 * alike. A file that is read in several parts counts as one, with the part that it begins with. Messages name a later
 * part by its first byte, and lines in it from there.
 *
 * @throws WordmillError as `files` does; `inputOutput` for a part that is not there, `data` for one that does not begin
 * with a line.
 */
export function fileParts(parts: readonly FilePart[], options: GivenSourceOptions = {}): Source<TextBlock> {
  const checked = checkedSource(options);
  return async function* readingParts(_input, context) {
    throwIfAborted(context.signal);
    const client = parts.some(({ path }) => isUrl(path)) ? httpClientOf(context, checked.http) : undefined;
    const inputs = openParts(parts, checked, client, context.signal);
    const total = parts.reduce((sum, { start, end }) => sum + end - start, 0);
    yield* textBlocks(inputs, checked, context, { total: client ? undefined : total });
  };
}

async function* openParts(
  parts: readonly FilePart[],
  options: SourceOptions,
  client: HttpClient | undefined,
  signal: AbortSignal,
): AsyncGenerator<Input> {
  for (const part of parts) {
    if (part.whole) {
      yield* openAhead(await listFiles(part.path, { client }), client, signal);
    } else {
      const { path, start } = part;
      const name = start === 0 ? path : `${path} (from byte ${start})`;
      const format = formatOfPart(path, options);
      yield { name, chunks: bytesOf(part, name, signal), part: { firstByte: start, format } };
    }
  }
}

/** Only files of lines are read in parts (`lineFormatOf`), so the name alone tells. */
function formatOfPart(path: string, { format }: SourceOptions): LineFormat {
  const told = format === 'auto' ? formatOf(path, new Uint8Array(0)) : format;
  return told === 'jsonl' ? 'jsonl' : 'text';
}

async function* bytesOf(
  { path, start, end }: FilePart,
  name: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  // With the byte before, which ends the line before.
  const from = Math.max(0, start - 1);
  const stream = createReadStream(path, { start: from, end: end - 1, highWaterMark: CHUNK_BYTES });
  let left = end - from;
  for await (const chunk of readStream(stream, path, signal)) {
    const first = left === end - from && start > 0 ? 1 : 0;
    if (first === 1 && chunk[0] !== LINE_FEED) throw notAtLine(name);
    left -= chunk.length;
    if (chunk.length > first) yield chunk.subarray(first);
  }
  if (left > 0) {
    throw new WordmillError(
      'inputOutput',
      `this file ends ${left} bytes before the part of it that is read`,
      {
        place: { file: path },
        hint: 'It has changed since the run was planned; plan a new run.',
      },
    );
  }
}

function notAtLine(file: string): WordmillError {
  return new WordmillError('data', 'this part does not begin with a line', {
    place: { file },
    hint: 'The file has changed since the run was planned; plan a new run.',
  });
}
