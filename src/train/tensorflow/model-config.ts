import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { systemCode, WordmillError } from '../../core/errors.js';
import { wholeNumber } from '../../core/options.js';

const FORMAT = 'wordmill model';
const VERSION = 1;
export const CONFIG_FILE = 'config.json';

export type ModelKind = 'language-model' | 'tagger';
export const KIND_NAMES: Readonly<Record<ModelKind, string>> = {
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

/** What `config.json` of a saved model says. */
export type ModelConfig = z.infer<typeof configSchema>;

/** The text of `config.json`. */
export function configText(config: Pick<ModelConfig, 'kind' | 'files' | 'options'>): string {
  const { kind, files, options } = config;
  return `${JSON.stringify({ format: FORMAT, kind, version: VERSION, files, options }, null, 2)}\n`;
}

/**
 * Reads `config.json` of the saved model at a path.
 *
 * @throws WordmillError `noInput` where there is no such folder or it has no such file; `data` where the file describes
 * no saved model, or one of another version; `inputOutput` where it cannot be read.
 */
export async function readConfig(path: string): Promise<ModelConfig> {
  const file = join(path, CONFIG_FILE);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw await whyNotRead(error, path);
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

async function whyNotRead(cause: unknown, path: string): Promise<WordmillError> {
  const code = systemCode(cause);
  const noInput = (problem: string) =>
    new WordmillError('noInput', problem, { place: { file: path }, cause });
  if (code === 'ENOTDIR') return noInput('this is a file; a saved model is a folder');
  if (code !== 'ENOENT') return readError(cause, join(path, CONFIG_FILE));
  const folder = await stat(path).catch(() => undefined);
  return noInput(
    folder ? `this is no saved model: there is no ${CONFIG_FILE} in it` : 'there is no such folder',
  );
}

/** A system error while reading a file that is there, as the error that a user reads. */
export function readError(cause: unknown, file: string): WordmillError {
  const problem = `cannot read this file: ${(cause as Error).message}`;
  return new WordmillError('inputOutput', problem, { place: { file }, cause });
}
