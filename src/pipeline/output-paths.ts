import { STANDARD_OUTPUT } from '../sinks/output.js';
import { reportPathOf } from './report/report-path.js';
import type { ResolvedDefinition } from './schema.js';

/** Every file or folder that a definition writes, each by the name that it gives it; standard output is left out. */
export function outputPathsOf(definition: ResolvedDefinition): string[] {
  const paths = [
    ...definition.sinks.map((sink) => Object.values(sink)[0]!),
    definition.phrases?.save,
    reportPathOf(definition),
  ];
  return paths.filter((path) => path !== undefined && path !== STANDARD_OUTPUT) as string[];
}
