import { Report } from '../core/report.js';
import type { RunOptions } from '../core/run.js';
import { readVectors } from '../formats/detect.js';
import { listFiles } from '../sources/list-files.js';
import type { EntityScores } from '../train/tagging/entity-scores.js';
import { schemeOf } from '../train/tagging/schemes.js';
import { type PlacedSentence, readTagged } from '../train/tagging/tagged-sentence.js';
import { checkModelFolderTarget } from '../train/tensorflow/model-folder.js';
import { removeCheckpoint } from '../train/tensorflow/remove-checkpoint.js';
import type { Tagger } from '../train/tensorflow/tagger/tagger.js';
import { type TaggerData, trainTagger } from '../train/tensorflow/tagger/train-tagger.js';
import type { TaggerEpoch } from '../train/tensorflow/tagger/training.js';
import { checkpointPath } from './model-definition.js';
import {
  type ResolvedTaggerDefinition,
  resolveTaggerDefinition,
  type TaggerDefinition,
} from './tagger-schema.js';

/** How `runTaggerDefinition` runs, besides the definition. */
export interface TaggerRunOptions extends RunOptions {
  /** Goes on from the checkpoint that an interrupted run left. */
  readonly resume?: boolean;
  /** Fails where TensorFlow's native library is not there. */
  readonly requireNative?: boolean;
}

/** What a run gave. */
export interface TrainedTagger {
  readonly tagger: Tagger;
  /** The epoch whose weights it has. */
  readonly epoch: TaggerEpoch;
  /** Its scores on the test data, where the definition names some. */
  readonly test: EntityScores | undefined;
  readonly report: Report;
}

/**
 * Reads the labelled text and the vectors of a definition, trains a tagger, scores it and saves it.
 *
 * @throws WordmillError of any kind; what was at the output's path is then untouched. When the signal fires and
 * there is a checkpoint, it stays and the error's kind is `tryAgain`.
 */
export async function runTaggerDefinition(
  definition: TaggerDefinition,
  { resume = false, requireNative = false, signal, listener }: TaggerRunOptions = {},
): Promise<TrainedTagger> {
  const resolved = resolveTaggerDefinition(definition);
  const { output, model, vectors: settings, train } = resolved;
  const report = new Report(listener);
  const checkpoint = checkpointPath(output);
  await checkModelFolderTarget(output, 'tagger');
  await checkModelFolderTarget(checkpoint, 'tagger');
  const { data, test } = await readData(resolved, report, signal);
  const { threads, checkpointMinutes, ...trainOptions } = train;
  const { file: _, ...vectors } = settings;
  const tagger = await trainTagger(
    data,
    { model, vectors, train: trainOptions },
    {
      ...{ report, requireNative, threads, checkpoint, resume, ...(signal && { signal }) },
      checkpointSeconds: 60 * checkpointMinutes,
      onEpoch: (epoch) => report.note(describeEpoch(epoch)),
    },
  );
  const scores = test && tagger.evaluate(test);
  await tagger.save(output);
  await removeCheckpoint(checkpoint, 'tagger', report);
  return { tagger, epoch: bestEpoch(tagger.history), test: scores, report };
}

async function readData(
  { data, vectors }: ResolvedTaggerDefinition,
  report: Report,
  signal: AbortSignal | undefined,
): Promise<{ data: TaggerData; test: PlacedSentence[] | undefined }> {
  const { train, development, test, scheme, ...columns } = data;
  const read = async (patterns: string | string[]) => {
    const paths = (await listFiles(patterns)).map(({ path }) => path);
    const sentences: PlacedSentence[] = [];
    for await (const sentence of readTagged(paths, { ...columns, ...(signal && { signal }) })) {
      sentences.push(sentence);
    }
    return sentences;
  };
  const { file } = vectors;
  return {
    data: {
      train: await read(train),
      ...(development && { development: await read(development) }),
      ...(scheme && { scheme: schemeOf(scheme) }),
      ...(file !== undefined && {
        vectors: { ...(await readVectors(file, { report, ...(signal && { signal }) })), file },
      }),
    },
    test: test === undefined ? undefined : await read(test),
  };
}

function describeEpoch({ epoch, loss, developmentF1 }: TaggerEpoch): string {
  const f1 =
    developmentF1 === undefined ? '' : `, F1 ${(100 * developmentF1).toFixed(2)} on the development data`;
  return `epoch ${epoch}: loss ${loss.toFixed(4)}${f1}`;
}

/** The first with the best F1, or the last where there is no development data. */
function bestEpoch(history: readonly TaggerEpoch[]): TaggerEpoch {
  const scored = history.filter(({ developmentF1 }) => developmentF1 !== undefined);
  if (scored.length === 0) return history.at(-1)!;
  const best = Math.max(...scored.map(({ developmentF1 }) => developmentF1!));
  return scored.find(({ developmentF1 }) => developmentF1 === best)!;
}
