import { WordmillError } from '../core/errors.js';
import { OutputSet } from '../core/outputs.js';
import { Report } from '../core/report.js';
import type { RunOptions } from '../core/run.js';
import { readVectors } from '../formats/detect.js';
import { listFiles } from '../sources/list-files.js';
import { checkTags, entitiesOf } from '../train/tagging/entities.js';
import type { EntityScores } from '../train/tagging/entity-scores.js';
import { type Scheme, schemeOf } from '../train/tagging/schemes.js';
import { type PlacedSentence, readTagged } from '../train/tagging/tagged-sentence.js';
import { openDevice } from '../train/tensorflow/backend/open-device.js';
import { readConfig } from '../train/tensorflow/model-config.js';
import { checkModelFolderTarget } from '../train/tensorflow/model-folder.js';
import { removeCheckpoint } from '../train/tensorflow/remove-checkpoint.js';
import type { Tagger } from '../train/tensorflow/tagger/tagger.js';
import { type TaggerData, trainTagger } from '../train/tensorflow/tagger/train-tagger.js';
import { keptEpoch, type TaggerEpoch } from '../train/tensorflow/tagger/training.js';
import { checkpointPath } from './model-definition.js';
import { taggerContent } from './report/model-reports.js';
import { modelReportPath } from './report/report-path.js';
import { openReport } from './report/run-report.js';
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
 * Reads the labelled text and the vectors of a definition, trains a tagger, saves it and scores it, and writes a page
 * about the run. TensorFlow, the
 * output and the checkpoint to resume from are looked at before anything is read.
 *
 * @throws WordmillError of any kind; what was at the output's path is then untouched, unless the error (`aborted`) comes
 * while the saved tagger is scored. `noInput` for `resume` without a checkpoint. When the signal fires in training and
 * there is a checkpoint, it stays and the error's kind is `tryAgain`.
 */
export async function runTaggerDefinition(
  definition: TaggerDefinition,
  options: TaggerRunOptions = {},
): Promise<TrainedTagger> {
  const resolved = resolveTaggerDefinition(definition);
  const { listener, signal = new AbortController().signal } = options;
  const report = new Report(listener);
  const path = modelReportPath(resolved);
  if (path === undefined) return trainAndScore(resolved, options, report);
  await checkModelFolderTarget(resolved.output, 'tagger');
  const outputs = new OutputSet();
  try {
    const page = await openReport({ output: path }, { report, outputs, signal });
    const trained = await trainAndScore(resolved, options, report);
    await page.write(taggerContent(resolved, trained, page.recorder));
    await outputs.commit();
    return trained;
  } finally {
    await outputs.discard();
  }
}

async function trainAndScore(
  resolved: ResolvedTaggerDefinition,
  { resume = false, requireNative = false, signal }: TaggerRunOptions,
  report: Report,
): Promise<TrainedTagger> {
  const { output, model, vectors: settings, train } = resolved;
  const checkpoint = checkpointPath(output);
  await checkModelFolderTarget(output, 'tagger');
  await checkModelFolderTarget(checkpoint, 'tagger');
  if (resume) await checkResumable(checkpoint);
  const { threads, checkpointMinutes, ...trainOptions } = train;
  const device = await openDevice({ requireNative, threads, report });
  const { data, test } = await readData(resolved, report, signal);
  const { file: _, ...vectors } = settings;
  const tagger = await trainTagger(
    data,
    { model, vectors, train: trainOptions },
    {
      ...{ report, device, checkpoint, resume, ...(signal && { signal }) },
      checkpointSeconds: 60 * checkpointMinutes,
      onEpoch: (epoch) => report.note(describeEpoch(epoch)),
    },
  );
  try {
    await tagger.save(output);
    await removeCheckpoint(checkpoint, 'tagger', report);
    const scores = test && (await tagger.evaluate(test, { ...(signal && { signal }) }));
    return { tagger, epoch: keptEpoch(tagger.history)!, test: scores, report };
  } catch (error) {
    tagger.dispose();
    throw error;
  }
}

/** @throws WordmillError `noInput` where there is no checkpoint. */
async function checkResumable(checkpoint: string): Promise<void> {
  try {
    await readConfig(checkpoint);
  } catch (error) {
    if (!(error instanceof WordmillError) || error.kind !== 'noInput') throw error;
    throw new WordmillError('noInput', 'there is no checkpoint to go on from', {
      place: { file: checkpoint },
      hint: 'Training that was finished leaves none; leave --resume out to train from the start.',
      cause: error,
    });
  }
}

async function readData(
  { data, vectors }: ResolvedTaggerDefinition,
  report: Report,
  signal: AbortSignal | undefined,
): Promise<{ data: TaggerData; test: PlacedSentence[] | undefined }> {
  const { train, development, test, scheme: name, ...columns } = data;
  const scheme = name && schemeOf(name);
  const read = async (patterns: string | string[]) => {
    const paths = (await listFiles(patterns)).map(({ path }) => path);
    const sentences: PlacedSentence[] = [];
    for await (const sentence of readTagged(paths, { ...columns, ...(signal && { signal }) })) {
      // Also those of the test data: what cannot be scored shall not come to light after hours of training.
      checkSentenceTags(sentence, scheme);
      sentences.push(sentence);
    }
    return sentences;
  };
  const sentences = {
    train: await read(train),
    ...(development && { development: await read(development) }),
  };
  const tested = test === undefined ? undefined : await read(test);
  const { file } = vectors;
  return {
    data: {
      ...sentences,
      ...(scheme && { scheme }),
      ...(file !== undefined && {
        vectors: { ...(await readVectors(file, { report, ...(signal && { signal }) })), file },
      }),
    },
    test: tested,
  };
}

/** @throws WordmillError `data`, with its place, for a tag that the scheme, or any scheme, cannot have. */
function checkSentenceTags({ tags, placeOf }: PlacedSentence, scheme: Scheme | undefined): void {
  if (scheme) checkTags(scheme, tags, { placeOf });
  else entitiesOf(tags, placeOf);
}

function describeEpoch({ epoch, loss, developmentF1 }: TaggerEpoch): string {
  const f1 =
    developmentF1 === undefined ? '' : `, F1 ${(100 * developmentF1).toFixed(2)} on the development data`;
  return `epoch ${epoch}: loss ${loss.toFixed(4)}${f1}`;
}
