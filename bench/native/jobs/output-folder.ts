import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { workFolder } from '../../support/data.js';

/** Where jobs write; what one run leaves, the next overwrites. */
export function outputFolder(): string {
  const folder = join(workFolder, 'native');
  mkdirSync(folder, { recursive: true });
  return folder;
}
