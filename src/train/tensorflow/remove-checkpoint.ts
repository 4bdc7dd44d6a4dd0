import { readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Report } from '../../core/report.js';
import { CONFIG_FILE, type ModelConfig, type ModelKind, readConfig } from './model-config.js';

/**
 * Removes the checkpoint of a training whose model is saved: its own files, and the folder if nothing else is in it.
 * What is no checkpoint stays. What cannot be removed is noted, for the training did not fail.
 */
export async function removeCheckpoint(path: string, kind: ModelKind, report?: Report): Promise<void> {
  const config = await readConfig(path).catch(() => undefined);
  if (config?.kind !== kind || !config.options.checkpoint) return;
  try {
    const others = await removeOwnFiles(path, config);
    if (others.length > 0) report?.note(`${path} stays: ${others.join(', ')} is no part of the checkpoint`);
  } catch (error) {
    report?.note(`the checkpoint is not needed any more, but cannot be removed: ${(error as Error).message}`);
  }
}

/** Gives what else is in the folder. */
async function removeOwnFiles(path: string, { files }: ModelConfig): Promise<string[]> {
  // What the files are is known until the last of them is gone.
  for (const name of [...Object.keys(files), CONFIG_FILE]) await rm(join(path, name), { force: true });
  const others = await readdir(path);
  if (others.length === 0) await rmdir(path);
  return others;
}
