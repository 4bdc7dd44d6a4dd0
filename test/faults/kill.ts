import type { Fault } from './support/fault.js';
import { WRITING } from './support/jobs.js';
import { endAtRandom } from './support/moments.js';

/** The process is killed at a random moment. */
export const kill: Fault = {
  name: 'kill',
  description:
    'kill -9 at a random moment. What the process could not tidy up, the next run with the same outputs does.',
  jobs: WRITING,
  endings: [{ killedBy: 'SIGKILL' }, { code: 0 }],
  shortRounds: 3,
  resumes: true,
  disturb: (scene) => endAtRandom(scene, 'SIGKILL'),
};
