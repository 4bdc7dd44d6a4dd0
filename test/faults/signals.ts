import type { AllowedEnding, Fault } from './support/fault.js';
import { WRITING } from './support/jobs.js';
import { endAtRandom } from './support/moments.js';

/**
 * 75 where something is kept to go on from. Before the program has set its handlers up, the system ends it, with nothing
 * begun.
 */
function endingsOf(signal: 'SIGINT' | 'SIGTERM'): AllowedEnding[] {
  const code = signal === 'SIGINT' ? 130 : 143;
  return [
    { code, says: /interrupted; nothing was written/ },
    { code: 75, says: /kept: .*\n.*--resume/ },
    { killedBy: signal },
    { code: 0 },
  ];
}

/** A scheduler stops the process. */
export const terminate: Fault = {
  name: 'terminate',
  description:
    'SIGTERM at a random moment: the run tidies up and ends with 143, or with 75 and something to go on from.',
  jobs: WRITING,
  endings: endingsOf('SIGTERM'),
  shortRounds: 2,
  resumes: true,
  disturb: (scene) => endAtRandom(scene, 'SIGTERM'),
};

/** Somebody presses Ctrl-C. */
export const interrupt: Fault = {
  name: 'interrupt',
  description:
    'SIGINT at a random moment: the run tidies up and ends with 130, or with 75 and something to go on from.',
  jobs: WRITING,
  endings: endingsOf('SIGINT'),
  shortRounds: 1,
  resumes: true,
  disturb: (scene) => endAtRandom(scene, 'SIGINT'),
};

/** Somebody presses Ctrl-C again. */
export const interruptTwice: Fault = {
  name: 'interrupt-twice',
  description:
    'SIGINT, and a second one at most 30 ms later: the process ends at once, and still leaves nothing.',
  jobs: WRITING,
  // The second may come before the first has been answered.
  endings: [...endingsOf('SIGINT'), { code: 130 }],
  shortRounds: 1,
  resumes: true,
  disturb: (scene) => endAtRandom(scene, 'SIGINT', 'SIGINT'),
};
