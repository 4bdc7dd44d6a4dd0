import type { TextBlock } from '../core/blocks.js';
import { abortError, throwIfAborted, WordmillError } from '../core/errors.js';
import type { Source } from '../core/stage.js';
import type { SourceOptions } from './options.js';
import { checkedSource } from './source-problems.js';
import { textBlocks } from './text-blocks.js';

type Chunks = Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;

/**
 * Text from the program itself: strings, or bytes as a file would have them (compressed, too), in chunks that may
 * end anywhere.
 *
 * @param name what messages call it
 * @throws WordmillError `usage` and `data` as `files` does; `usage`, too, for chunks that are neither strings nor bytes
 */
export function text(chunks: Chunks, options: Partial<SourceOptions> = {}, name = 'text'): Source<TextBlock> {
  const checked = checkedSource(options);
  return (_input, context) => {
    const whole = typeof chunks === 'string' ? [chunks] : chunks;
    return textBlocks(
      [{ name, chunks: encode(untilAborted(whole, context.signal), name) }],
      checked,
      context,
    );
  };
}

async function* encode(chunks: AsyncIterable<string | Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  /** The first half of a character beyond U+FFFF, whose second half is in the next string. */
  let half = '';
  for await (const chunk of chunks) {
    if (typeof chunk === 'string') {
      const string = half + chunk;
      half = /[\ud800-\udbff]$/.exec(string)?.[0] ?? '';
      yield Buffer.from(half === '' ? string : string.slice(0, -1));
    } else if (chunk instanceof Uint8Array) {
      yield chunk;
    } else {
      throw new WordmillError('usage', `a chunk of text is a string or bytes, not ${typeof chunk}`, {
        place: { file: name },
      });
    }
  }
  if (half !== '') yield Buffer.from(half);
}

/** Passes items on; stops waiting for the next when the signal fires. */
async function* untilAborted<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  signal: AbortSignal,
): AsyncGenerator<Item> {
  throwIfAborted(signal);
  const iterator: Iterator<Item> | AsyncIterator<Item> =
    Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  let stop = (): void => {};
  const onAbort = (): void => stop();
  signal.addEventListener('abort', onAbort);
  try {
    for (;;) {
      const step = await new Promise<IteratorResult<Item>>((resolve, reject) => {
        stop = () => reject(abortError(signal));
        Promise.resolve(iterator.next()).then(resolve, reject);
      });
      if (step.done) return;
      yield step.value;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    // Not waited for: an iterator that is waiting itself would not answer.
    Promise.resolve(iterator.return?.()).catch(() => {});
  }
}
