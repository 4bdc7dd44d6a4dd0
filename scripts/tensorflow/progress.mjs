// What the set-up says while it works: a line for each step, and on a terminal the bytes as they come.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** `207 MB`, in millions of bytes. */
export const megabytes = (bytes) => `${Math.round(bytes / 1e6).toLocaleString('en-GB')} MB`;

/** One line to stderr. */
export const say = (line) => console.error(`wordmill: ${line}`);

/** Does a step; on a terminal `measure` is asked several times a second how many bytes are done, of `total`. */
export async function step(line, { measure, total }, work) {
  if (!process.stderr.isTTY) {
    say(`${line} (${megabytes(total)})`);
    return work();
  }
  const show = () => {
    const done = Math.min(measure(), total);
    process.stderr.write(`\r\x1b[Kwordmill: ${line} ${megabytes(done)} of ${megabytes(total)}`);
  };
  const timer = setInterval(show, 200);
  show();
  try {
    return await work();
  } finally {
    clearInterval(timer);
    process.stderr.write('\n');
  }
}

/** Bytes on disk of all files below a folder, or of one file; what vanishes meanwhile counts 0, a hard link once. */
export function diskBytes(path, seen = new Set()) {
  try {
    const { blocks, dev, ino } = statSync(path);
    const id = `${dev}:${ino}`;
    if (seen.has(id)) return 0;
    seen.add(id);
    return blocks * 512 + entries(path).reduce((sum, name) => sum + diskBytes(join(path, name), seen), 0);
  } catch {
    return 0;
  }
}

function entries(path) {
  return statSync(path).isDirectory() ? readdirSync(path) : [];
}
