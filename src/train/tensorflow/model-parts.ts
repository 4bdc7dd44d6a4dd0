import { join } from 'node:path';
import type { z } from 'zod';
import { WordmillError } from '../../core/errors.js';
import { optionProblems } from '../../core/options.js';
import { Vocabulary } from '../../core/vocabulary.js';
import type { Tensor } from '../../formats/safetensors.js';
import { parseVocabulary } from '../../formats/vocabulary.js';
import type { OptimizerState } from './autodiff/optimizers.js';
import type { Parameter } from './autodiff/parameter.js';
import { CONFIG_FILE, type ModelFolder, WEIGHTS_FILE } from './model-folder.js';

export const VOCABULARY_FILE = 'vocabulary.txt';

/**
 * What stands under `options` in a saved model's `config.json`.
 *
 * @throws WordmillError `data` for what the schema does not allow, with file and key.
 */
export function optionsIn<Schema extends z.ZodType>(
  { path, options }: Pick<ModelFolder, 'path' | 'options'>,
  schema: Schema,
): z.output<Schema> {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  const [first] = optionProblems(schema, options, parsed.error);
  throw new WordmillError('data', first!.problem, {
    place: { file: join(path, CONFIG_FILE), key: ['options', ...first!.path].join('.') },
    hint: 'Restore the file as it was saved, or train again.',
  });
}

/**
 * The vocabulary of a saved model, ids in the file's order.
 *
 * @param options `unknown` as `Vocabulary` has it; `rowsOf`: the weights that have a row for each word, to hold it
 * against; `file`: its name in the folder, `VOCABULARY_FILE` by default
 * @throws WordmillError `data` where the file is missing or damaged, or has not as many words.
 */
export async function vocabularyOf(
  { path, texts, tensors }: ModelFolder,
  options: { readonly unknown: 'drop' | 'token'; readonly rowsOf: string; readonly file?: string },
): Promise<Vocabulary> {
  const name = options.file ?? VOCABULARY_FILE;
  const file = join(path, name);
  const { words, counts, unknownCount } = await parseVocabulary([Buffer.from(texts.get(name) ?? '')], file);
  const vocabulary = new Vocabulary({
    ...{ words, counts, unknown: options.unknown },
    unknownCount: unknownCount ?? 0,
  });
  const rows = tensors.get(options.rowsOf)?.shape[0];
  if (rows !== undefined && rows !== vocabulary.size) {
    throw new WordmillError(
      'data',
      `this vocabulary has ${vocabulary.size} words, but '${options.rowsOf}' in ${WEIGHTS_FILE} has ${rows} rows`,
      { place: { file }, hint: 'The two belong to different models: restore the folder as it was saved.' },
    );
  }
  return vocabulary;
}

/**
 * Gives parameters their saved values.
 *
 * @throws WordmillError `data` where one is missing or has another shape; no parameter is changed then.
 */
export function restoreParameters(folder: ModelFolder, parameters: readonly Parameter[]): void {
  const values = parameters.map(({ name, shape }) => tensorIn(folder, name, shape));
  for (const [index, { variable }] of parameters.entries()) variable.assign(values[index]!);
}

/** Parameters as tensors to save, by name. */
export function tensorsOf(parameters: readonly Parameter[]): Map<string, Tensor> {
  return new Map(parameters.map(({ name, shape, variable }) => [name, { shape, data: variable.toHost() }]));
}

/** An optimizer's state of a checkpoint, whose moments are saved as `PREFIX/NAME/m` and so on. */
export function momentsIn(folder: ModelFolder, prefix: string, steps: number): OptimizerState {
  const tensors = new Map<string, Tensor>();
  for (const [name, tensor] of folder.tensors)
    if (name.startsWith(`${prefix}/`)) tensors.set(name.slice(prefix.length + 1), tensor);
  return { steps, tensors, file: join(folder.path, WEIGHTS_FILE) };
}

/**
 * The numbers of one tensor of a saved model.
 *
 * @throws WordmillError `data` where it is missing, no float32, or of another shape.
 */
export function tensorIn(folder: ModelFolder, name: string, shape: readonly number[]): Float32Array {
  const tensor = folder.tensors.get(name);
  const found = tensor && (tensor.data instanceof Float32Array ? tensor.shape.join(' x ') : 'other numbers');
  if (tensor && found === shape.join(' x ')) return tensor.data as Float32Array;
  throw new WordmillError(
    'data',
    `'${name}' is ${found === undefined ? 'missing' : found}; the model needs it as ${shape.join(' x ')} float32`,
    {
      place: { file: join(folder.path, WEIGHTS_FILE) },
      hint: 'The weights and config.json belong to different models: restore the folder as it was saved.',
    },
  );
}
