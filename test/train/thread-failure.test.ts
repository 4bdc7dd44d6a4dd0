import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { openContext } from '../../src/core/run.js';
import { nativeUnavailable } from '../../src/native/addon.js';

const support = join(import.meta.dirname, 'support');
const hasCompiler = process.platform === 'linux' && spawnSync('cc', ['--version']).status === 0;
const skip = nativeUnavailable() ?? (hasCompiler ? false : 'needs Linux and a C compiler');

test('where the system starts fewer threads, those that run give the same vectors', { skip }, async () => {
  const { context, close } = openContext();
  const library = join(await context.scratchFolder(), 'fail-threads.so');
  const compiled = spawnSync('cc', [
    '-shared',
    '-fPIC',
    '-o',
    library,
    join(support, 'fail-threads.c'),
    '-ldl',
  ]);
  assert.equal(compiled.status, 0, String(compiled.stderr));
  for (const few of [1, 3]) {
    // The first is the training's own; it runs as one of the threads.
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--import', 'tsx', join(support, 'train-with-few-threads.ts'), `${few}`],
      { env: { ...process.env, LD_PRELOAD: library }, encoding: 'utf8' },
    );
    assert.equal(stdout.trim(), JSON.stringify({ threads: [8, few], same: true }), stderr);
  }
  await close();
});
