import { availableParallelism } from 'node:os';
import { isPairCorpus, type TrainingCorpus } from '../core/corpus.js';
import { throwIfAborted, WordmillError } from '../core/errors.js';
import { type OptionProblem, parseOptions } from '../core/options.js';
import type { Stage } from '../core/stage.js';
import type { TrainedVectors } from '../core/vectors.js';
import { type SamplingOptions, samplingOptions } from '../sampling/options.js';
import { chooseEngine, ENGINES } from './choose-engine.js';
import { checkFinite } from './divergence.js';
import type { Engine, ResolvedTrainOptions } from './engine.js';
import { checkMatricesFit, estimateMatrices } from './matrices.js';
import { withModelDefaults } from './model-defaults.js';
import { modelProblems, notOnPairs } from './model-problems.js';
import { type TrainOptions, trainOptions } from './options.js';

/**
 * Learns vectors: a corpus that has been read goes in, its vectors come out. Progress, with loss and learning rate,
 * goes to the report some five times a second. Options are checked when the stage is made, before anything is read.
 *
 * @throws WordmillError `usage` for options that are wrong or do not go together; `unavailable` if the engine asked
 * for cannot run here; when it runs, `data` for a corpus without words or training that diverged, `outOfMemory` if
 * the vectors do not fit, and the abort error when the signal fires.
 */
export function train(
  options: Partial<TrainOptions> = {},
  sampling: Partial<SamplingOptions> = {},
  engines: readonly Engine[] = ENGINES,
): Stage<TrainingCorpus, TrainedVectors> {
  const resolved = resolveTrainOptions(options, engines);
  const resolvedSampling = parseOptions(samplingOptions, sampling, 'sampling');
  const [problem] = modelProblems({ train: options, sampling });
  if (problem) throw usageError(problem);
  const { engine, warning } = chooseEngine({ ...resolved, engine: options.engine }, engines);
  return async function* (input, context) {
    if (warning !== undefined) context.report.warn('slower-engine', warning);
    await engine.prepare?.(resolved, context);
    for await (const corpus of input) {
      throwIfAborted(context.signal);
      checkTrainable(corpus, resolved);
      const words = corpus.vocabulary.size;
      const memory = engine.memory?.(words, resolved, resolvedSampling);
      checkMatricesFit(memory ?? estimateMatrices(words, resolved));
      const vectors = isPairCorpus(corpus)
        ? await engine.trainPairs(corpus, resolved, context)
        : await engine.train(corpus, resolved, resolvedSampling, context);
      checkFinite(vectors.input, resolved.learningRate);
      checkFinite(vectors.output, resolved.learningRate);
      yield vectors;
    }
  };
}

/**
 * Training options with every default filled in: the engine that will train, the learning rate of the model, one
 * thread for each processor.
 *
 * @throws WordmillError as `train` does for its options.
 */
export function resolveTrainOptions(
  options: Partial<TrainOptions> = {},
  engines: readonly Engine[] = ENGINES,
): ResolvedTrainOptions {
  const parsed = parseOptions(trainOptions, options, 'train');
  const { engine } = chooseEngine(withModelDefaults(parsed), engines);
  const threads = parsed.threads ?? availableParallelism();
  return { ...withModelDefaults({ ...parsed, engine: engine.name }), engine: engine.name, threads };
}

function usageError({ path, problem, hint }: OptionProblem): WordmillError {
  return new WordmillError('usage', problem, { place: { key: path.join('.') }, ...(hint && { hint }) });
}

function checkTrainable(corpus: TrainingCorpus, options: ResolvedTrainOptions): void {
  if (isPairCorpus(corpus) && options.model !== 'skipgram') throw usageError(notOnPairs(options.model));
  if (corpus.vocabulary.size === 0) {
    throw new WordmillError('data', 'there are no words to train on', {
      hint: 'The corpus is empty, or vocabulary.minCount left out every word.',
    });
  }
}
