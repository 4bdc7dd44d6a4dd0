// What `npm test` and `npm run test:node` have in common.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup.mjs';

/** Runs the tests whose path has one of the words, or all, and ends this process as they ended. */
export function runTests(words, { node = process.execPath, env = process.env } = {}) {
  const files = readdirSync(join(root, 'test'), { recursive: true })
    .filter(
      (path) =>
        path.endsWith('.test.ts') && (words.length === 0 || words.some((word) => path.includes(word))),
    )
    .map((path) => join('test', path))
    .sort();
  if (files.length === 0) {
    console.error(`No test file's path has ${words.join(' or ')} in it.`);
    process.exit(1);
  }
  const { status } = spawnSync(
    node,
    [
      '--import',
      'tsx',
      '--test',
      '--test-reporter=spec',
      '--test-concurrency=2',
      '--test-timeout=180000',
      ...files,
    ],
    { cwd: root, env, stdio: 'inherit' },
  );
  process.exit(status ?? 1);
}
