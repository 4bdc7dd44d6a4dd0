import type { Fault } from './support/fault.js';
import { flipBit, mendBits } from './support/flip-bit.js';
import { train, trainDeterministic, trainFromPipe, trainGlove, withCheckpoints } from './support/jobs.js';
import { endAtRandom } from './support/moments.js';

const JOBS = [train, trainDeterministic, trainGlove, trainFromPipe].map(withCheckpoints);

/** A run that is killed between checkpoints, or while it writes one. */
export const killAtCheckpoints: Fault = {
  name: 'kill-at-checkpoints',
  description:
    'kill -9 at a random moment of a run that writes checkpoints all the time; with --resume the next one gives the result of a run that was never ended.',
  jobs: JOBS,
  endings: [{ killedBy: 'SIGKILL' }, { code: 0 }],
  shortRounds: 1,
  resumes: true,
  disturb: (scene) => endAtRandom(scene, 'SIGKILL'),
};

/** A disk that forgets a bit of what is kept to go on from. */
export const flippedBit: Fault = {
  name: 'flipped-bit',
  description:
    'A bit flips in a checkpoint, in the spool or in another file of a run that was ended, and it is resumed: what is damaged is not ' +
    'taken, or exit code 65 (2 where the manifest is damaged); never a wrong result.',
  jobs: JOBS,
  endings: [
    { code: 65, says: /checkpoint|spool|manifest|definition/ },
    { code: 2, says: /--resume/ },
    { code: 0 },
  ],
  shortRounds: 1,
  async disturb(scene) {
    await endAtRandom(scene, scene.random.below(2) === 0 ? 'SIGKILL' : 'SIGTERM');
    await flipBit(scene, 'runs');
    return scene.run(['--resume']);
  },
  // A run whose manifest cannot be read is nobody's to remove.
  mend: mendBits,
};
