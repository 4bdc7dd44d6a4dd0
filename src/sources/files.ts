import type { InputPosition, TextBlock } from '../core/blocks.js';
import { throwIfAborted } from '../core/errors.js';
import { isUrl } from '../core/shown-url.js';
import type { Source } from '../core/stage.js';
import { httpClientOf } from './http/client-of-run.js';
import { type ListedFile, listFiles, reportInputs } from './list-files.js';
import { openAhead } from './open-ahead.js';
import type { GivenSourceOptions } from './options.js';
import { checkedSource } from './source-problems.js';
import { textBlocks } from './text-blocks.js';

export { type ListedFile, listFiles } from './list-files.js';

/**
 * Text from files, folders, glob patterns and URLs, in the order of `listFiles`, read one after the other; the next few
 * are opened ahead, and downloads begun. gzip, zstd, bzip2 and xz are recognised by content.
 *
 * @throws WordmillError `usage` for wrong options, at once, and for a file that is an output of the run as well;
 * `noInput` as `listFiles` does, and for a file that cannot be opened; `data` for damaged compressed files, files that
 * are no text, UTF-16 and, when strict, invalid UTF-8; `inputOutput` when reading fails; `tryAgain` for a file that is not
 * what the report was told of it before; of URLs, besides, `unavailable` for servers that do not answer, `tryAgain` for a
 * file that changes meanwhile, `data` for a wrong checksum
 *
 * @param from the `position` of a block that an earlier run had: the text after it is given, of the same files
 */
export function files(
  patterns: string | readonly string[],
  options: GivenSourceOptions = {},
  from?: InputPosition,
): Source<TextBlock> {
  const checked = checkedSource(options);
  return async function* (_input, context) {
    throwIfAborted(context.signal);
    const client = [patterns].flat().some(isUrl) ? httpClientOf(context, checked.http) : undefined;
    const list = await listFiles(patterns, { client });
    // Of a run that is kept: what its manifest says of a file, and the name of a spool, hold for what is read.
    const described = list.some(({ path }) => context.report.inputs.has(path));
    reportInputs(list, context.report);
    await context.outputs.refuseToReplace(
      list.filter(({ url }) => url === undefined).map(({ path }) => path),
    );
    const left = list.slice(from?.input ?? 0);
    if (from) context.report.note(`resuming: ${from.input} of ${list.length} files are in the spool`);
    yield* textBlocks(openAhead(left, client, context.signal, described), checked, context, {
      total: totalSize(list),
      from,
    });
  };
}

/** Undefined where a size cannot be known before all is read. */
function totalSize(list: readonly ListedFile[]): number | undefined {
  if (list.some(({ pipe, url, size }) => pipe || (url !== undefined && size === 0))) return undefined;
  return list.reduce((sum, { size }) => sum + size, 0);
}
