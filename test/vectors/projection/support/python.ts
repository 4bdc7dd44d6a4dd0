import { spawnSync } from 'node:child_process';
import { peerPython } from '../../../support/peers.js';

const python = peerPython('sklearn');

/** Why tests against scikit-learn are skipped here, or false. */
export const withoutSklearn = python
  ? false
  : 'scikit-learn is not installed (node scripts/peers.mjs sklearn)';

/** Runs Python that reads `given` as JSON and prints JSON. */
export function inPython<T>(given: unknown, code: string): T {
  const program = `import json, sys\nimport numpy as np\ngiven = json.load(sys.stdin)\n${code}`;
  const { status, stdout, stderr } = spawnSync(python!, ['-c', program], {
    input: JSON.stringify(given),
    encoding: 'utf8',
    // Its threads wait for each other by spinning, which costs more than they save.
    env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as T;
}
