/**
 * Trains on eight threads, first with as many as are wanted, then with FEW of them (an argument), as fail-threads.c makes
 * it; prints how many trained each time, and whether the vectors are the same.
 */
import { isDeepStrictEqual } from 'node:util';
import { openContext } from '../../../src/core/run.js';
import { nativeEngine } from '../../../src/train/native/engine.js';
import { randomSentences, withCorpus } from '../../native/support/spooled-corpus.js';
import { ALL_WORDS, SMALL } from './corpora.js';

const few = process.argv[2]!;
await withCorpus(randomSentences(9_000, 100), async (corpus) => {
  const train = () => {
    const options = { ...SMALL, deterministic: true, threads: 8 };
    return nativeEngine.train(corpus, options, ALL_WORDS, openContext().context);
  };
  const all = await train();
  process.env.FAIL_THREADS_AFTER = few;
  const some = await train();
  delete process.env.FAIL_THREADS_AFTER;
  const same = isDeepStrictEqual(some.input, all.input) && isDeepStrictEqual(some.output, all.output);
  console.log(JSON.stringify({ threads: [all.summary.threads, some.summary.threads], same }));
});
