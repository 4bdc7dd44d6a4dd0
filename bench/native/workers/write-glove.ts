/**
 * Reads vectors and writes them as GloVe text; prints the seconds of the writing.
 *
 *   node --import tsx bench/native/workers/write-glove.ts VECTORS OUTPUT
 */
import type { TrainedVectors } from '../../../src/index.js';
import { built } from './built.js';

const [path, output] = process.argv.slice(2);
const { gloveText, readVectors, run, Vocabulary } =
  await built<typeof import('../../../src/index.js')>('index.js');

const { words, matrix } = await readVectors(path!);
const vectors: TrainedVectors = {
  vocabulary: new Vocabulary({ words: [...words], counts: new Float64Array(words.length).fill(1) }),
  ...{ input: matrix, output: matrix },
  summary: {
    ...{
      engine: '',
      model: '',
      loss: '',
      epochs: 0,
      seed: 0,
      words: 0,
      seconds: 0,
      lossByEpoch: [],
      threads: 0,
    },
  },
};
const start = performance.now();
const sink = gloveText(output!);
await run((_, context) => sink(one(), context));
const seconds = (performance.now() - start) / 1_000;
console.log(JSON.stringify({ seconds, rows: matrix.rows, dimensions: matrix.dimensions }));

async function* one(): AsyncGenerator<TrainedVectors> {
  yield vectors;
}
