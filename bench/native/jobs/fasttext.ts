import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fasttextProgram } from '../../../scripts/debian-programs.mjs';
import { measure } from '../../support/measure.js';
import type { Job } from '../job.js';
import { MIN_COUNT } from '../text.js';
import { outputFolder } from './output-folder.js';

/**
 * `fasttext skipgram` from ready-tokenised text to `.vec` and `.bin`. The step `train` follows from the rate that it
 * prints at its end: words of its vocabulary a second of wall time, from the start of its threads to their end. Its
 * epoch goes on until as many of these have passed as the text has words of any kind, so its own time for an epoch
 * would be a few per cent longer.
 */
export function fasttextTraining(name: string, maxn: number, described: string): Job {
  return {
    name,
    tool: 'fasttext',
    settings: described,
    prepare: () => {
      fasttextProgram();
    },
    async run(text, { threads, seed, epochs }) {
      const output = join(outputFolder(), name);
      const { seconds, megabytes, stderr } = await measure(fasttextProgram(), [
        ...['skipgram', '-input', text.tokenised, '-output', output],
        ...['-dim', '100', '-ws', '5', '-neg', '5', '-t', '1e-4', '-minCount', `${MIN_COUNT}`],
        ...['-minn', '3', '-maxn', `${maxn}`, '-lr', '0.05'],
        ...['-epoch', `${epochs}`, '-seed', `${seed}`, '-thread', `${threads}`],
      ]);
      rmSync(`${output}.bin`, { force: true }); // 800 MB with subwords.
      return {
        wall: seconds,
        megabytes,
        steps: { train: (text.words * epochs) / (lastRate(stderr) * threads) },
        vectors: { path: `${output}.vec`, binary: false },
      };
    },
  };
}

/** The words a second of a thread that fasttext's last line of progress gives. */
export function lastRate(stderr: string): number {
  const rates = [...stderr.matchAll(/words\/sec\/thread:\s+(\d+)/g)];
  if (rates.length === 0) throw new Error(`no rate in what fasttext printed:\n${stderr}`);
  return Number(rates.at(-1)![1]);
}
