import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { run } from '../../src/core/run.js';
import { compose } from '../../src/core/stage.js';
import { gloveText, word2vecText } from '../../src/sinks/vector-files.js';
import { temporaryFolder } from '../formats/support.js';
import { trained, training } from './support.js';

const folder = temporaryFolder();
const program = fileURLToPath(new URL('write-to-stdout.ts', import.meta.url));

/** Runs the program beside this file in a shell, its output through a filter. */
function through(filter: string, path: string): { stdout: string; stderr: string; status: number | null } {
  const script = `set -o pipefail; "$0" --import tsx "$1" "$2" ${filter}`;
  return spawnSync('bash', ['-c', script, process.execPath, program, path], { encoding: 'utf8' });
}

describe('the path - is standard output', () => {
  test('vectors go there, and other sinks to their files', () => {
    const path = join(folder, 'beside.vec');
    const { stdout, stderr, status } = through('| tail -n 2', path);
    assert.deepEqual([stdout, stderr, status], ['word99999 1 2\n<unk> 1 2\n', '', 0]);
    assert.equal(readFileSync(path, 'utf8').split('\n', 1)[0], '100000 2');
  });

  test('a reader that closes it early ends it quietly; the other files are still written', () => {
    const path = join(folder, 'closed-early.vec');
    const { stdout, stderr, status } = through('| head -n 1', path);
    assert.deepEqual([stdout, stderr, status], ['word0 1 2\n', '', 0]);
    assert.equal(readFileSync(path, 'utf8').split('\n').length, 100_002);
  });

  test('an interruption ends the wait for a reader that reads no further', { timeout: 30_000 }, async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', program, join(folder, 'stuck.vec'), '500'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stderr = '';
    for await (const chunk of child.stderr) stderr += chunk;
    child.stdout.destroy();
    assert.equal(stderr, 'aborted\n');
    assert.ok(!existsSync(join(folder, 'stuck.vec')));
  });

  test('only one sink can have it', async () => {
    const source = training(trained(['a'], [[1]]), () => assert.fail('training began'));
    await assert.rejects(run(compose(source, gloveText('-'), word2vecText('-'))), {
      kind: 'cannotCreate',
      message: /two outputs would be written to standard output/,
    });
  });
});
