import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { openContext } from '../../src/core/run.js';

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'run-'));
});
afterEach(() => rmSync(parent, { recursive: true }));

test('scratch folders are new, empty, for this user only, and gone when the run closes', async () => {
  const { context, close } = openContext({ scratch: parent });
  const folders = [await context.scratchFolder(), await context.scratchFolder()];
  assert.notEqual(folders[0], folders[1]);
  for (const folder of folders) {
    assert.deepEqual(readdirSync(folder), []);
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    writeFileSync(join(folder, 'tokens'), 'text');
  }
  await close();
  assert.deepEqual(readdirSync(parent), []);
});

test('a scratch folder that cannot be made is an error that says how to move it', async () => {
  const { context, close } = openContext({ scratch: join(parent, 'missing') });
  await assert.rejects(context.scratchFolder(), /intermediate file/);
  await close();
});

test('what a killed run left is removed by the next; what a living one has is not', async () => {
  const module = new URL('../../src/core/run.ts', import.meta.url).href;
  const code = `import { openContext } from ${JSON.stringify(module)};
    console.log(await openContext({ scratch: ${JSON.stringify(parent)} }).context.scratchFolder());
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code]);
  const left = await new Promise<string>((resolve) =>
    child.stdout.once('data', (line) => resolve(`${line}`.trim())),
  );

  const first = openContext({ scratch: parent });
  await first.context.scratchFolder();
  assert.equal(existsSync(left), true);
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('close', resolve));
  const second = openContext({ scratch: parent });
  await second.context.scratchFolder();
  assert.equal(existsSync(left), false);
  assert.equal(readdirSync(parent).length, 2);
  await first.close();
  await second.close();
});
