/**
 * Run by standard-output.test.ts: writes 100,000 vectors as GloVe text to stdout and as word2vec text to a file. With a
 * second argument it is interrupted after so many milliseconds, and says so.
 */
import type { WordmillError } from '../../src/core/errors.js';
import { run } from '../../src/core/run.js';
import { compose } from '../../src/core/stage.js';
import { gloveText, word2vecText } from '../../src/sinks/vector-files.js';
import { trained, training } from './support.js';

const words = Array.from({ length: 100_000 }, (_, row) => `word${row}`);
const vectors = trained(
  words,
  words.map(() => [1, 2]),
);
const [path, milliseconds] = process.argv.slice(2);
const signal = milliseconds === undefined ? {} : { signal: AbortSignal.timeout(Number(milliseconds)) };
const pipeline = compose(training(vectors), gloveText('-'), word2vecText(path!));
await run(pipeline, signal).catch((error: WordmillError) => {
  console.error(error.kind);
  // What waits in standard output would keep the process.
  process.exit(1);
});
