import { realpath, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { WordmillError } from '../core/errors.js';
import { counted, quantity } from '../core/quantity.js';
import { withoutUrlSecrets } from '../core/shown-url.js';
import { type ListedFile, listFiles } from '../sources/list-files.js';
import { chooseEngine } from '../train/choose-engine.js';
import { resolveTrainOptions } from '../train/train.js';
import { printDefinition } from './definition.js';
import { outputPathsOf } from './output-paths.js';
import { throughCurrent } from './schedule/output-folder.js';
import type { ResolvedDefinition } from './schema.js';

/** What would run: the definition with nothing left open, what it would read, and what stands in its way. */
export interface Plan {
  /** With engine and threads chosen for this machine. */
  readonly definition: ResolvedDefinition;
  /** Which engine, and why that one. */
  readonly engine: string;
  /** What would be read: files and bytes, or standard input. */
  readonly input: string;
  /** Of files on servers: name, size and version. */
  readonly urls: readonly string[];
  readonly outputs: readonly string[];
  /** What a run would stumble over today: files that are not there, folders that are missing. */
  readonly warnings: readonly string[];
}

/**
 * Works out what a run would do, without reading any text.
 *
 * @throws WordmillError `usage` or `unavailable` where no engine can train the model.
 */
export async function plan(definition: ResolvedDefinition): Promise<Plan> {
  const { train } = definition;
  const resolved = resolveTrainOptions(train);
  const { warning } = chooseEngine({ ...resolved, engine: train.engine });
  const { input, files, urls, problem } = await describeInput(definition.source);
  const outputs = outputPathsOf(throughCurrent(definition));
  const { output } = definition;
  const missing = await Promise.all((output ? [output.folder] : outputs).map(missingFolder));
  return {
    definition: { ...definition, train: resolved },
    engine: `${resolved.engine}: ${train.engine ? 'as the definition asks' : (warning ?? `the first that trains ${resolved.model} with loss ${resolved.loss}`)}`,
    input,
    urls,
    outputs,
    warnings: [
      problem,
      ...(await missingFiles(definition)),
      ...missing,
      ...(await collisions(outputs, files)),
    ].filter((found) => found !== undefined),
  };
}

/** The plan as text: the definition as YAML, and the rest as comments below, so that the whole is YAML. */
export function describePlan({ definition, engine, input, urls, outputs }: Plan): string {
  const remarks = [
    `engine   ${engine}`,
    `input    ${input}`,
    ...urls.map((url) => `url      ${url}`),
    ...outputs.map((path) => `output   ${path}`),
  ];
  return printDefinition(withoutUrlSecrets(definition)) + remarks.map((remark) => `# ${remark}\n`).join('');
}

async function describeInput({ files, pairs, cooccurrence, http }: ResolvedDefinition['source']): Promise<{
  input: string;
  files: readonly string[];
  urls: readonly string[];
  problem?: string;
}> {
  const patterns = files ?? cooccurrence ?? (pairs === '-' ? undefined : pairs);
  if (patterns === undefined)
    return { input: `standard input${pairs ? ', pairs' : ''}`, files: [], urls: [] };
  try {
    const found = await listFiles(patterns, { http });
    const bytes = found.reduce((sum, { size }) => sum + size, 0);
    const count = counted(found.length, 'file');
    return {
      input: `${pairs ? 'pairs, ' : ''}${count}, ${(bytes / 1e6).toFixed(1)} MB`,
      files: found.filter(({ url }) => url === undefined).map(({ path }) => path),
      urls: found.filter(({ url }) => url !== undefined).map(describeUrl),
    };
  } catch (error) {
    if (!(error instanceof WordmillError) || !['noInput', 'unavailable'].includes(error.kind)) throw error;
    return { input: 'nothing yet', files: [], urls: [], problem: error.message };
  }
}

function describeUrl({ path, size, version }: ListedFile): string {
  return `${path}: ${size > 0 ? quantity(size, 'bytes') : 'size not told'}, ${version ?? 'no version'}`;
}

/** Files that training is to go on from, or that its vectors are scored on, and that are not there. */
async function missingFiles({ train, evaluate }: ResolvedDefinition): Promise<string[]> {
  const files = {
    'train.initialVectors': train.initialVectors,
    'train.initialOutputWeights': train.initialOutputWeights,
    'train.freeze': train.freeze === 'initial' ? undefined : train.freeze,
    'evaluate.pairs': evaluate?.pairs,
    'evaluate.analogies': evaluate?.analogies,
  };
  const found = await Promise.all(
    Object.entries(files)
      .flatMap(([key, paths]) => [paths ?? []].flat().map((path) => [key, path] as const))
      .map(async ([key, path]) =>
        (await stat(path).catch(() => undefined))?.isFile() ? undefined : `${key}: there is no file ${path}`,
      ),
  );
  return found.filter((problem) => problem !== undefined);
}

async function missingFolder(path: string): Promise<string | undefined> {
  if (path === '-') return undefined;
  const folder = dirname(path);
  const found = await stat(folder).catch(() => undefined);
  return found?.isDirectory()
    ? undefined
    : `the folder of the output ${path} does not exist: mkdir -p ${folder}`;
}

/** Outputs that a run would refuse: two with one path, or one that is an input. */
async function collisions(outputs: readonly string[], inputs: readonly string[]): Promise<string[]> {
  const resolved = (path: string) => realpath(path).catch(() => resolve(path));
  const written = await Promise.all(outputs.filter((path) => path !== '-').map(resolved));
  const read = new Set(await Promise.all(inputs.map(resolved)));
  const twice = written.filter((path, index) => written.indexOf(path) < index);
  return [
    ...twice.map((path) => `two outputs would be written to ${path}`),
    ...written.filter((path) => read.has(path)).map((path) => `the output ${path} would replace an input`),
  ];
}
