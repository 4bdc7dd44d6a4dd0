import { join } from 'node:path';
import type { Job } from '../job.js';
import { outputFolder } from './output-folder.js';
import { runWorker } from './worker.js';

/** Writes the vectors that gensim's skip-gram job left, as GloVe text. The step `write` is the sink's, file and all. */
export function writeGloveText(gensim: Job): Job {
  return {
    name: 'wordmill-write-glove',
    tool: 'wordmill',
    settings: "GloVe text of gensim's vectors",
    needs: [gensim],
    async run() {
      const vectors = join(outputFolder(), `${gensim.name}.txt`);
      const output = join(outputFolder(), 'wordmill-write-glove.txt');
      const { seconds, megabytes, result } = await runWorker<{
        seconds: number;
        rows: number;
        dimensions: number;
      }>('write-glove', [vectors, output]);
      return {
        wall: seconds,
        megabytes,
        steps: { write: result.seconds },
        counts: { numbers: result.rows * result.dimensions },
      };
    },
  };
}
