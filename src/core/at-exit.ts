const all = new Set<() => void>();

/**
 * Has something done when the process exits, before which nothing can be waited for. One listener does all of it: a process
 * that does many things at once would have too many for Node, which warns of a leak.
 */
export function atExit(work: () => void): void {
  if (all.size === 0) process.once('exit', doAll);
  all.add(work);
}

/** Takes it back. */
export function notAtExit(work: () => void): void {
  all.delete(work);
  if (all.size === 0) process.removeListener('exit', doAll);
}

function doAll(): void {
  for (const work of all) work();
}
