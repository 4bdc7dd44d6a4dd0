import type { SinkOptions } from '../sinks/options.js';
import { STANDARD_OUTPUT } from '../sinks/output.js';
import { reportPathOf } from './report/report-path.js';
import type { ResolvedDefinition } from './schema.js';

/** Every file or folder that a definition writes, each by the name that it gives it; standard output is left out. */
export function outputPathsOf(definition: ResolvedDefinition): string[] {
  const paths: string[] = [];
  const collect = (path: string): string => {
    paths.push(path);
    return path;
  };
  mapOutputs({ ...definition, report: reportPathOf(definition) ?? false }, collect);
  return paths;
}

/** A definition whose outputs are somewhere else; standard output stays, and so does a report that it leaves open. */
export function mapOutputs(
  definition: ResolvedDefinition,
  place: (path: string) => string,
): ResolvedDefinition {
  const { filter, sinks, phrases, report } = definition;
  const placed = (path: string) => (path === STANDARD_OUTPUT ? path : place(path));
  return {
    ...definition,
    sinks: sinks.map((sink) => {
      const [[name, path]] = Object.entries(sink) as [[string, string]];
      return { [name]: placed(path) } as SinkOptions;
    }),
    ...(filter?.rejected !== undefined && { filter: { ...filter, rejected: placed(filter.rejected) } }),
    ...(phrases?.save !== undefined && { phrases: { ...phrases, save: placed(phrases.save) } }),
    ...(typeof report === 'string' && { report: placed(report) }),
  };
}
