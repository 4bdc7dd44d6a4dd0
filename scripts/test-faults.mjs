// `npm run test:faults`: does damage to runs of the real command and holds what docs/faults.md promises.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root, setup } from './setup.mjs';

setup();
const { status } = spawnSync(
  process.execPath,
  ['--import', 'tsx', join('test', 'faults', 'main.ts'), ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
);
process.exit(status ?? 1);
