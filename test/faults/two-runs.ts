import type { Fault } from './support/fault.js';
import { train, trainDeterministic, trainGlove } from './support/jobs.js';
import { randomMoment } from './support/moments.js';

/** A scheduler starts a run while the one before is still under way. */
export const twoRuns: Fault = {
  name: 'two-runs',
  description:
    'A second run on the same outputs at a random moment of the first: it ends with 75 and names the first, or comes after it.',
  jobs: [train, trainDeterministic, trainGlove],
  endings: [{ code: 75, says: /another run|is being written|locked/ }, { code: 0 }],
  shortRounds: 1,
  async disturb(scene) {
    const first = await scene.begin();
    await randomMoment(scene);
    const second = await scene.run();
    const { code, stderr } = await first.ended;
    // Where the first had not locked its outputs yet, it is the one that is turned away.
    if (code !== 0 && second.code !== 0)
      throw new Error(`neither run came to its end:\n${stderr}\n${second.stderr}`);
    return code === 0 ? second : { ...second, code, stderr };
  },
};
