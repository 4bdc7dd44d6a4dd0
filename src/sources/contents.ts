import { decompress } from '../compression/decompress.js';
import type { StageContext } from '../core/stage.js';
import { refuseForeignFormats } from './foreign-formats.js';
import type { Input } from './input.js';
import type { SourceOptions } from './options.js';

/** One text of an input, decompressed: the whole of it, or a member of an archive. */
export interface Content {
  /** For messages: the input's name, with the member's where there is one. */
  readonly name: string;
  /** Plain bytes, to be read before the next content is asked for; what is left of them is passed over. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/**
 * What an input holds: gzip, zstd, bzip2 and xz are told by content and decoded.
 *
 * @throws WordmillError `data`, from the contents' chunks, for damaged compression and files that are no text
 */
export async function* contentsOf(
  input: Input,
  _options: Partial<SourceOptions>,
  _context: StageContext,
): AsyncGenerator<Content> {
  const { name, chunks } = input;
  yield {
    name,
    chunks: decompress(chunks, name, (head, within) => refuseForeignFormats(head, name, within)),
  };
}
