// `npm start`: sets up what is missing, runs the quick start, and shows what came out.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { quickstartCorpus } from './quickstart-corpus.mjs';
import { root, setup } from './setup.mjs';

setup();
quickstartCorpus();
mkdirSync(join(root, 'out'), { recursive: true });
wordmill('run', 'pipelines/quickstart.yaml');
console.error('\nThe nearest neighbours of a few words (wordmill nearest out/quickstart.bin WORD…):\n');
wordmill('nearest', 'out/quickstart.bin', '-n', '6', 'war', 'peace', 'tax', 'treaty', 'children');

function wordmill(...args) {
  const { status, signal } = spawnSync(process.execPath, [join(root, 'bin', 'wordmill.js'), ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  if (signal) process.kill(process.pid, signal);
  if (status !== 0) process.exit(status ?? 1);
}
