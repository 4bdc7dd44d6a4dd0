import { join } from 'node:path';
import { wordmill } from '../../support/data.js';
import { measure } from '../../support/measure.js';
import type { Job, JobOptions, JobRun } from '../job.js';
import { MIN_COUNT, type Text } from '../text.js';
import { outputFolder } from './output-folder.js';

/** What differs between trainings; the rest are the main job's settings. */
export interface TrainingSettings {
  readonly model: 'skipgram' | 'cbow';
  readonly loss: 'negative' | 'hierarchical';
  readonly dimensions: number;
  readonly learningRate: number;
}

export const SKIP_GRAM: TrainingSettings = {
  model: 'skipgram',
  loss: 'negative',
  dimensions: 100,
  learningRate: 0.025,
};

/**
 * `wordmill train` from raw text to GloVe text and word2vec binary. The step `train` is its own figure: from the first
 * update to the last, the reading of the spool included.
 */
export function wordmillTraining(
  name: string,
  settings: TrainingSettings,
  described: string,
  extra: readonly string[] = [],
): Job {
  return {
    name,
    tool: 'wordmill',
    settings: described,
    run: (text, options) => train(name, text, [...flagsOf(settings), ...extra], options),
  };
}

function flagsOf({ model, loss, dimensions, learningRate }: TrainingSettings): string[] {
  return [
    ...['--model', model, '--loss', loss, '--dimensions', `${dimensions}`],
    ...['--learning-rate', `${learningRate}`, '--negative', '5'],
  ];
}

async function train(
  name: string,
  text: Text,
  flags: readonly string[],
  { threads, seed, epochs }: JobOptions,
): Promise<JobRun> {
  const base = join(outputFolder(), name);
  const { seconds, megabytes, stderr } = await measure(process.execPath, [
    ...[wordmill, 'train', text.raw, '--log-format', 'json', '--engine', 'native', ...flags],
    ...['--window', '5', '--subsample', '1e-4', '--min-count', `${MIN_COUNT}`],
    // gensim's range, so that both start from the same distribution.
    ...['--initial-range', '1'],
    ...['--epochs', `${epochs}`, '--seed', `${seed}`, '--threads', `${threads}`],
    ...['--glove', `${base}.txt`, '--word2vec', `${base}.bin`],
  ]);
  const done = doneEvent(stderr);
  return {
    wall: seconds,
    megabytes,
    steps: { train: done.seconds },
    counts: { words: done.words },
    vectors: { path: `${base}.bin`, binary: true },
  };
}

/** The last event of a run with `--log-format json`. */
export function doneEvent(stderr: string): { seconds: number; words: number } & Record<string, unknown> {
  const line = stderr.trimEnd().split('\n').at(-1)!;
  const event = JSON.parse(line) as { event?: string; seconds: number; words: number };
  if (event.event !== 'done') throw new Error(`no summary at the end of\n${stderr}`);
  return event as ReturnType<typeof doneEvent>;
}
