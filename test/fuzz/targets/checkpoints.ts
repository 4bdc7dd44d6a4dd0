import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tensor } from '../../../src/formats/safetensors.js';
import { CheckpointFile, writeCheckpoint } from '../../../src/train/checkpoint/checkpoint-file.js';
import { courseText, parseCourse } from '../../../src/train/checkpoint/course.js';
import type { FuzzTarget } from '../target.js';

const COURSE = {
  lossByEpoch: [2.5],
  measures: [],
  stopped: false,
  isOpen: false,
  position: { nextChunk: 3 },
};

/** Where training goes on. */
export const checkpoints: readonly FuzzTarget[] = [
  {
    name: 'checkpoint',
    async seeds() {
      const folder = await mkdtemp(join(tmpdir(), 'wordmill-fuzz-'));
      try {
        const path = join(folder, 'checkpoint');
        const tensors = new Map<string, Tensor>([
          ['weights.input', { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
          ['position.open', { shape: [4], data: Float64Array.of(0, 1, 2, 0.5) }],
        ]);
        const training = courseText(COURSE, { seconds: 1, threads: 1 });
        await writeCheckpoint(path, { tensors, texts: { identity: '{}', training } });
        return [await readFile(path)];
      } finally {
        await rm(folder, { recursive: true });
      }
    },
    dictionary: ['~checksums', '"version":"2"', '"dtype":"F64"', '"shape":[1,32]', '"data_offsets":[0,0]'],
    async read(_bytes, file) {
      const checkpoint = await CheckpointFile.open(file);
      for (const name of checkpoint.names) checkpoint.lengthOf(name);
    },
  },
  {
    name: 'checkpoint-course',
    seeds: async () => [Buffer.from(courseText(COURSE, { seconds: 1, threads: 1 }))],
    dictionary: ['null', '"position":{}', '1e999', '"wordsPerEpoch":5'],
    async read(bytes, file) {
      parseCourse(Buffer.from(bytes).toString(), file);
    },
  },
];
