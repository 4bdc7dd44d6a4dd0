import { availableParallelism } from 'node:os';
import { isCellCorpus, isPairCorpus, type TrainingCorpus } from '../core/corpus.js';
import { throwIfAborted, WordmillError } from '../core/errors.js';
import { type OptionProblem, parseOptions } from '../core/options.js';
import type { Stage, StageContext } from '../core/stage.js';
import type { TrainedVectors } from '../core/vectors.js';
import { type SamplingOptions, samplingOptions } from '../sampling/options.js';
import { Checkpoints } from './checkpoint/checkpoints.js';
import { identityOf } from './checkpoint/identity.js';
import { chooseEngine, ENGINES } from './choose-engine.js';
import { checkFinite } from './divergence.js';
import type { Engine, ResolvedTrainOptions } from './engine.js';
import { keptCells } from './kept-cells.js';
import { checkMatricesFit } from './matrices.js';
import { withGloveDefaults, withModelDefaults } from './model-defaults.js';
import { modelProblems, notOnPairs, onCellsOnly } from './model-problems.js';
import { type TrainOptions, trainOptions } from './options.js';
import { checkDimensions, readStartingPoint, type StartingPoint, setupFor } from './starting-point.js';
import { trainingMemory } from './training-memory.js';
import type { EpochCallback, TrainingSetup } from './training-setup.js';

/** What `train` takes beside its options: what no definition can say. */
export interface TrainSettings extends StartingPoint {
  /** Called after each epoch; training waits for it. Without it (and without `validation`) epochs run into each other. */
  readonly onEpoch?: EpochCallback;
  /** Reads what the options name as files; for a pipeline that needs it elsewhere too. */
  readonly readStartingPoint?: typeof readStartingPoint;
  /** The engines to choose from, the preferred first. */
  readonly engines?: readonly Engine[];
}

/**
 * Learns vectors: a corpus that has been read goes in, its vectors come out. Progress, with loss and learning rate,
 * goes to the report some five times a second. Options are checked when the stage is made, before anything is read;
 * files that they name (`initialVectors`, `freeze`, ...) are read before any text is. `settings` may give the same as
 * vectors and words in memory, and a callback:
 *
 *     train({ epochs: 20, validation: 0.01 }, {}, {
 *       onEpoch({ epoch, validationLoss, vectors, stop }) {
 *         if (validationLoss < 2) stop();
 *       },
 *     })
 *
 * @throws WordmillError `usage` for options that are wrong or do not go together; `unavailable` if the engine asked
 * for cannot run here; when it runs, `data` for a corpus without words or training that diverged, `outOfMemory` if
 * the vectors do not fit, and the abort error when the signal fires.
 */
export function train(
  options: Partial<TrainOptions> = {},
  sampling: Partial<SamplingOptions> = {},
  settings: TrainSettings = {},
): Stage<TrainingCorpus, TrainedVectors> {
  const { engines = ENGINES, onEpoch } = settings;
  const resolved = resolveTrainOptions(options, engines);
  const withDefaults = withGloveDefaults(options, sampling);
  const resolvedSampling = parseOptions(samplingOptions, withDefaults.sampling, 'sampling');
  const [problem] = modelProblems({ train: withGiven(options, settings), sampling });
  if (problem) throw usageError(problem);
  checkGiven(settings, resolved.dimensions);
  const { engine, warning } = chooseEngine({ ...resolved, engine: options.engine }, engines);
  return async function* (input, context) {
    if (warning !== undefined) context.report.warn('slower-engine', warning);
    await engine.prepare?.(resolved, context);
    const read = settings.readStartingPoint ?? readStartingPoint;
    let start: StartingPoint | undefined = { ...(await read(resolved, context)), ...settings };
    for await (const corpus of input) {
      throwIfAborted(context.signal);
      checkTrainable(corpus, resolved);
      const words = corpus.vocabulary.size;
      checkMatricesFit(trainingMemory(engine, words, resolved, resolvedSampling));
      start ??= { ...(await read(resolved, context)), ...settings };
      const given = {
        ...setupFor(corpus.vocabulary, start, resolved, context.report),
        ...(onEpoch && { onEpoch }),
      };
      const identity = () => identityOf(corpus, resolved, resolvedSampling, given);
      const checkpoints = await Checkpoints.open(context, identity, resolved.threads);
      const setup = { ...given, ...(checkpoints && { checkpoints }) };
      // Vectors that it holds are the trainer's to let go.
      start = undefined;
      const vectors = await trainWith(engine, corpus, resolved, resolvedSampling, context, setup);
      checkFinite(vectors.input, resolved.learningRate);
      checkFinite(vectors.output, resolved.learningRate);
      const { negative } = resolved;
      const { window, subsample } = resolvedSampling;
      yield { ...vectors, settings: { negative, ...(!isPairCorpus(corpus) && { window, subsample }) } };
    }
  };
}

async function trainWith(
  engine: Engine,
  corpus: TrainingCorpus,
  options: ResolvedTrainOptions,
  sampling: SamplingOptions,
  context: StageContext,
  setup: TrainingSetup,
): Promise<TrainedVectors> {
  if (isPairCorpus(corpus)) return engine.trainPairs(corpus, options, context, setup);
  if (options.model !== 'glove' && !isCellCorpus(corpus)) {
    return engine.train(corpus, options, sampling, context, setup);
  }
  if (!engine.trainCells) throw new WordmillError('internal', `engine ${engine.name} trains no cells`);
  const cells = isCellCorpus(corpus) ? corpus : await keptCells(corpus, options, sampling, context);
  return engine.trainCells(cells, options, context, setup);
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
  const parsed = parseOptions(trainOptions, withGloveDefaults(options, {}).train, 'train');
  const { engine } = chooseEngine(withModelDefaults(parsed), engines);
  const threads = parsed.threads ?? availableParallelism();
  return { ...withModelDefaults({ ...parsed, engine: engine.name }), engine: engine.name, threads };
}

/** The options with what the settings give in the place of files, to be checked together. */
function withGiven(options: Partial<TrainOptions>, settings: TrainSettings): Partial<TrainOptions> {
  const { initialVectors, initialOutputWeights, freeze } = settings;
  return {
    ...options,
    ...(initialVectors && { initialVectors: 'vectors' }),
    ...(initialOutputWeights && { initialOutputWeights: 'weights' }),
    ...(freeze !== undefined && { freeze: freeze === 'initial' ? freeze : 'words' }),
  };
}

function checkGiven({ initialVectors, initialOutputWeights }: TrainSettings, dimensions: number): void {
  if (initialVectors) checkDimensions(initialVectors, dimensions, 'initialVectors');
  if (initialOutputWeights) checkDimensions(initialOutputWeights, dimensions, 'initialOutputWeights');
}

function usageError({ path, problem, hint }: OptionProblem): WordmillError {
  return new WordmillError('usage', problem, { place: { key: path.join('.') }, ...(hint && { hint }) });
}

function checkTrainable(corpus: TrainingCorpus, options: ResolvedTrainOptions): void {
  if (isPairCorpus(corpus) && options.model !== 'skipgram') throw usageError(notOnPairs(options.model));
  if (isCellCorpus(corpus) && options.model !== 'glove') throw usageError(onCellsOnly(options.model));
  if (corpus.vocabulary.size === 0) {
    throw new WordmillError('data', 'there are no words to train on', {
      hint: 'The corpus is empty, or vocabulary.minCount left out every word.',
    });
  }
}
