import { join } from 'node:path';
import { gensimPython } from '../../../scripts/peers.mjs';
import { root } from '../../support/data.js';
import { measure } from '../../support/measure.js';
import type { Job } from '../job.js';
import { outputFolder } from './output-folder.js';
import type { TrainingSettings } from './wordmill-train.js';

/**
 * gensim from ready-tokenised text (`corpus_file`) to word2vec text. Steps: `scan`, the pass that counts words;
 * `train`, the wall time of its `train()`; `save`, `save_word2vec_format`.
 */
export function gensimTraining(name: string, settings: TrainingSettings, described: string): Job {
  const { model, loss, dimensions, learningRate } = settings;
  return {
    name,
    tool: 'gensim 4.4',
    settings: described,
    prepare: () => {
      gensimPython();
    },
    async run(text, { threads, seed, epochs }) {
      const output = join(outputFolder(), `${name}.txt`);
      const { seconds, megabytes, stdout } = await measure(gensimPython(), [
        ...[join(root, 'bench', 'peers', 'gensim_train.py'), text.tokenised, output],
        ...['--model', model, '--loss', loss, '--dimensions', `${dimensions}`],
        ...['--learning-rate', `${learningRate}`],
        ...['--epochs', `${epochs}`, '--seed', `${seed}`, '--threads', `${threads}`],
      ]);
      const { words, ...steps } = JSON.parse(stdout) as Record<string, number>;
      return {
        wall: seconds,
        megabytes,
        steps,
        counts: { numbers: words! * dimensions },
        vectors: { path: output, binary: false },
      };
    },
  };
}
