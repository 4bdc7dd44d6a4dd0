import { join } from 'node:path';
import { root } from '../../support/data.js';
import { type Measured, measure } from '../../support/measure.js';

/** Runs a program of `bench/native/workers/`, and gives what it printed as JSON beside what it took. */
export async function runWorker<Result>(
  name: string,
  args: readonly string[],
): Promise<Measured & { readonly result: Result }> {
  const script = join(root, 'bench', 'native', 'workers', `${name}.ts`);
  const measured = await measure(process.execPath, ['--import', 'tsx', script, ...args]);
  return { ...measured, result: JSON.parse(measured.stdout) as Result };
}
