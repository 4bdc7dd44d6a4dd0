import { systemCode, WordmillError } from '../../core/errors.js';

/** What we use of a `HierarchicalNSW` of hnswlib-node. */
export interface Graph {
  initIndex(most: number, m: number, efConstruction: number, seed: number): void;
  addPoint(point: number[], label: number): void;
  searchKnn(query: number[], count: number): { readonly neighbors: number[] };
  setEf(ef: number): void;
  getCurrentCount(): number;
  readIndex(path: string): Promise<unknown>;
  writeIndex(path: string): Promise<unknown>;
}

/** By what a graph of the library tells near from far. */
export type Space = 'cosine' | 'l2' | 'ip';

interface Library {
  readonly HierarchicalNSW: new (space: Space, dimensions: number) => Graph;
}

/** Not named in an import, so that compiling needs no package that is optional. */
const PACKAGE: string = 'hnswlib-node';

/**
 * Loads hnswlib-node, which is installed with wordmill where it can be compiled.
 *
 * @throws WordmillError `unavailable`, with what to do, where it is not installed or does not load.
 */
export async function loadLibrary(name = PACKAGE): Promise<Library> {
  try {
    return ((await import(name)) as { default: Library }).default;
  } catch (cause) {
    const isMissing = systemCode(cause) === 'ERR_MODULE_NOT_FOUND';
    const why = isMissing ? 'is not installed' : `does not load: ${(cause as Error).message.split('\n')[0]}`;
    throw new WordmillError('unavailable', `an index takes the package ${name}, which ${why}`, {
      hint: isMissing
        ? `Run: npm install ${name} (it takes a C++ compiler, make and Python 3), or ask without an index.`
        : `Run: npm rebuild ${name} (npm may want its install script approved first), or ask without an index.`,
      cause,
    });
  }
}
