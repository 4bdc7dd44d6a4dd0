import assert from 'node:assert/strict';
import { Random } from '../../../src/core/random.js';
import type { AllowedEnding, Fault } from './fault.js';
import type { Job } from './job.js';
import type { Ending } from './process.js';
import { type Reference, referenceOf } from './reference.js';
import { Scene } from './scene.js';

/**
 * Plays one round of a fault: runs a job, does the damage, and holds what `Fault` promises. Equal seeds draw the same
 * job and the same moments.
 *
 * @throws Error saying what does not hold, what the command said, and how to repeat the round.
 */
export async function playRound(fault: Fault, seed: number, round: number): Promise<void> {
  const random = new Random(seed, ...Buffer.from(fault.name), round);
  const job = fault.jobs[random.below(fault.jobs.length)]!;
  const reference = await referenceOf(job);
  const scene = await Scene.make(job, random);
  let ending: Ending | undefined;
  try {
    if (random.below(2) === 0) await scene.putEarlierOutputs();
    ending = await fault.disturb(scene);
    requireAllowed(ending, fault.endings);
    const right = fault.rightAs ? await referenceOf(fault.rightAs(scene)) : reference;
    await requireOldOrNew(scene, right, ending);
    await fault.mend?.(scene);
    const resumed = fault.resumes && isResumable(job) && random.below(2) === 0;
    const next = await scene.run(resumed ? ['--resume'] : []);
    await requireRightResult(scene, reference, next, fault.keeps);
  } catch (error) {
    const said = ending ? `${describeEnding(ending)}\n${ending.stderr}` : 'it did not end';
    const repeat = `npm run test:faults -- --fault ${fault.name} --seed ${seed} --round ${round}`;
    throw new Error(
      `${(error as Error).message}\n\nThe disturbed run (${job.name}): ${said}\nTo repeat: ${repeat}`,
      { cause: error },
    );
  } finally {
    await scene.remove();
  }
}

/** Whether the command has `--resume`. */
function isResumable(job: Job): boolean {
  return ['train', 'run'].includes(job.arguments[0]!);
}

/** @throws AssertionError unless the run ended in one of the ways, with a message that is no stack. */
function requireAllowed(ending: Ending, endings: readonly AllowedEnding[]): void {
  const allowed = endings.some((one) =>
    'code' in one
      ? ending.code === one.code && (one.says === undefined || one.says.test(ending.stderr))
      : ending.signal === one.killedBy,
  );
  assert(allowed, `this is no way to end: ${describeEnding(ending)}`);
  assert.doesNotMatch(ending.stderr, /^ +at |internal error|defect of wordmill/m, 'the message is a defect');
}

function describeEnding({ code, signal }: Ending): string {
  return signal === null ? `exit code ${code}` : `killed by ${signal}`;
}

/** @throws AssertionError unless each output is as it was, or complete and right; and which of the two, by the exit code. */
async function requireOldOrNew(scene: Scene, reference: Reference, { code }: Ending): Promise<void> {
  for (const [name, right] of reference.outputs) {
    const content = await scene.content(name);
    const isRight = content?.equals(right) ?? false;
    const before = scene.earlier.get(name);
    const isAsBefore = before ? (content?.equals(before) ?? false) : content === undefined;
    if (code === 0) assert(isRight, `exit code 0, but ${name} is not the right result`);
    else assert(isRight || isAsBefore, `${name} is neither what was there nor the right result`);
  }
  await requireWholePages(scene);
}

async function requireWholePages(scene: Scene): Promise<void> {
  for (const name of scene.job.pages ?? []) {
    const page = await scene.content(name);
    if (page) assert.match(page.toString(), /<\/html>\s*$/, `the page ${name} is not whole`);
  }
}

/** @throws AssertionError unless the next run worked, gave the right result and left no more than an undisturbed one. */
async function requireRightResult(
  scene: Scene,
  reference: Reference,
  next: Ending,
  keeps?: RegExp,
): Promise<void> {
  assert.equal(next.code, 0, `the next run fails (${describeEnding(next)}):\n${next.stderr}`);
  for (const [name, right] of reference.outputs) {
    assert((await scene.content(name))?.equals(right), `after the next run, ${name} is not the right result`);
  }
  if (scene.job.outputs.length === 0) {
    assert(next.stdout.equals(reference.stdout), 'the next run writes something else to standard output');
  }
  await requireWholePages(scene);
  const known = new Set(reference.files);
  const left = (await scene.files()).filter((path) => !known.has(path) && !keeps?.test(path));
  assert.deepEqual(left, [], 'after the next run, these are left over');
}
