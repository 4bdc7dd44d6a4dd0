import { type FileHandle, open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode, WordmillError } from '../../core/errors.js';
import { outputError } from '../../core/outputs.js';
import { writeFully } from '../../core/whole-io.js';
import { readSafetensors, safetensorsBytes, type Tensor } from '../../formats/safetensors.js';
import {
  CONFIG_FILE,
  configText,
  KIND_NAMES,
  type ModelConfig,
  type ModelKind,
  readConfig,
  readError,
} from './model-config.js';
import { checkReplaceable, recoverFolder, replaceFolder } from './replace-folder.js';

export { CONFIG_FILE, type ModelKind } from './model-config.js';

/**
 * A saved model is a folder:
 *
 *     config.json           what it is: format, kind, version, its other files with their sizes, and `options`
 *     weights.safetensors   its parameters by name
 *     vocabulary.txt, …     texts by name
 */

export const WEIGHTS_FILE = 'weights.safetensors';

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
  await checkModelFolderTarget(path, content.kind);
  await replaceFolder(path, async (folder) => {
    const files: Record<string, number> = {};
    const write = async (name: string, blocks: Iterable<Uint8Array>) => {
      files[name] = await writeFile(join(folder, name), blocks, join(path, name));
    };
    for (const [name, text] of content.texts) {
      await write(name, typeof text === 'string' ? [Buffer.from(text)] : text);
    }
    await write(WEIGHTS_FILE, safetensorsBytes(content.tensors));
    await write(CONFIG_FILE, [Buffer.from(configText({ ...content, files }))]);
  });
}

/**
 * Makes sure that a model can be saved at a path: nothing is there, an empty folder, or a saved model of the same kind
 * with no file of anyone else's; and folders can be made and renamed there. Call it before long training.
 *
 * @throws WordmillError `cannotCreate` that says what is in the way.
 */
export async function checkModelFolderTarget(path: string, kind: ModelKind): Promise<void> {
  await recoverFolder(path);
  const refuse = (problem: string) =>
    new WordmillError('cannotCreate', problem, {
      place: { file: path },
      hint: `Give the model another path; a folder is replaced only if it holds ${KIND_NAMES[kind]} and nothing else.`,
    });
  let entries: string[] = [];
  try {
    entries = await readdir(path);
  } catch (error) {
    if (systemCode(error) === 'ENOTDIR' && (await stat(path).catch(() => undefined)))
      throw refuse('this is a file; a model is saved as a folder');
    if (systemCode(error) !== 'ENOENT') throw outputError(error, path);
  }
  await checkReplaceable(path);
  if (entries.length === 0) return;
  const config = await readConfig(path).catch((error: WordmillError) => {
    if (error.kind === 'inputOutput') throw error;
  });
  if (!config) throw refuse('this folder holds something else than a saved model');
  if (config.kind !== kind)
    throw refuse(`this folder holds ${KIND_NAMES[config.kind]}, not ${KIND_NAMES[kind]}`);
  const strange = entries.find((name) => !isOwnFile(config, name));
  if (strange !== undefined)
    throw refuse(`this folder also holds ${strange}, which is no part of a saved model`);
}

function isOwnFile({ files }: ModelConfig, name: string): boolean {
  return name === CONFIG_FILE || Object.hasOwn(files, name);
}

/**
 * Reads a saved model.
 *
 * @throws WordmillError `noInput` where there is no such folder or it is no saved model; `data` for another kind or
 * version, a missing file, or one that was cut short or replaced, with file and byte; `inputOutput` where one cannot be
 * read.
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
    if (name !== WEIGHTS_FILE) texts.set(name, await readText(join(path, name)));
  }
  const { tensors } = await readSafetensors(join(path, WEIGHTS_FILE));
  return { path, kind, options: config.options, texts, tensors };
}

async function checkFile(file: string, size: number): Promise<void> {
  const found = await stat(file).catch((error) => {
    if (systemCode(error) !== 'ENOENT') throw readError(error, file);
  });
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

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw readError(error, file);
  }
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
