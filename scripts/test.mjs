// `npm test`: sets up what is missing and runs the tests; `npm test -- sampling` runs those whose path has that word.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root, run, setup } from './setup.mjs';

setup();
run(process.execPath, [join(root, 'scripts', 'setup-tensorflow.mjs'), '--optional'], {});
const words = process.argv.slice(2);
const files = readdirSync(join(root, 'test'), { recursive: true })
  .filter(
    (path) => path.endsWith('.test.ts') && (words.length === 0 || words.some((word) => path.includes(word))),
  )
  .map((path) => join('test', path))
  .sort();
if (files.length === 0) {
  console.error(`No test file's path has ${words.join(' or ')} in it.`);
  process.exit(1);
}
const { status } = spawnSync(
  process.execPath,
  [
    '--import',
    'tsx',
    '--test',
    '--test-reporter=spec',
    '--test-concurrency=2',
    '--test-timeout=180000',
    ...files,
  ],
  { cwd: root, stdio: 'inherit' },
);
process.exit(status ?? 1);
