import { WordmillError } from '../core/errors.js';

/** By what a file is known to be the one that was seen before. */
export interface FileState {
  /** In bytes; 0 where it is not known (pipes, devices). */
  readonly size: number;
  /** In milliseconds since 1970. */
  readonly modified: number;
}

/**
 * Holds that a file is as it was when the run said which files it reads, and what is in them.
 *
 * @throws WordmillError `tryAgain` where its size or its time is another
 */
export function requireSameState(path: string, before: FileState, now: FileState): void {
  // Files of the system (/proc) are as new as the moment in which they are looked at, and say that they are empty.
  if (before.size === 0 && now.size === 0) return;
  if (before.size === now.size && before.modified === now.modified) return;
  const how = before.size === now.size ? '' : `: it had ${before.size} bytes and has ${now.size} now`;
  throw new WordmillError('tryAgain', `this file was changed after the run had begun${how}`, {
    place: { file: path },
    hint: 'Run again once nobody changes it. A file that is written to all the time can be piped in.',
  });
}
