import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { folder } from './helpers.js';

const url = (path: string): string => JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href);

/** Copies its standard input to its standard output through the source; aborts after a time where one is given. */
const PROGRAM = `
  import { stdin } from ${url('sources/stdin.ts')};
  import { run } from ${url('core/run.ts')};
  const signal = process.argv[2] ? AbortSignal.timeout(Number(process.argv[2])) : undefined;
  try {
    const { report } = await run(async function* (input, context) {
      for await (const block of stdin()(input, context)) process.stdout.write(block.bytes);
      yield 1;
    }, signal ? { signal } : {});
    console.log(JSON.stringify(report.stages.source?.counts));
  } catch (error) {
    console.log(error.kind, error.message);
  }`;

function start(t: TestContext, input: 'pipe' | number, ...args: string[]): ReturnType<typeof spawn> {
  const program = join(folder(t), 'copy.mts');
  writeFileSync(program, PROGRAM);
  return spawn(process.execPath, ['--import', 'tsx', program, ...args], {
    stdio: [input, 'pipe', 'inherit'],
  });
}

async function outputOf(child: ReturnType<typeof spawn>): Promise<string> {
  let output = '';
  for await (const chunk of child.stdout!) output += chunk;
  return output;
}

test('standard input is read from a pipe, in pieces, decompressed', async (t) => {
  const child = start(t, 'pipe');
  const packed = gzipSync('one\r\ntwo');
  child.stdin!.write(packed.subarray(0, 5));
  setTimeout(() => child.stdin!.end(packed.subarray(5)), 50);
  assert.equal(await outputOf(child), `one\ntwo\n{"bytes":${packed.length},"textBytes":8,"files":1}\n`);
});

test('standard input is read from a file', async (t) => {
  const path = join(folder(t), 'a.txt');
  writeFileSync(path, 'from a file');
  const output = await outputOf(start(t, openSync(path, 'r')));
  assert.equal(output, 'from a file\n{"bytes":11,"textBytes":11,"files":1}\n');
});

test('an empty standard input is an empty corpus', async (t) => {
  const child = start(t, 'pipe');
  child.stdin!.end();
  assert.equal(await outputOf(child), '{"files":1}\n');
});

test('damage is an error that names standard input', async (t) => {
  const child = start(t, 'pipe');
  child.stdin!.end(gzipSync('text').subarray(0, -3));
  assert.match(
    await outputOf(child),
    /^data standard input \(byte \d+\): the gzip data ends before it is whole/,
  );
});

test('an abort ends the wait for input, and the process', async (t) => {
  const child = start(t, 'pipe', '300');
  child.stdin!.on('error', () => {});
  child.stdin!.write('some text, and then nothing');
  assert.match(await outputOf(child), /^aborted /);
});
