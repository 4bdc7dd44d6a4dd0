import { gzipSync } from 'node:zlib';
import type { Fault } from './support/fault.js';
import { filter, TEXT, trainFromPipe } from './support/jobs.js';
import type { Scene } from './support/scene.js';

/** A reader that has had enough. */
export const closedOutput: Fault = {
  name: 'closed-output',
  description:
    'The reader of a filter goes away after a random number of bytes: exit code 0, and not a word.',
  jobs: [filter],
  endings: [{ code: 0, says: /^(wordmill: warning: .*\n)?$/ }],
  shortRounds: 1,
  async disturb(scene) {
    const { child, ended } = await scene.begin();
    const enough = scene.random.below(400_000);
    let read = 0;
    child.stdout!.on('data', (chunk: Buffer) => {
      read += chunk.length;
      if (read >= enough) child.stdout!.destroy();
    });
    return ended;
  },
};

/** How much of the text came, in bytes, in each scene. */
const came = new WeakMap<Scene, number>();

/** A producer that closes its end, or dies, before it has written everything. */
export const endedInput: Fault = {
  name: 'ended-input',
  description:
    'Whoever writes to standard input ends early. A pipe tells of its end, not of its reason: what came is the corpus, ' +
    'and the result is the right one for it.',
  jobs: [trainFromPipe],
  endings: [{ code: 0 }],
  shortRounds: 1,
  rightAs: (scene) => {
    const part = TEXT.subarray(0, came.get(scene));
    return { ...scene.job, inputs: { 'corpus.txt': () => part } };
  },
  async disturb(scene) {
    const bytes = TEXT.length / 2 + scene.random.below(TEXT.length / 2);
    came.set(scene, Math.floor(bytes));
    const { child, ended } = scene.start();
    child.stdin!.end(TEXT.subarray(0, came.get(scene)));
    return ended;
  },
};

/** The same, where what comes is compressed and so says where it ends. */
export const endedCompressedInput: Fault = {
  name: 'ended-compressed-input',
  description:
    'Compressed text by standard input that ends early: exit code 65, since its format says that more is to come.',
  jobs: [trainFromPipe],
  endings: [{ code: 65, says: /the gzip data ends before it is whole/ }],
  shortRounds: 1,
  async disturb(scene) {
    const compressed = gzipSync(TEXT);
    const { child, ended } = scene.start();
    child.stdin!.end(compressed.subarray(0, 100 + scene.random.below(compressed.length - 100)));
    return ended;
  },
};
