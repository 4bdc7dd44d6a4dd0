import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { Random } from '../../../src/core/random.js';
import type { Job } from './job.js';
import { Scene } from './scene.js';

/** What a run that nobody disturbs gives. */
export interface Reference {
  readonly outputs: ReadonlyMap<string, Buffer>;
  readonly stdout: Buffer;
  /** All files of the scene afterwards, as `Scene.files` gives them. */
  readonly files: readonly string[];
  /** How long it took, in milliseconds: what random moments are drawn from. */
  readonly duration: number;
}

const made = new Map<Job, Promise<Reference>>();

/** The reference of a job, run once in this process. */
export function referenceOf(job: Job): Promise<Reference> {
  const known = made.get(job) ?? makeReference(job);
  made.set(job, known);
  return known;
}

async function makeReference(job: Job): Promise<Reference> {
  const scene = await Scene.make(job, new Random(0));
  try {
    const start = performance.now();
    const ending = await scene.run();
    const duration = performance.now() - start;
    assert.equal(ending.code, 0, `the undisturbed run of ${job.name} fails:\n${ending.stderr}`);
    const outputs = new Map<string, Buffer>();
    for (const name of job.outputs) {
      const content = await scene.content(name);
      assert(content !== undefined, `${job.name} does not write ${name}`);
      outputs.set(name, content);
    }
    return { outputs, stdout: ending.stdout, files: await scene.files(), duration };
  } finally {
    await scene.remove();
  }
}
