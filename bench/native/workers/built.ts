import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../../support/data.js';

/**
 * A module of wordmill as it is shipped: compiled by tsc to dist/, not by tsx on the way in.
 *
 * @param path the module below dist/.
 */
export function built<Module>(path: string): Promise<Module> {
  return import(pathToFileURL(join(root, 'dist', path)).href) as Promise<Module>;
}
