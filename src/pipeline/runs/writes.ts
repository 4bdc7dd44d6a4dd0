import { resolve } from 'node:path';
import { outputPathsOf } from '../output-paths.js';
import type { ResolvedDefinition } from '../schema.js';

/** The files that a definition writes, as absolute paths: what tells its runs from those of another job. */
export function writesOf(definition: ResolvedDefinition): string[] {
  // Where its page goes does not make it another job.
  return outputPathsOf({ ...definition, report: false }).map((path) => resolve(path));
}
