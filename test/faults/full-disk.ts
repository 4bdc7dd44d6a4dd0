import type { AllowedEnding, Fault } from './support/fault.js';
import type { Job } from './support/job.js';
import {
  convert,
  runDefinition,
  train,
  trainDeterministic,
  trainFromPipe,
  trainGlove,
  withCheckpoints,
} from './support/jobs.js';
import { referenceOf } from './support/reference.js';
import { mountSmallDisk, noSmallDisks, remount } from './support/tmpfs.js';

const NO_SPACE: AllowedEnding = {
  code: 74,
  says: /no space left|ENOSPC|No space left|no room for|not enough space/,
};

/** A disk that fills up under one folder, at any moment from the first byte on. */
function fullDisk(under: {
  name: string;
  folder: string;
  what: string;
  /** What of it is not an error but a warning. */
  warned?: string;
  jobs: readonly Job[];
  resumes?: true;
  /** What it would need at most, in bytes, for a job. */
  need(job: Job): Promise<number>;
}): Fault {
  return {
    name: `full-disk-${under.name}`,
    description: `${under.what} on a disk that gets full at a random byte: exit code 74, and the message says so${under.warned ?? ''}.`,
    jobs: under.jobs,
    ...(under.resumes && { resumes: under.resumes }),
    endings: [NO_SPACE, { code: 0 }],
    shortRounds: 1,
    skip: noSmallDisks,
    async disturb(scene) {
      const need = await under.need(scene.job);
      mountSmallDisk(scene, under.folder, scene.random.unit() * need);
      if (under.folder === 'out') {
        // What was there before lies under the new disk now.
        await scene.removeEarlierOutputs();
        if (scene.random.below(2) === 0) {
          await scene.putEarlierOutputs().catch(() => scene.removeEarlierOutputs());
        }
      }
      return scene.run();
    },
    async mend(scene) {
      remount(scene, under.folder, 'size=64m');
    },
  };
}

/** The disk of the outputs. */
export const fullOutputDisk = fullDisk({
  name: 'outputs',
  folder: 'out',
  what: 'Outputs and the report',
  jobs: [train, trainDeterministic, trainGlove, runDefinition, convert],
  async need(job) {
    const { outputs } = await referenceOf(job);
    return 1.1 * [...outputs.values()].reduce((sum, { length }) => sum + length, 50_000);
  },
});

/** The disk of the spool and of what is kept while the text is read. */
export const fullScratchDisk = fullDisk({
  name: 'scratch',
  folder: 'scratch',
  what: 'The spool, counts, tokens of phrases and co-occurrences',
  jobs: [train, trainFromPipe, trainDeterministic, trainGlove, runDefinition],
  need: async (job) => (job === trainGlove ? 8_000_000 : 1_500_000),
});

/** The disk of the run's folder alone. */
export const fullRunsDisk = fullDisk({
  name: 'runs',
  folder: 'runs',
  what: "The run's folder, with spool, co-occurrences and checkpoints,",
  warned: '; where it was a checkpoint, the log, the page or a later manifest, a warning and 0',
  jobs: [...[train, trainFromPipe, trainDeterministic, trainGlove].map(withCheckpoints), runDefinition],
  resumes: true,
  need: async ({ name }) => (name.startsWith(trainGlove.name) ? 6_000_000 : 1_500_000),
});
