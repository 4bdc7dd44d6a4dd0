import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { planRun } from '../../../../src/distributed/plan-shards.js';
import { vocabularyOf } from '../../../../src/distributed/records-of-run.js';
import { resultVectors } from '../../../../src/distributed/result-vectors.js';
import { callStep, shapeOf, stageAfter, stepsOf } from '../../../../src/distributed/stages.js';
import type { RunStorage, StepContext } from '../../../../src/distributed/step.js';
import { STEPS } from '../../../../src/distributed/steps.js';
import { runDefinition, type TrainElsewhere } from '../../../../src/pipeline/run-definition.js';
import { BlobCache } from '../../../../src/storage/blob-cache.js';
import { openStore } from '../../../../src/storage/open-store.js';
import { runStorage } from '../../../../src/storage/run-storage.js';
import { definitionIn, type Job, OUTPUTS, TEXT } from './job.js';
import { comparableRecords } from './records.js';

/** What runs that nobody disturbs give. */
export interface Reference {
  /** The vocabulary file of a local run. */
  readonly vocabulary: Buffer;
  /** The vectors of a distributed run whose steps are done one after the other, in this process. */
  readonly vectors: Buffer;
  /** The records of that run, as far as they are the same each time. */
  readonly records: ReadonlyMap<string, unknown>;
  /** How many steps it has. */
  readonly steps: number;
}

const made = new Map<Job, Promise<Reference>>();

/** The reference of a job, made once in this process. */
export function referenceOf(job: Job): Promise<Reference> {
  const known = made.get(job) ?? makeReference(job);
  made.set(job, known);
  return known;
}

async function makeReference(job: Job): Promise<Reference> {
  const folder = await mkdtemp(join(tmpdir(), 'wordmill-chaos-reference-'));
  try {
    await mkdir(join(folder, 'out'));
    await writeFile(join(folder, 'corpus.txt'), TEXT);
    const definition = definitionIn(folder, job);
    await runDefinition(definition);
    const vocabulary = await readFile(join(folder, OUTPUTS.vocabulary));
    const store = await openStore(join(folder, 'storage'));
    const storage = runStorage(store, 'reference', new BlobCache(join(folder, 'cache')));
    let steps = 0;
    await runDefinition(definition, { training: stepByStep(storage, () => steps++) });
    const vectors = await readFile(join(folder, OUTPUTS.vectors));
    const records = await comparableRecords(store, storage, folder);
    await storage.close();
    return { vocabulary, vectors, records, steps };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Does the steps of a run one after the other: no queue, no other process. */
function stepByStep(storage: RunStorage, onStep: () => void): TrainElsewhere {
  return (definition) =>
    async function* training(_input, context) {
      const { signal, report, scratchFolder } = context;
      const plan = await planRun(storage, definition, signal);
      const lent: StepContext = { storage, plan, signal, report, threads: 1, scratchFolder };
      const shape = shapeOf(plan);
      let stage: ReturnType<typeof stageAfter> = { name: 'ingest' };
      for (; stage; stage = stageAfter(stage, shape)) {
        for (const { after = [], ...call } of stepsOf(stage, shape)) {
          for (const each of [...after, call]) {
            onStep();
            await callStep(STEPS, lent, each);
          }
        }
      }
      context.announceVocabulary(await vocabularyOf(lent));
      yield await resultVectors(lent, { seconds: 1, threads: plan.shards.length });
    };
}
