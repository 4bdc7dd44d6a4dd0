import type { TrainingCorpus } from '../core/corpus.js';
import { type RunOptions, type RunResult, run } from '../core/run.js';
import { compose, type Source } from '../core/stage.js';
import type { TrainedVectors } from '../core/vectors.js';
import { sinkFor } from '../sinks/sink-for.js';
import { train } from '../train/train.js';
import { resolveDefinition } from './definition.js';
import { corpusOf, pairCorpusOf } from './inputs.js';
import type { Definition, ResolvedDefinition } from './schema.js';

/**
 * The pipeline that a definition describes: source, tokenizing, vocabulary, training, sinks. `run` drives it.
 *
 * @throws WordmillError `usage` for options that do not go together, `unavailable` for an engine that cannot run here.
 */
export function pipelineOf(definition: ResolvedDefinition): Source<TrainedVectors> {
  const { source, sampling, sinks, escapeWords } = definition;
  const corpus: Source<TrainingCorpus> =
    source.pairs === undefined ? corpusOf(definition) : pairCorpusOf(definition);
  return sinks.reduce(
    (pipeline, sink) => compose(pipeline, sinkFor(sink, { escapeWords })),
    compose(corpus, train(definition.train, sampling)),
  );
}

/**
 * Runs a definition to its end, then gives every output its final name.
 *
 * @throws WordmillError of any kind; nothing then appears at a final name.
 */
export async function runDefinition(
  definition: Definition,
  options: RunOptions = {},
): Promise<RunResult<TrainedVectors>> {
  return run(pipelineOf(resolveDefinition(definition)), options);
}
