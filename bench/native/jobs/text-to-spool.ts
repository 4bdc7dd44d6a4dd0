import type { Job } from '../job.js';
import { MIN_COUNT } from '../text.js';
import { runWorker } from './worker.js';

/** Raw text to vocabulary and spool: NFC, Unicode lower-casing and splitting. The step `read` is all of it. */
export const textToSpool: Job = {
  name: 'wordmill-text-to-spool',
  tool: 'wordmill',
  settings: 'raw text, NFC, lower-cased, split',
  async run(text) {
    const { seconds, megabytes, result } = await runWorker<{ seconds: number; vocabulary: number }>(
      'text-to-spool',
      [text.raw, `${MIN_COUNT}`],
    );
    if (result.vocabulary !== text.vocabulary) {
      throw new Error(`a vocabulary of ${result.vocabulary} words where there are ${text.vocabulary}`);
    }
    return { wall: seconds, megabytes, steps: { read: result.seconds } };
  },
};
