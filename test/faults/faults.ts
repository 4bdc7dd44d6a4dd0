import { corruptCompressions } from './corrupt-compression.js';
import { fullOutputDisk, fullScratchDisk } from './full-disk.js';
import { kill } from './kill.js';
import { interrupt, interruptTwice, terminate } from './signals.js';
import { closedOutput, endedCompressedInput, endedInput } from './standard-streams.js';
import type { Fault } from './support/fault.js';
import { unwritableFolder } from './unwritable-folder.js';

/** Every fault there is. */
export const FAULTS: readonly Fault[] = [
  kill,
  terminate,
  interrupt,
  interruptTwice,
  fullOutputDisk,
  fullScratchDisk,
  unwritableFolder,
  closedOutput,
  endedInput,
  endedCompressedInput,
  ...corruptCompressions,
];
