import util from 'node:util';

/** What tfjs-node 4.22.0 calls on `node:util`; Node 22 warns that they are deprecated, Node 23 and newer lack them. */
const REPLACEMENTS: Readonly<Record<string, (value: unknown) => boolean>> = {
  isNullOrUndefined: (value) => value === null || value === undefined,
  isArray: Array.isArray,
};

/** Defines those functions on `node:util`, with what they always did, whether or not it has them. */
export function defineUtilFunctions(target: object = util): void {
  for (const [name, value] of Object.entries(REPLACEMENTS)) {
    Object.defineProperty(target, name, { value, configurable: true, enumerable: true, writable: true });
  }
}
