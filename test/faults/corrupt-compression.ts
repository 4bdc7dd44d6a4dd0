import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import type { Random } from '../../src/core/random.js';
import type { Fault } from './support/fault.js';
import type { Job } from './support/job.js';
import { TEXT, train } from './support/jobs.js';

/** Programs, and the endings of the files that they make. Each keeps checksums of the text. */
const PROGRAMS = {
  gzip: { ending: 'gz', flags: ['-c'] },
  zstd: { ending: 'zst', flags: ['-c', '--check'] },
  bzip2: { ending: 'bz2', flags: ['-c', '-1'] },
  xz: { ending: 'xz', flags: ['-c', '-0', '--check=crc64'] },
} as const;

type Program = keyof typeof PROGRAMS;

function compressed(program: Program): Buffer {
  const { stdout, status } = spawnSync(program, PROGRAMS[program].flags, { input: TEXT, maxBuffer: 1 << 26 });
  if (status !== 0) throw new Error(`${program} failed`);
  return stdout;
}

function corruptCompression(program: Program): Fault {
  const file = `corpus.txt.${PROGRAMS[program].ending}`;
  const job: Job = {
    ...train,
    name: `train-from-${program}`,
    arguments: train.arguments.map((word) => (word === 'corpus.txt' ? file : word)),
    inputs: { [file]: () => compressed(program) },
  };
  return {
    name: `corrupt-${program}`,
    description: `A ${program} file with flipped bits, a lost or doubled part, or a cut: exit code 65, or the right text.`,
    jobs: [job],
    endings: [{ code: 65, says: new RegExp(file) }, { code: 0 }],
    shortRounds: 1,
    skip: () => (spawnSync(program, ['--version']).error ? `there is no program ${program}` : undefined),
    async disturb(scene) {
      const whole = await readFile(scene.path(file));
      await writeFile(scene.path(file), damage(whole, scene.random));
      return scene.run();
    },
    mend: (scene) => writeFile(scene.path(file), compressed(program)),
  };
}

/** Bytes with one kind of damage at a random place. */
function damage(whole: Buffer, random: Random): Buffer {
  const at = random.below(whole.length);
  const length = 1 + random.below(Math.min(5_000, whole.length - at));
  switch (random.below(5)) {
    case 0:
      return whole.subarray(0, at);
    case 1:
      return Buffer.concat([whole.subarray(0, at), whole.subarray(at + length)]);
    case 2:
      return Buffer.concat([whole.subarray(0, at + length), whole.subarray(at)]);
    case 3:
      return Buffer.from(whole).fill(0, at, at + length);
    default: {
      const flipped = Buffer.from(whole);
      for (let bit = random.below(4); bit >= 0; bit--)
        flipped[random.below(whole.length)]! ^= 1 << random.below(8);
      return flipped;
    }
  }
}

/** A fault for each kind of compression. */
export const corruptCompressions: readonly Fault[] = (Object.keys(PROGRAMS) as Program[]).map(
  corruptCompression,
);
