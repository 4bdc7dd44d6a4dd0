import { systemCode, WordmillError } from '../core/errors.js';
import { PassingFailure } from './retries.js';

/** What file systems over a network report of a server that does not answer, or that a file has been replaced under a client. */
const PASSING: readonly (string | undefined)[] = [
  'EAGAIN',
  'EBUSY',
  'ECONNRESET',
  'EHOSTDOWN',
  'EINTR',
  'EIO',
  'EMFILE',
  'ENFILE',
  'ENOTCONN',
  'EREMOTEIO',
  'ESTALE',
  'ETIMEDOUT',
];

/** A system's error with a shared folder, as an error that a user reads; one that may pass as a `PassingFailure`. */
export function folderError(error: unknown, path: string): WordmillError {
  const details = { place: { file: path }, cause: error };
  const code = systemCode(error);
  if (PASSING.includes(code)) {
    return new PassingFailure(`the storage folder does not answer: ${(error as Error).message}`, details);
  }
  switch (code) {
    case 'ENOENT':
      return new WordmillError('cannotCreate', 'the folder that storage is to be in does not exist', {
        ...details,
        hint: 'Is its disk mounted on this machine? Otherwise create it first: mkdir -p FOLDER',
      });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new WordmillError('cannotCreate', 'no permission for this in the storage folder', details);
    case 'EEXIST':
    case 'ENOTDIR':
      return new WordmillError(
        'cannotCreate',
        'this, or a part of its path, is a file and no folder',
        details,
      );
    case 'ENOSPC':
    case 'EDQUOT':
      return new WordmillError('inputOutput', 'no space left on the disk of the storage folder', {
        ...details,
        hint: 'Free some space; what is done is kept, so that the run can go on.',
      });
    default:
      return new WordmillError(
        'inputOutput',
        `cannot read or write this in storage: ${(error as Error).message}`,
        details,
      );
  }
}
