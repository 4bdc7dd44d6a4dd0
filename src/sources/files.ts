import pLimit from 'p-limit';
import type { InputPosition, TextBlock } from '../core/blocks.js';
import { throwIfAborted } from '../core/errors.js';
import type { Source } from '../core/stage.js';
import { type Input, OpenFile, openPipe } from './input.js';
import { type ListedFile, listFiles } from './list-files.js';
import type { SourceOptions } from './options.js';
import { checkedSource } from './source-problems.js';
import { textBlocks } from './text-blocks.js';

export { type ListedFile, listFiles } from './list-files.js';

/** How many files are open at once: the one that is read, and the next ones with their first bytes in memory. */
const OPEN_FILES = 4;

/** How many are being opened at once: fewer than the threads that Node reads files with, one of which must read. */
const OPENING_FILES = 2;

/**
 * Text from files, folders and glob patterns, in the order of `listFiles`, read one after the other; the next few
 * are opened ahead. gzip, zstd, bzip2 and xz are recognised by content.
 *
 * @throws WordmillError `usage` for wrong options, at once, and for a file that is an output of the run as well;
 * `noInput` as `listFiles` does, and for a file that cannot be opened; `data` for damaged compressed files, files that
 * are no text, UTF-16 and, when strict, invalid UTF-8; `inputOutput` when reading fails
 *
 * @param from the `position` of a block that an earlier run had: the text after it is given, of the same files
 */
export function files(
  patterns: string | readonly string[],
  options: Partial<SourceOptions> = {},
  from?: InputPosition,
): Source<TextBlock> {
  const checked = checkedSource(options);
  return async function* (_input, context) {
    throwIfAborted(context.signal);
    const list = await listFiles(patterns);
    await context.outputs.refuseToReplace(list.map(({ path }) => path));
    const total = list.some(({ pipe }) => pipe) ? undefined : list.reduce((sum, { size }) => sum + size, 0);
    const left = list.slice(from?.input ?? 0);
    if (from) context.report.note(`resuming: ${from.input} of ${list.length} files are in the spool`);
    yield* textBlocks(openAhead(left, context.signal), checked, context, { total, from });
  };
}

/** Opens files in order, each closed before the one after it is handed out. Pipes are not opened ahead. */
async function* openAhead(list: readonly ListedFile[], signal: AbortSignal): AsyncGenerator<Input> {
  const limit = pLimit(OPENING_FILES);
  const ahead = new Map<ListedFile, Promise<OpenFile>>();
  try {
    for (const [index, file] of list.entries()) {
      for (const next of list.slice(index, index + OPEN_FILES)) {
        if (!next.pipe && !ahead.has(next)) ahead.set(next, heldBack(limit(() => OpenFile.open(next.path))));
      }
      const input = await (ahead.get(file) ?? openPipe(file.path, signal));
      yield input;
      await input.close();
      ahead.delete(file);
    }
  } finally {
    for (const opening of ahead.values()) await opening.then((file) => file.close()).catch(() => {});
  }
}

/** A failure counts when the promise is waited for, not before. */
function heldBack<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
