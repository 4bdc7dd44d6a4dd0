import { growingFile, replacedFile, shrinkingFile, shrinkingMappedFile } from './changing-files.js';
import { movedClock } from './clock.js';
import { corruptCompressions } from './corrupt-compression.js';
import {
  failingAllocation,
  failingBuffer,
  failingFileCall,
  failingThread,
  killAtFileCall,
} from './failing-calls.js';
import { fullOutputDisk, fullRunsDisk, fullScratchDisk } from './full-disk.js';
import { faultyServers } from './http-servers.js';
import { kill } from './kill.js';
import { flippedBit, killAtCheckpoints } from './resumed-runs.js';
import { interrupt, interruptTwice, terminate } from './signals.js';
import { flippedBitInSpool, sharedSpool } from './spools.js';
import { closedOutput, endedCompressedInput, endedInput } from './standard-streams.js';
import type { Fault } from './support/fault.js';
import { twoRuns } from './two-runs.js';
import { unwritableFolder } from './unwritable-folder.js';

/** Every fault there is. */
export const FAULTS: readonly Fault[] = [
  kill,
  killAtFileCall,
  terminate,
  interrupt,
  interruptTwice,
  fullOutputDisk,
  fullScratchDisk,
  fullRunsDisk,
  failingFileCall,
  unwritableFolder,
  closedOutput,
  endedInput,
  endedCompressedInput,
  ...corruptCompressions,
  shrinkingFile,
  growingFile,
  replacedFile,
  shrinkingMappedFile,
  ...faultyServers,
  failingAllocation,
  failingBuffer,
  failingThread,
  twoRuns,
  killAtCheckpoints,
  flippedBit,
  flippedBitInSpool,
  sharedSpool,
  movedClock,
];
