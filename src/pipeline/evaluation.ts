import type { TrainingCorpus } from '../core/corpus.js';
import type { Stage } from '../core/stage.js';
import type { TrainedVectors } from '../core/vectors.js';
import type { EpochCallback } from '../train/training-setup.js';
import { evaluate, readTestSets, type SetScores, scoreOf } from '../vectors/evaluate/evaluate.js';
import { checkMinimums, refuseMissed } from '../vectors/evaluate/minimum.js';
import type { ResolvedEvaluateOptions } from '../vectors/evaluate/options.js';

/** Makes a stage that trains, with a callback after each epoch. */
type TrainWith = (onEpoch?: EpochCallback) => Stage<TrainingCorpus, TrainedVectors>;

/**
 * A stage that trains and then scores the vectors on test sets, which it reads before any text; with `everyEpoch` also
 * after each epoch. Scores go to the report (`evaluated`), and are noted.
 *
 * @param trainWith makes the training
 * @param onEpoch another callback, called after the scores of an epoch
 * @param kept what becomes of the outputs where a score is too low, in a sentence
 * @throws WordmillError from the stage: `noInput` or `data` for a test set and `usage` for a minimum of a set that is not
 * evaluated, before anything is read; `belowMinimum` where a score is too low: once outputs have their final names.
 */
export function trainEvaluated(
  options: ResolvedEvaluateOptions,
  trainWith: TrainWith,
  onEpoch?: EpochCallback,
  kept = 'The outputs are written.',
): Stage<TrainingCorpus, TrainedVectors> {
  const { pairs, analogies, minimum, everyEpoch, ...scoring } = options;
  const training = trainWith(onEpoch);
  return async function* trainingAndEvaluating(input, context) {
    const { report, signal } = context;
    const sets = await readTestSets({ pairs, analogies });
    checkMinimums(minimum, sets, 'evaluate.minimum');
    const score = ({ vocabulary, input }: Pick<TrainedVectors, 'vocabulary' | 'input'>) =>
      evaluate({ words: vocabulary.words, matrix: input }, sets, scoring, { signal, report });
    const tell = (scored: readonly SetScores[], epoch?: number) => {
      const scores = Object.fromEntries(scored.map((set) => [set.name, scoreOf(set)]));
      report.evaluated({ scores, ...(epoch !== undefined && { epoch }) });
      const of = epoch === undefined ? 'evaluated' : `epoch ${epoch}`;
      report.note(`${of}: ${Object.entries(scores).map(described).join(', ')}`);
    };
    const byEpoch = new Map<number, SetScores[]>();
    const afterEpoch: EpochCallback = async (ended) => {
      const scored = await score(ended.vectors);
      byEpoch.set(ended.epoch, scored);
      tell(scored, ended.epoch);
      await onEpoch?.(ended);
    };
    const trained = everyEpoch ? trainWith(afterEpoch) : training;
    for await (const vectors of trained(input, context)) {
      const { bestEpoch, lossByEpoch } = vectors.summary;
      // What comes out are the vectors of the epoch that was kept: their scores are known.
      const scored = byEpoch.get(bestEpoch ?? lossByEpoch.length) ?? (await score(vectors));
      tell(scored);
      context.onOutputs(() => refuseMissed(scored, minimum, 'evaluate.minimum', kept));
      yield vectors;
    }
  };
}

function described([name, score]: [string, number]): string {
  return `${name} ${Number.isNaN(score) ? 'has no score' : score.toFixed(4)}`;
}
