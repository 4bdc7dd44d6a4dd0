import { type FileHandle, open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { systemCode, WordmillError } from '../../core/errors.js';
import { wholeNumber } from '../../core/options.js';
import { outputError } from '../../core/outputs.js';
import { writeFully } from '../../core/whole-io.js';
import { readSafetensors, safetensorsBytes, type Tensor } from '../../formats/safetensors.js';
import { recoverFolder, replaceFolder } from './replace-folder.js';

/**
 * A saved model is a folder:
 *
 *     config.json           what it is: format, kind, version, its other files with their sizes, and `options`
 *     weights.safetensors   its parameters by name
 *     vocabulary.txt, …     texts by name
 */

const FORMAT = 'wordmill model';
const VERSION = 1;
export const CONFIG_FILE = 'config.json';
export const WEIGHTS_FILE = 'weights.safetensors';

export type ModelKind = 'language-model' | 'tagger';
const KIND_NAMES: Readonly<Record<ModelKind, string>> = {
  'language-model': 'a language model',
  tagger: 'a tagger',
};

const fileName = z.string().regex(/^[a-z0-9][a-z0-9.-]*$/);
const configSchema = z.strictObject({
  format: z.literal(FORMAT),
  kind: z.enum(['language-model', 'tagger']),
  version: z.literal(VERSION),
  /** Every file of the folder but this one, and its size in bytes. */
  files: z.record(fileName, wholeNumber(0)),
  options: z.record(z.string(), z.unknown()),
});

/** What a saved model holds. */
export interface ModelContent {
  readonly kind: ModelKind;
  /** Everything that JSON can carry: the model's options, all defaults filled in. */
  readonly options: Readonly<Record<string, unknown>>;
  /** By file name, such as `vocabulary.txt`; lower-case letters, digits, hyphens and dots. */
  readonly texts: ReadonlyMap<string, string | Iterable<Uint8Array>>;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

/** A saved model that was read. */
export interface ModelFolder extends ModelContent {
  readonly path: string;
  readonly texts: ReadonlyMap<string, string>;
}

/**
 * Writes a saved model, whole or not at all. An earlier model at that path is replaced when the new one is whole.
 *
 * @throws WordmillError `cannotCreate` as `checkModelFolderTarget` says; `inputOutput` for a full disk and the like.
 */
export async function saveModelFolder(path: string, content: ModelContent): Promise<void> {
  await checkModelFolderTarget(path);
  await replaceFolder(path, async (folder) => {
    const files: Record<string, number> = {};
    const write = async (name: string, blocks: Iterable<Uint8Array>) => {
      files[name] = await writeFile(join(folder, name), blocks, join(path, name));
    };
    for (const [name, text] of content.texts) {
      await write(name, typeof text === 'string' ? [Buffer.from(text)] : text);
    }
    await write(WEIGHTS_FILE, safetensorsBytes(content.tensors));
    const config: z.infer<typeof configSchema> = {
      ...{ format: FORMAT, kind: content.kind, version: VERSION, files: { ...files } },
      options: content.options,
    };
    await write(CONFIG_FILE, [Buffer.from(`${JSON.stringify(config, null, 2)}\n`)]);
  });
}

/**
 * Makes sure that a model can be saved at a path: nothing is there, an empty folder, or a saved model with no file of
 * anyone else's. Call it before long training.
 *
 * @throws WordmillError `cannotCreate` that says what is in the way.
 */
export async function checkModelFolderTarget(path: string): Promise<void> {
  await recoverFolder(path);
  const refuse = (problem: string) =>
    new WordmillError('cannotCreate', problem, {
      place: { file: path },
      hint: 'Give the model another path; a folder is replaced only if it holds a saved model and nothing else.',
    });
  let entries: string[];
  try {
    entries = await readdir(path);
  } catch (error) {
    if (systemCode(error) === 'ENOTDIR') throw refuse('this is a file; a model is saved as a folder');
    if (systemCode(error) !== 'ENOENT') throw outputError(error, path);
    const parent = await stat(join(path, '..')).catch(() => undefined);
    if (!parent?.isDirectory()) throw outputError(error, path);
    return;
  }
  if (entries.length === 0) return;
  const config = await readConfig(path).catch(() => undefined);
  if (!config) throw refuse('this folder holds something else than a saved model');
  const strange = entries.find((name) => name !== CONFIG_FILE && !(name in config.files));
  if (strange !== undefined)
    throw refuse(`this folder also holds ${strange}, which is no part of a saved model`);
}

/**
 * Reads a saved model.
 *
 * @throws WordmillError `noInput` where there is no such folder or it is no saved model; `data` for another kind or
 * version, a missing file, or one that was cut short or replaced, with file and byte.
 */
export async function loadModelFolder(path: string, kind: ModelKind): Promise<ModelFolder> {
  await recoverFolder(path);
  const config = await readConfig(path);
  if (config.kind !== kind) {
    throw new WordmillError('data', `this is ${KIND_NAMES[config.kind]}, not ${KIND_NAMES[kind]}`, {
      place: { file: path },
      hint: 'wordmill lm takes language models, wordmill tag taggers.',
    });
  }
  for (const [name, size] of Object.entries(config.files)) await checkFile(join(path, name), size);
  const texts = new Map<string, string>();
  for (const name of Object.keys(config.files)) {
    if (name !== WEIGHTS_FILE) texts.set(name, await readFile(join(path, name), 'utf8'));
  }
  const { tensors } = await readSafetensors(join(path, WEIGHTS_FILE));
  return { path, kind, options: config.options, texts, tensors };
}

async function readConfig(path: string): Promise<z.infer<typeof configSchema>> {
  const file = join(path, CONFIG_FILE);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    const folder = await stat(path).catch(() => undefined);
    const problem = folder
      ? `this is no saved model: there is no ${CONFIG_FILE} in it`
      : 'there is no such folder';
    throw new WordmillError('noInput', problem, { place: { file: path }, cause });
  }
  const hint = 'A saved model is written by wordmill lm train or wordmill tag train.';
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (cause) {
    throw new WordmillError('data', `not valid JSON: ${(cause as Error).message}`, {
      place: { file },
      hint,
      cause,
    });
  }
  const config = configSchema.safeParse(data);
  if (config.success) return config.data;
  const key = config.error.issues[0]!.path.join('.');
  const problem =
    key === 'version' ? 'this model is of a version that is not known here' : 'this describes no saved model';
  throw new WordmillError('data', problem, { place: { file, ...(key && { key }) }, hint });
}

async function checkFile(file: string, size: number): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (found?.size === size) return;
  throw new WordmillError(
    'data',
    found
      ? `this file has ${found.size} bytes, but ${size} were saved: it was cut short or replaced`
      : 'this file of the saved model is missing',
    {
      place: { file, ...(found && { byte: Math.min(found.size, size) }) },
      hint: 'Restore it, or train again.',
    },
  );
}

async function writeFile(temporary: string, blocks: Iterable<Uint8Array>, path: string): Promise<number> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(temporary, 'wx');
    let position = 0;
    for (const block of blocks) {
      await writeFully(handle, block, position);
      position += block.length;
    }
    await handle.sync();
    return position;
  } catch (error) {
    throw error instanceof WordmillError ? error : outputError(error, path);
  } finally {
    await handle?.close();
  }
}
