import { WordmillError } from '../core/errors.js';
import {
  type Matrix,
  rowOf,
  type TrainedVectors,
  type TrainingSummary,
  zeroMatrix,
} from '../core/vectors.js';
import { readSafetensors, safetensorsBytes, type Tensor } from '../formats/safetensors.js';
import { BufferedFile } from '../tokenize/buffered-file.js';
import { subwordsOfRows } from '../train/subword-vectors.js';
import { RESULT } from './finish-training.js';
import type { Model } from './model.js';
import { readModelInto } from './model-files.js';
import { resultSchema } from './records.js';
import { recordOf } from './records-of-run.js';
import { emptyModel, type RunTraining, runTraining } from './run-training.js';
import type { StepContext } from './step.js';

/** GloVe's biases in the file of a result. */
const BIASES = { input: 'inputBiases', output: 'outputBiases' } as const;

/**
 * Writes trained vectors as the model of a result: `input`, `output` and, of GloVe, the biases.
 *
 * @throws WordmillError as `outputError` says.
 */
export async function writeVectors(path: string, { input, output, biases }: TrainedVectors): Promise<void> {
  const tensors = new Map<string, Tensor>([
    ['input', tensorOf(input)],
    ['output', tensorOf(output)],
  ]);
  for (const side of ['input', 'output'] as const) {
    if (biases) tensors.set(BIASES[side], { shape: [biases[side].length], data: biases[side] });
  }
  const file = await BufferedFile.create(path);
  try {
    for (const block of safetensorsBytes(tensors)) await file.write(block);
    await file.finish();
  } finally {
    await file.close();
  }
}

function tensorOf(matrix: Matrix): Tensor {
  const { rows, dimensions } = matrix;
  const data = new Float32Array(rows * dimensions);
  for (let row = 0; row < rows; row++) data.set(rowOf(matrix, row), row * dimensions);
  return { shape: [rows, dimensions], data };
}

/**
 * What a distributed run gave, as a local run gives it to what evaluates and writes vectors.
 *
 * @param took how long training took, and on how many threads of each machine as far as it is known, as its summary is to say.
 * @throws WordmillError `noInput` where the run is not done yet; `data` where what is stored is damaged; `outOfMemory`.
 */
export async function resultVectors(
  context: StepContext,
  took: Pick<TrainingSummary, 'seconds' | 'threads'>,
): Promise<TrainedVectors> {
  const { storage, signal } = context;
  const result = await recordOf(context, RESULT, resultSchema);
  const training = await runTraining(context);
  const path = await storage.fetch(result.model, signal);
  const { words, lossByEpoch } = result;
  const { epochs } = training.options;
  const done = { words, lossByEpoch: [...lossByEpoch], epochs, ...took };
  if (training.options.model === 'glove') {
    const { vocabulary } = training;
    return { vocabulary, ...(await readGlove(path, signal)), ...toldOf(training, done) };
  }
  const model = emptyModel(training);
  await readModelInto(path, model, signal);
  return vectorsOfModel(model, training, { ...done, shards: context.plan.shards.length });
}

/** What a summary says of a training beside its settings. */
export type TrainingDone = Pick<
  TrainingSummary,
  'words' | 'lossByEpoch' | 'epochs' | 'seconds' | 'threads' | 'shards'
>;

/** A model of skip-gram or CBOW as trained vectors; with n-grams the words' are composed. */
export function vectorsOfModel(model: Model, training: RunTraining, done: TrainingDone): TrainedVectors {
  const { vocabulary } = training;
  const subwords = subwordsOfRows(model.input, vocabulary, training.options);
  return {
    ...{ vocabulary, output: model.output },
    ...(subwords ? { input: subwords.composed(), subwords } : { input: model.input }),
    ...toldOf(training, done),
  };
}

function toldOf(
  { options, sampling }: RunTraining,
  done: TrainingDone,
): Pick<TrainedVectors, 'summary' | 'settings'> {
  const { model, loss, seed, negative } = options;
  const { window, subsample } = sampling;
  const unit = model === 'glove' ? { unit: 'cells' as const } : {};
  return {
    summary: { engine: 'native', model, loss, seed, ...done, ...unit },
    settings: { negative, window, subsample },
  };
}

async function readGlove(
  path: string,
  signal: AbortSignal,
): Promise<Pick<TrainedVectors, 'input' | 'output' | 'biases'>> {
  const { tensors } = await readSafetensors(path, { signal });
  const numbers = (name: string, dimensions: number): Tensor & { readonly data: Float32Array } => {
    const tensor = tensors.get(name);
    if (tensor?.data instanceof Float32Array && tensor.shape.length === dimensions)
      return tensor as Tensor & { readonly data: Float32Array };
    throw new WordmillError('data', `this model has no '${name}'`, { place: { file: path } });
  };
  const matrix = (name: string): Matrix => {
    const { shape, data } = numbers(name, 2);
    return { ...zeroMatrix(0, shape[1]!), data, rows: shape[0]! };
  };
  const biases = { input: numbers(BIASES.input, 1).data, output: numbers(BIASES.output, 1).data };
  return { input: matrix('input'), output: matrix('output'), biases };
}
