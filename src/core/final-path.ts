import { open, readlink, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

/** As many links in a row as Linux follows. */
const MOST_LINKS = 40;

/**
 * The path that an output at a path really has: through links, so that what a link leads to is replaced and not the
 * link; also through a link that leads to nothing yet.
 */
export async function finalPath(path: string, links = MOST_LINKS): Promise<string> {
  const real = await realpath(path).catch(() => undefined);
  if (real !== undefined) return real;
  const full = resolve(path);
  const folder = await realpath(dirname(full)).catch(() => dirname(full));
  const final = join(folder, basename(full));
  const target = links > 0 ? await readlink(final).catch(() => undefined) : undefined;
  return target === undefined ? final : finalPath(resolve(folder, target), links - 1);
}

/** Makes a rename in a folder last through a power cut, where the system allows it. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  await folder?.sync().catch(() => {});
  await folder?.close();
}
