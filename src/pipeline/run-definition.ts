import type { TrainingCorpus } from '../core/corpus.js';
import { WordmillError } from '../core/errors.js';
import { Report, type ReportListener } from '../core/report.js';
import { type RunOptions, type RunResult, run } from '../core/run.js';
import { compose, nothing, type Source, type Stage } from '../core/stage.js';
import type { TrainedVectors } from '../core/vectors.js';
import { sinkFor } from '../sinks/sink-for.js';
import type { Include } from '../tokenize/included-words.js';
import { readStartingPoint, wordsToKeep } from '../train/starting-point.js';
import { type TrainSettings, train } from '../train/train.js';
import { resolveDefinition } from './definition.js';
import { trainEvaluated } from './evaluation.js';
import { cellCorpusOf, pairCorpusOf } from './inputs.js';
import { reportPathOf } from './report/report-path.js';
import { runReport } from './report/run-report.js';
import { roomForOutputs } from './room-for-outputs.js';
import { beginRun, type KeepOptions } from './runs/begin-run.js';
import { recordingInputs } from './runs/input-facts.js';
import { runKept } from './runs/kept-run.js';
import type { Manifest } from './runs/manifest.js';
import { compareWithLast, refuseIncomparable } from './schedule/compare-with-last.js';
import { withSchedule } from './schedule/with-schedule.js';
import type { Definition, ResolvedDefinition } from './schema.js';
import { corpusOf } from './spooled-corpus.js';

/** What the definition of a pipeline does not say. */
export interface PipelineSettings extends Pick<TrainSettings, 'onEpoch'> {
  /** Where the report page goes besides, or instead where the definition wants none. */
  readonly keptReport?: string;
  /** What becomes of outputs whose scores are too low, in a sentence. */
  readonly whereBelowMinimum?: string;
  /** Reads the text of the definition and trains on it, in place of this process: on other machines. */
  readonly training?: TrainElsewhere;
}

/** Makes what gives the vectors of a definition. */
export type TrainElsewhere = (definition: ResolvedDefinition) => Source<TrainedVectors>;

/**
 * The pipeline that a definition describes: source, tokenizing, vocabulary, training and
 * evaluating, sinks, the report page. `run` drives it.
 *
 * @throws WordmillError `usage` for options that do not go together, `unavailable` for an engine that cannot run here.
 */
export function pipelineOf(
  definition: ResolvedDefinition,
  settings: PipelineSettings = {},
): Source<TrainedVectors> {
  const { source, sampling, sinks, escapeWords } = definition;
  const keep = definition.train.initialVectors !== undefined && definition.train.keepInitialWords !== false;
  const readStart = keep ? onceForTwo(readStartingPoint) : readStartingPoint;
  const include: Include = keep
    ? async (context) => wordsToKeep(await readStart(definition.train, context))
    : [];
  const corpus: Source<TrainingCorpus> =
    settings.training !== undefined
      ? nothing
      : source.cooccurrence !== undefined
        ? cellCorpusOf(definition)
        : source.pairs === undefined
          ? corpusOf(definition, include)
          : pairCorpusOf(definition, include);
  const trainWith = (onEpoch = settings.onEpoch): Stage<TrainingCorpus, TrainedVectors> => {
    const elsewhere = settings.training?.(definition);
    if (elsewhere) return (_, context) => elsewhere(nothing(), context);
    return train(definition.train, sampling, { ...(onEpoch && { onEpoch }), readStartingPoint: readStart });
  };
  const training =
    definition.evaluate === undefined
      ? trainWith()
      : trainEvaluated(definition.evaluate, trainWith, settings.onEpoch, settings.whereBelowMinimum);
  const written = sinks.reduce(
    (pipeline, sink) => compose(pipeline, sinkFor(sink, { escapeWords })),
    compose(compose(corpus, roomForOutputs(definition)), training),
  );
  const paths = { output: reportPathOf(definition), kept: settings.keptReport };
  return paths.output === undefined && paths.kept === undefined
    ? written
    : compose(written, runReport(paths, { definition }));
}

/** The trainer and the vocabulary of a run both need what training goes on from: the first reads it, the second has it too. */
function onceForTwo(read: typeof readStartingPoint): typeof readStartingPoint {
  const byRun = new WeakMap<object, ReturnType<typeof readStartingPoint>>();
  return (options, context) => {
    const start = byRun.get(context);
    // Let go at once: vectors are large, and who needs them longer has them.
    if (start) byRun.delete(context);
    else byRun.set(context, read(options, context));
    return start ?? byRun.get(context)!;
  };
}

/** How a definition is run. */
export interface RunDefinitionOptions extends RunOptions, Pick<TrainSettings, 'onEpoch'>, KeepOptions {
  /** Runs it only where something has changed since the last run that succeeded; needs `runs` or an output folder. */
  readonly ifChanged?: boolean | undefined;
  /** Reads the text of the definition and trains on it, in place of this process: on other machines. */
  readonly training?: TrainElsewhere | undefined;
}

/** What a run of a definition gave. */
export interface DefinitionResult extends RunResult<TrainedVectors> {
  /** The run since which nothing has changed, so that this one had nothing to do. */
  readonly unchangedSince?: Manifest;
}

/**
 * Runs a definition to its end, then gives every output its final name. Meanwhile its outputs are locked, from before
 * anything is read: another run that would write one of them ends at once.
 *
 * @throws WordmillError of any kind, `tryAgain` where another run writes an output; nothing then appears at a final name.
 */
export async function runDefinition(
  definition: Definition,
  options: RunDefinitionOptions = {},
): Promise<DefinitionResult> {
  const { onEpoch, runs, resume, command, ifChanged, training, ...given } = options;
  const resolved = resolveDefinition(definition);
  if (ifChanged) refuseIncomparable(resolved);
  return withSchedule(resolved, given, async (scheduled): Promise<DefinitionResult> => {
    const { whereBelowMinimum } = scheduled;
    const settings = {
      ...(onEpoch && { onEpoch }),
      ...(training && { training }),
      ...(whereBelowMinimum && { whereBelowMinimum }),
    };
    const runOptions = { ...given, ...scheduled.options };
    const keep = { runs: scheduled.runs ?? runs, resume, command };
    if (ifChanged) {
      const unchanged = await nothingToDo(resolved, keep.runs, given.listener);
      if (unchanged) return unchanged;
    }
    const record = await beginRun(resolved, keep, given.listener);
    if (!record) return run(scheduled.observed(pipelineOf(resolved, settings)), runOptions);
    const placed = await scheduled.begun(record.folder).catch(async (error) => {
      await record.end('failed', { error });
      throw error;
    });
    const keptReport = record.folder.reportPath;
    const pipeline = () =>
      recordingInputs(resolved, scheduled.observed(pipelineOf(placed, { ...settings, keptReport })));
    return runKept(pipeline, placed, record, runOptions);
  });
}

/** The result of a run that has nothing to do; undefined where something has changed, which is noted. */
async function nothingToDo(
  definition: ResolvedDefinition,
  runs: KeepOptions['runs'],
  listener: ReportListener | undefined,
): Promise<DefinitionResult | undefined> {
  if (runs === undefined) {
    throw new WordmillError('usage', 'runs are not kept, so that there is none to compare with', {
      place: { key: '--if-changed' },
      hint: 'Say where they are kept: --runs DIR.',
    });
  }
  const compared = await compareWithLast(definition, typeof runs === 'string' ? runs : runs.path);
  if ('changed' in compared) {
    listener?.note?.(`something has changed: ${compared.changed}`);
    return undefined;
  }
  const { manifest } = compared.last;
  const outputs = manifest.outputs.map(({ path }) => path);
  return { last: undefined, outputs, report: new Report(listener), unchangedSince: manifest };
}
