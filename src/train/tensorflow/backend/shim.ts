import util from 'node:util';

/** What tfjs-node 4.22.0 calls on `node:util` and Node 23 and newer no longer have. */
const REMOVED: Readonly<Record<string, (value: unknown) => boolean>> = {
  isNullOrUndefined: (value) => value === null || value === undefined,
  isArray: Array.isArray,
};

/** Defines on `node:util` those functions that it lacks and tfjs-node calls; leaves those it has as they are. */
export function defineRemovedFunctions(target: object = util): void {
  for (const [name, value] of Object.entries(REMOVED)) {
    if (!(name in target)) Object.defineProperty(target, name, { value, configurable: true, writable: true });
  }
}
