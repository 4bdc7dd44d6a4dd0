/** Run by standard-output.test.ts: writes 100,000 vectors as GloVe text to stdout and as word2vec text to a file. */
import { run } from '../../src/core/run.js';
import { compose } from '../../src/core/stage.js';
import { gloveText, word2vecText } from '../../src/sinks/vector-files.js';
import { trained, training } from './support.js';

const words = Array.from({ length: 100_000 }, (_, row) => `word${row}`);
const vectors = trained(
  words,
  words.map(() => [1, 2]),
);
await run(compose(training(vectors), gloveText('-'), word2vecText(process.argv[2]!)));
