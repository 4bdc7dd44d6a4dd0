import { constants } from 'node:os';
import type { AllowedEnding, Fault } from './support/fault.js';
import type { Job } from './support/job.js';
import { convert, train, trainDeterministic, trainFromPipe, trainGlove, WRITING } from './support/jobs.js';
import { type CallKind, callsOf, noShim, type ShimOrder, shimVariables } from './support/shim.js';

/** Something that happens at a random call of a kind, counted over the run. */
function atRandomCall(fault: {
  name: string;
  description: string;
  kind: CallKind;
  jobs: readonly Job[];
  endings: readonly AllowedEnding[];
  shortRounds: number;
  /** What happens; one is drawn. */
  orders: readonly Omit<ShimOrder, 'kind' | 'at'>[];
}): Fault {
  const { kind, orders, ...rest } = fault;
  return {
    ...rest,
    skip: noShim,
    async disturb(scene) {
      const at = 1 + scene.random.below(await callsOf(scene.job, kind));
      const order = orders[scene.random.below(orders.length)]!;
      return scene.run([], { env: shimVariables({ ...order, kind, at }) });
    },
  };
}

/** Killed between two steps that change files, which are where it matters. */
export const killAtFileCall = atRandomCall({
  name: 'kill-at-file-call',
  description:
    'kill -9 right before a random call that changes a file (open, write, sync, rename, link, unlink, mkdir): as `kill`.',
  kind: 'file',
  jobs: WRITING,
  endings: [{ killedBy: 'SIGKILL' }, { code: 0 }],
  shortRounds: 1,
  orders: [{ action: 'kill' }],
});

/** A disk that answers errors. */
export const failingFileCall = atRandomCall({
  name: 'failing-file-call',
  description:
    'A random call that changes a file fails, or all from there on: no space, or an input/output error. Exit code 73 or 74 with ' +
    'the file; 0 where it was a file of the run folder, whose loss is a warning.',
  kind: 'file',
  jobs: WRITING,
  endings: [
    { code: 74, says: /no space|ENOSPC|EIO|i\/o error|Input\/output error/i },
    { code: 73 },
    { code: 0 },
  ],
  shortRounds: 1,
  orders: [
    { action: 'fail', errno: constants.errno.EIO },
    { action: 'fail-on', errno: constants.errno.EIO },
    { action: 'fail-on', errno: constants.errno.ENOSPC },
  ],
});

/** Memory that the native engine does not get. */
export const failingAllocation = atRandomCall({
  name: 'failing-allocation',
  description:
    'A random allocation of the native code, of 1 KiB or more, fails, on any of its threads, or all from there on: exit code 71 and a message.',
  kind: 'new',
  jobs: [train, trainDeterministic, trainGlove],
  endings: [
    { code: 71, says: /no memory|out of memory|cannot allocate memory|no thread can be started/i },
    { code: 0 },
  ],
  shortRounds: 1,
  orders: [{ action: 'fail' }, { action: 'fail-on' }],
});

/** Memory for large buffers that JavaScript does not get. */
export const failingBuffer = atRandomCall({
  name: 'failing-buffer',
  description:
    'A random buffer of 256 KiB or more cannot be had, nor any after it: exit code 71 and a message.',
  kind: 'buffer',
  jobs: [train, trainFromPipe, trainGlove, convert],
  endings: [{ code: 71, says: /no memory|out of memory/ }, { code: 0 }],
  shortRounds: 1,
  orders: [{ action: 'fail-on' }],
});

/** Threads that cannot be started. */
export const failingThread = atRandomCall({
  name: 'failing-thread',
  description:
    'The native code gets fewer threads than it asks for: the others do the work, or exit code 71.',
  kind: 'thread',
  jobs: [trainDeterministic, trainGlove],
  endings: [{ code: 71, says: /no thread can be started/ }, { code: 0 }],
  shortRounds: 1,
  orders: [{ action: 'fail' }, { action: 'fail-on' }],
});
