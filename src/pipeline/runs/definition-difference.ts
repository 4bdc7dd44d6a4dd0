import { parse } from 'yaml';
import { withoutUrlSecrets } from '../../core/shown-url.js';
import { printDefinition } from '../definition.js';
import type { ResolvedDefinition } from '../schema.js';

/** A key that two definitions have different values for; absent: it is left open. */
export interface KeyDifference {
  readonly key: string;
  readonly from?: unknown;
  readonly to?: unknown;
}

/** A definition as plain data: what the YAML says that is kept of it. */
export function plainDefinition(definition: ResolvedDefinition): unknown {
  return parse(printDefinition(withoutUrlSecrets(definition)));
}

/** The keys in which two pieces of plain data differ, in the order in which they stand. */
export function differences(from: unknown, to: unknown): KeyDifference[] {
  const [before, after] = [flat(from), flat(to)];
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys]
    .filter((key) => !same(before.get(key), after.get(key)))
    .map((key) => ({
      key,
      ...(before.has(key) && { from: before.get(key) }),
      ...(after.has(key) && { to: after.get(key) }),
    }));
}

/** `train.epochs: 5, was 3` */
export function describeDifference({ key, from, to }: KeyDifference): string {
  const text = (value: unknown) => (value === undefined ? 'not given' : JSON.stringify(value));
  return `${key}: ${text(to)}, was ${text(from)}`;
}

/** Values by key, `train.epochs`; those of a list stand under their place, `sinks[0].glove`. */
function flat(data: unknown, key = '', found = new Map<string, unknown>()): Map<string, unknown> {
  if (typeof data !== 'object' || data === null || Object.keys(data).length === 0) {
    if (key !== '') found.set(key, data);
    return found;
  }
  for (const [part, value] of Object.entries(data)) {
    flat(value, Array.isArray(data) ? `${key}[${part}]` : key === '' ? part : `${key}.${part}`, found);
  }
  return found;
}

/** Empty lists and sections are equal though they are not the same. */
function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
