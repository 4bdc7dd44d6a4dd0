import { basename } from 'node:path';
import { STANDARD_OUTPUT } from '../../sinks/output.js';
import type { ResolvedDefinition } from '../schema.js';

/** What a run is called: as its definition is, else as its first output that is a file, without what ends its name. */
export function runName({ name, sinks }: Pick<ResolvedDefinition, 'name' | 'sinks'>): string {
  if (name !== undefined) return name;
  const first = sinks.map((sink) => Object.values(sink)[0]!).find((path) => path !== STANDARD_OUTPUT);
  return first === undefined ? 'run' : basename(first).replace(/(?<=.)\.[^.]*$/, '');
}
