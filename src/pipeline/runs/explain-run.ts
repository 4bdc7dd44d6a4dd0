import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../core/errors.js';
import { loadDefinition, resolveDefinition } from '../definition.js';
import type { Definition } from '../schema.js';
import { type CheckedOutput, checkWritten } from './check-outputs.js';
import { differences, type KeyDifference, plainDefinition } from './definition-difference.js';
import { isFinished, type ListedRun } from './list-runs.js';
import type { Manifest } from './manifest.js';
import { WORK } from './run-folder.js';

/** All that there is to say of a run. */
export interface ExplainedRun extends Manifest {
  readonly path: string;
  /** The keys of its definition that are not as they are by default; undefined where it cannot be read. */
  readonly changes: readonly KeyDifference[] | undefined;
  readonly written: readonly CheckedOutput[];
  /** What there is that `--resume` could go on from: the folders of its spool and its checkpoints. */
  readonly work: readonly string[];
  readonly resumable: boolean;
}

/**
 * Reads all of a run's folder, and looks at what it wrote.
 *
 * @param verify compare the bytes of outputs, not only size and time.
 */
export async function explainRun(
  { folder, manifest, status }: ListedRun,
  { verify = false }: { readonly verify?: boolean } = {},
): Promise<ExplainedRun> {
  const work: string[] = [];
  for (const name of WORK) if (await isThere(join(folder.path, name))) work.push(name);
  return {
    ...manifest,
    status,
    path: folder.path,
    changes: await changesOf(folder.definitionPath),
    written: await checkWritten(manifest.outputs, { verify }),
    work,
    resumable: status !== 'running' && !isFinished(status),
  };
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: unknown) => systemCode(error) !== 'ENOENT',
  );
}

/** Where text comes from, which has no default. */
const ORIGINS = ['files', 'stdin', 'pairs', 'cooccurrence'] as const;

/** What a definition says: what it must say, and what is not as by default of its model. */
async function changesOf(path: string): Promise<KeyDifference[] | undefined> {
  try {
    const definition = await loadDefinition(path);
    const { source, vocabulary, train, sinks } = definition;
    const given = Object.entries(source).filter(([key]) => ORIGINS.some((origin) => origin === key));
    const told = { source: Object.fromEntries(given), train: { model: train.model }, sinks };
    const { loss } = train;
    const plain = resolveDefinition({
      ...{ ...told, vocabulary: { read: vocabulary.read }, train: { ...told.train, loss } },
    } as Definition);
    return [
      ...differences({}, JSON.parse(JSON.stringify(told))),
      ...differences(plainDefinition(plain), plainDefinition(definition)),
    ];
  } catch {
    // Of a version whose definitions this one does not know.
    return undefined;
  }
}
