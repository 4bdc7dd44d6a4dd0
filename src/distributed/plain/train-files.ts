import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { WordmillError } from '../../core/errors.js';
import type { Source, StageContext } from '../../core/stage.js';
import type { TrainedVectors } from '../../core/vectors.js';
import { readVocabulary } from '../../formats/vocabulary.js';
import type { ResolvedDefinition } from '../../pipeline/schema.js';
import { averageFiles } from '../average-files.js';
import { checkContributions } from '../average-round.js';
import type { Model } from '../model.js';
import { readModelInto, writeModel } from '../model-files.js';
import { vectorsOfModel } from '../result-vectors.js';
import { applyRowChanges, RowChanges } from '../row-reader.js';
import { emptyModel, initialModel, type RunTraining, requireRound, trainingWith } from '../run-training.js';
import { writeChanges } from '../train-shard.js';
import { trainSlice } from '../train-slice.js';
import { encodedFolder, filesOfEncoded } from './encoded-folder.js';

/** How a training on files is shared out: the same in all of its calls. */
export interface SharedTraining {
  readonly definition: Pick<ResolvedDefinition, 'train' | 'sampling' | 'vocabulary'>;
  /** A vocabulary file. */
  readonly vocabulary: string;
  readonly shards: number;
  readonly roundsPerEpoch: number;
  readonly round: number;
  /** The model that the round starts from; without it, of round 0, what a local run starts from. */
  readonly start?: string | undefined;
}

/** What of it one shard does. */
export interface ShardTraining extends SharedTraining {
  readonly shard: number;
  /** The folder that `encodeSpool` has written. */
  readonly encoded: string;
  readonly threads: number;
  /** The file of changes to write. */
  readonly output: string;
}

/** What was trained. */
export interface TrainedFile {
  readonly rows: number;
  readonly words: number;
  /** The mean loss of a prediction, in nats. */
  readonly loss: number;
}

/**
 * Trains an encoded shard for a round, and writes the rows that it changed, with what `averageChanges` needs to know of them.
 *
 * @throws WordmillError `noInput`, `data` for what is read; `usage` for a round or a start that do not fit; `data` where
 * training diverges; `cannotCreate`; the abort error when the signal fires.
 */
export function trainFile(settings: ShardTraining): Source<TrainedFile> {
  const { shard, shards, round, roundsPerEpoch, encoded, threads, output } = settings;
  return async function* trainingFile(_input, context) {
    if (shard >= shards) throw noSuchShard(shard, shards);
    const file = await context.outputs.create(output);
    await context.outputs.refuseToReplace([
      ...modelFiles(settings),
      ...Object.values(filesOfEncoded(encoded)),
    ]);
    const { training, model } = await startOf(settings, context);
    const corpus = await encodedFolder(encoded, training.vocabulary, context);
    const place = { round, shard, roundsPerEpoch };
    const trained = await trainSlice(corpus, model, training, place, { ...context, threads });
    const { words, loss, predictions } = trained;
    const path = join(await context.scratchFolder(), 'changes');
    const about = { round, shard, words, loss, predictions };
    const rows = await writeChanges(path, model, trained.model, context.signal, texts(about));
    for await (const bytes of createReadStream(path)) await file.write(bytes);
    await file.finish();
    yield { rows, words, loss: loss / (predictions || 1) };
  };
}

function texts(numbers: Readonly<Record<string, number>>): Record<string, string> {
  return Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, `${value}`]));
}

function noSuchShard(shard: number, shards: number): WordmillError {
  return new WordmillError('usage', `there is no shard ${shard}: --shards is ${shards}`, {
    place: { key: '--shard' },
    hint: `Give 0 to ${shards - 1}.`,
  });
}

/** The files that `startOf` reads. */
function modelFiles({ vocabulary, start }: SharedTraining): string[] {
  return start === undefined ? [vocabulary] : [vocabulary, start];
}

/** What a round starts from. */
async function startOf(
  { definition, vocabulary, shards, roundsPerEpoch, round, start }: SharedTraining,
  { signal }: StageContext,
): Promise<{ training: RunTraining; model: Model }> {
  const words = await readVocabulary(vocabulary, { unknown: definition.vocabulary.unk });
  const training = trainingWith(definition, { roundsPerEpoch, shards }, words);
  requireRound(training, round);
  if ((start === undefined) !== (round === 0)) {
    const problem = start === undefined ? 'is missing' : 'is for rounds from 1 on';
    throw new WordmillError('usage', problem, {
      place: { key: '--start' },
      hint: 'Round 0 starts as the seed says, each other from the model that the average of the round before wrote.',
    });
  }
  if (start === undefined) return { training, model: initialModel(training) };
  const model = emptyModel(training);
  await readModelInto(start, model, signal);
  return { training, model };
}

/** What is averaged, and where to. */
export interface ChangesToAverage extends SharedTraining {
  /** Files that `trainFile` has written, one of each shard, in any order. */
  readonly changes: readonly string[];
  /** The file of the whole model to write; none where only vectors are wanted. */
  readonly output?: string | undefined;
}

/**
 * Averages what the shards learned in a round, each once; gives the vectors as they are then.
 *
 * @throws WordmillError as `trainFile`; `data` where a shard is missing or there twice, or a file is of another round.
 */
export function averageChanges(settings: ChangesToAverage): Source<TrainedVectors> {
  const { changes, output, round, roundsPerEpoch, shards } = settings;
  return async function* averagingChanges(_input, context) {
    const { signal } = context;
    const file = output === undefined ? undefined : await context.outputs.create(output);
    await context.outputs.refuseToReplace([...changes, ...modelFiles(settings)]);
    const started = performance.now();
    const { training, model } = await startOf(settings, context);
    context.announceVocabulary(training.vocabulary);
    const parts = await Promise.all(changes.map((path) => describedChanges(path, model)));
    parts.sort((a, b) => a.shard - b.shard);
    checkContributions(parts, round, shards);
    const folder = await context.scratchFolder();
    const merged = join(folder, 'changes');
    await averageFiles(
      parts.map(({ path }) => path),
      model,
      merged,
      { signal, report: context.report, learningRate: training.learningRate },
    );
    await applyRowChanges(merged, model, signal);
    if (file) {
      const path = join(folder, 'model');
      await writeModel(path, model, signal);
      for await (const bytes of createReadStream(path)) await file.write(bytes);
      await file.finish();
    }
    const sum = (key: 'words' | 'loss' | 'predictions') =>
      parts.reduce((total, part) => total + part[key], 0);
    const seconds = (performance.now() - started) / 1_000;
    yield vectorsOfModel(model, training, {
      ...{ epochs: Math.ceil((round + 1) / roundsPerEpoch), words: sum('words') },
      ...{ lossByEpoch: [sum('loss') / (sum('predictions') || 1)], seconds, threads: 1 },
    });
  };
}

/** A file of changes, and what it says of itself. */
interface DescribedChanges {
  readonly path: string;
  readonly round: number;
  readonly shard: number;
  readonly words: number;
  readonly loss: number;
  readonly predictions: number;
}

async function describedChanges(path: string, model: Model): Promise<DescribedChanges> {
  const file = await RowChanges.open(path, model);
  const { metadata } = file;
  await file.close();
  const number = (name: string): number => {
    const value = Number(metadata[name] || Number.NaN);
    if (Number.isFinite(value)) return value;
    throw new WordmillError('data', `it does not say its ${name}`, {
      place: { file: path },
      hint: 'Give files that wordmill shard train wrote.',
    });
  };
  return {
    ...{ path, round: number('round'), shard: number('shard'), words: number('words') },
    ...{ loss: number('loss'), predictions: number('predictions') },
  };
}
