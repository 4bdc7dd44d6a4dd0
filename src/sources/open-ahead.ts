import pLimit from 'p-limit';
import { heldBack } from './held-back.js';
import type { HttpClient } from './http/client.js';
import { parseUrl } from './http/url.js';
import { type Input, OpenFile, openPipe } from './input.js';
import type { ListedFile } from './list-files.js';

/** How many files are open at once: the one that is read, and the next ones with their first bytes in memory. */
const OPEN_FILES = 4;

/** How many are being opened at once: fewer than the threads that Node reads files with, one of which must read. */
const OPENING_FILES = 2;

type OpenInput = Input & { close(): void | Promise<void> };

/**
 * Opens files in order, each closed before the one after it is handed out. Pipes are not opened ahead. How many
 * downloads are begun ahead, the client's options say.
 *
 * @param client of the run; needed where there are URLs in the list
 * @param asListed whether files on disk are to be what the list says of them still, when they are opened
 */
export async function* openAhead(
  list: readonly ListedFile[],
  client: HttpClient | undefined,
  signal: AbortSignal,
  asListed = false,
): AsyncGenerator<Input> {
  const limit = pLimit(OPENING_FILES);
  const stop = new AbortController();
  const open = (file: ListedFile): Promise<OpenInput> =>
    file.url === undefined
      ? limit(() => OpenFile.open(file.path, asListed ? file : undefined))
      : client!.open(parseUrl(file.url), stop.signal);
  const farthest = Math.max(OPEN_FILES, client?.options.connections ?? 0);
  const most = ({ url }: ListedFile): number =>
    url === undefined ? OPEN_FILES : client!.options.connections;
  const ahead = new Map<ListedFile, Promise<OpenInput>>();
  try {
    for (const [index, file] of list.entries()) {
      for (const [distance, next] of list.slice(index, index + farthest).entries()) {
        if (!next.pipe && distance < most(next) && !ahead.has(next)) ahead.set(next, heldBack(open(next)));
      }
      const input = await (ahead.get(file) ?? openPipe(file.path, signal));
      yield input;
      await input.close();
      ahead.delete(file);
    }
  } finally {
    // Who waits for a server waits no longer.
    stop.abort();
    for (const opening of ahead.values()) await opening.then((file) => file.close()).catch(() => {});
  }
}
