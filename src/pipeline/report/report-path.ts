import { STANDARD_OUTPUT } from '../../sinks/output.js';
import type { ResolvedDefinition } from '../schema.js';

/**
 * Where the report page of a run goes: where the definition says, else beside the first output that is a file
 * (`vectors.bin.report.html`). Undefined where the definition wants none, or writes no file.
 */
export function reportPathOf({
  report,
  sinks,
}: Pick<ResolvedDefinition, 'report' | 'sinks'>): string | undefined {
  if (report !== undefined) return report === false ? undefined : report;
  const first = sinks.map((sink) => Object.values(sink)[0]!).find((path) => path !== STANDARD_OUTPUT);
  return first === undefined ? undefined : `${first}.report.html`;
}

/** The same of a model that is saved as a folder. */
export function modelReportPath({ report, output }: ModelOutput): string | undefined {
  if (report !== undefined) return report === false ? undefined : report;
  return `${output.replace(/\/+$/, '')}.report.html`;
}

interface ModelOutput {
  readonly report?: string | false | undefined;
  readonly output: string;
}
