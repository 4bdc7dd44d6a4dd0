import { appendFile, rename, truncate, writeFile } from 'node:fs/promises';
import type { AllowedEnding, Fault } from './support/fault.js';
import type { Job } from './support/job.js';
import { convert, TEXT, train } from './support/jobs.js';
import { onceOpen } from './support/moments.js';
import { referenceOf } from './support/reference.js';
import type { Scene } from './support/scene.js';

/** A filter of a text that is larger than all buffers on the way: it stands still while nobody reads what it writes. */
const slowFilter: Job = {
  name: 'tokenize-file',
  arguments: ['tokenize', 'corpus.txt'],
  outputs: [],
  inputs: { 'corpus.txt': () => Buffer.concat(Array.from({ length: 12 }, () => TEXT)) },
};

/** Does something to the corpus while it is being read, and lets the run go on. */
async function whileReading(scene: Scene, change: (path: string) => Promise<void>) {
  const started = await scene.begin();
  const path = scene.path('corpus.txt');
  if (scene.job === slowFilter) {
    started.child.stdout!.pause();
    await new Promise((resolve) => started.child.stdout!.once('readable', resolve));
  } else {
    // What was there before the run has looked at it is what it is to read.
    await onceOpen(scene, started, 'corpus.txt');
  }
  await change(path);
  started.child.stdout!.resume();
  return started.ended;
}

/** Between being looked at, for the manifest, and being opened for what is in it. */
const CHANGED: AllowedEnding = { code: 75, says: /this file was changed after the run had begun/ };

const mend = async (scene: Scene) =>
  writeFile(scene.path('corpus.txt'), await scene.job.inputs['corpus.txt']!());

/** A file that is cut off, or emptied to be written anew. */
export const shrinkingFile: Fault = {
  name: 'shrinking-file',
  description:
    'The corpus gets shorter while it is read: exit code 74 or 75 and a message, unless it had been read already.',
  jobs: [slowFilter, train],
  endings: [{ code: 74, says: /this file got shorter while it was read/ }, CHANGED, { code: 0 }],
  shortRounds: 1,
  disturb: (scene) =>
    whileReading(scene, async (path) => {
      await truncate(path, scene.random.below(2) === 0 ? 0 : scene.random.below(TEXT.length));
    }),
  mend,
};

/** A log that is written to all the time. */
export const growingFile: Fault = {
  name: 'growing-file',
  description: 'The corpus grows while it is read: what was in it when it was opened is what is read.',
  jobs: [slowFilter, train],
  endings: [CHANGED, { code: 0 }],
  shortRounds: 1,
  disturb: (scene) => whileReading(scene, (path) => appendFile(path, TEXT.subarray(0, 100_000))),
  mend,
};

/** A new file under the old name. */
export const replacedFile: Fault = {
  name: 'replaced-file',
  description:
    'Another file gets the name of the corpus while it is read: the one that was opened is read to its end.',
  jobs: [slowFilter, train],
  endings: [CHANGED, { code: 0 }],
  shortRounds: 1,
  disturb: (scene) =>
    whileReading(scene, async (path) => {
      await writeFile(`${path}.new`, TEXT.subarray(0, 50_000));
      await rename(`${path}.new`, path);
    }),
  mend,
};

/** A vector file that is used by memory map, and questions that come one by one. */
const askMapped: Job = {
  name: 'nearest-mapped',
  arguments: ['nearest', 'v.safetensors'],
  outputs: [],
  inputs: {
    'v.safetensors': async () => (await referenceOf(convert)).outputs.get('out/c.safetensors')!,
    'questions.txt': () => Buffer.from('word1\nword2\n'),
  },
  stdin: 'questions.txt',
};

/** What is not in memory yet cannot be read any more. */
export const shrinkingMappedFile: Fault = {
  name: 'shrinking-mapped-file',
  description:
    'A file of vectors that is mapped gets shorter between two questions: exit code 74 and a message, no crash.',
  jobs: [askMapped],
  endings: [{ code: 74, says: /v\.safetensors: this file was cut off/ }],
  shortRounds: 1,
  async disturb(scene) {
    const { child, ended } = scene.start();
    child.stdin!.write('word1\n');
    await new Promise((resolve) => child.stdout!.once('data', resolve));
    await truncate(scene.path('v.safetensors'), scene.random.below(100_000));
    child.stdin!.end('word2\n');
    return ended;
  },
  mend: async (scene) => writeFile(scene.path('v.safetensors'), await askMapped.inputs['v.safetensors']!()),
};
