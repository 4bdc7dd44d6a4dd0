// The full analogy set on 30,000 words of 300 dimensions, by wordmill and by gensim in turns; times without loading.
//   npm run bench:evaluate -- [--rounds 3] [--vectors FILE]      FILE: word2vec binary; else clustered random vectors
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gensimPython } from '../scripts/peers.mjs';
import { Random } from '../src/core/random.js';
import { zeroMatrix } from '../src/core/vectors.js';
import { readVectors } from '../src/formats/detect.js';
import { word2vecBinaryBlocks } from '../src/formats/word2vec-binary.js';
import { type AnalogySet, evaluateAnalogies, readAnalogies } from '../src/index.js';
import { shared, workFolder } from './support/data.js';
import { median } from './support/statistics.js';

const WORDS = 30_000;
const DIMENSIONS = 300;
const CLUSTERS = 300;

const GENSIM = `
import json, sys, time
from gensim.models import KeyedVectors
vectors = KeyedVectors.load_word2vec_format(sys.argv[1], binary=True)
vectors.fill_norms()
start = time.perf_counter()
accuracy, _ = vectors.evaluate_word_analogies(sys.argv[2], restrict_vocab=${WORDS})
print(json.dumps([time.perf_counter() - start, accuracy]))
`;

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, vectors: { type: 'string' } },
});
const questions = join(shared, 'questions-words.txt');
const set = await readAnalogies(questions);
const path = values.vectors ?? (await clusteredVectors(set));
const vectors = await readVectors(path, { format: 'word2vec' });
const python = gensimPython();
const times: { ours: number; gensim: number }[] = [];
console.log(
  `${cpus()[0]?.model.trim()}, ${availableParallelism()} processors, Node ${process.versions.node}`,
);
for (let round = 0; round < Number(values.rounds); round++) {
  const start = performance.now();
  const { accuracy, answered } = await evaluateAnalogies(vectors, set, { restrictVocabulary: WORDS });
  const ours = (performance.now() - start) / 1_000;
  const { stdout, stderr, status } = spawnSync(python, ['-c', GENSIM, path, questions], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  const [gensim, expected] = JSON.parse(stdout) as [number, number];
  times.push({ ours, gensim });
  console.log(
    `${answered} questions: wordmill ${ours.toFixed(2)} s, gensim ${gensim.toFixed(2)} s, ` +
      `${(gensim / ours).toFixed(1)} times as fast; accuracy ${accuracy.toFixed(4)} and ${expected.toFixed(4)}`,
  );
}
console.log(
  `median of rounds: ${median(times.map(({ ours, gensim }) => gensim / ours)).toFixed(1)} times as fast`,
);

/** Random vectors around random centres: the words of the questions first, then others. */
async function clusteredVectors({ sections }: AnalogySet): Promise<string> {
  const asked = new Set(
    sections.flatMap((section) => section.questions.flatMap((each) => Object.values(each))),
  );
  const words = [...asked, ...Array.from({ length: WORDS - asked.size }, (_, i) => `word${i}`)];
  const random = new Random(1);
  const centres = Float32Array.from({ length: CLUSTERS * DIMENSIONS }, () => random.next() / 2 ** 32 - 0.5);
  const matrix = zeroMatrix(WORDS, DIMENSIONS);
  for (let i = 0; i < matrix.data.length; i++) {
    const cluster = Math.floor(i / DIMENSIONS) % CLUSTERS;
    matrix.data[i] = centres[cluster * DIMENSIONS + (i % DIMENSIONS)]! + random.next() / 2 ** 32 - 0.5;
  }
  mkdirSync(workFolder, { recursive: true });
  const file = join(workFolder, 'clustered-30k-300.bin');
  const blocks: Uint8Array[] = [];
  for await (const { bytes } of word2vecBinaryBlocks({ words, matrix })) blocks.push(bytes.slice());
  writeFileSync(file, Buffer.concat(blocks));
  return file;
}
