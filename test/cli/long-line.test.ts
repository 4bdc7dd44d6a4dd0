import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { BINARY, notBuilt } from './helpers.js';

const GIGABYTE = 1_000_000_000;
/** Five times what was measured, as all limits on behaviour here. */
const MOST_MEGABYTES = 5 * 130;

test('a line of a gigabyte without an end is counted in bounded memory', { skip: notBuilt }, async (t) => {
  if (!existsSync('/proc/self/status')) return t.skip('needs /proc');
  const child = spawn(process.execPath, [BINARY, 'vocab', '-'], { stdio: ['pipe', 'pipe', 'pipe'] });
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, anonymousMegabytes(child.pid!));
  }, 20);
  const chunk = Buffer.from('orange juice '.repeat(5_000)); // 65,000 bytes
  const chunks = Math.ceil(GIGABYTE / chunk.length);
  Readable.from(repeated(chunk, chunks)).pipe(child.stdin);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  clearInterval(timer);
  assert.equal(code, 0, stderr);
  // No word is lost or cut where the line is.
  assert.equal(stdout, `juice ${5_000 * chunks}\norange ${5_000 * chunks}\n`);
  assert.match(stderr, /warning: standard input .byte 0.: a line of more than 1,048,576 bytes/);
  assert.ok(peak > 0 && peak < MOST_MEGABYTES, `${peak} MB`);
});

function* repeated(chunk: Buffer, times: number): Generator<Buffer> {
  for (let time = 0; time < times; time++) yield chunk;
}

/** RssAnon and RssShmem of a process; 0 once it is gone. */
function anonymousMegabytes(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const sizes = [...status.matchAll(/^Rss(?:Anon|Shmem):\s+(\d+) kB$/gm)].map((match) => Number(match[1]));
    return sizes.reduce((sum, size) => sum + size, 0) / 1000;
  } catch {
    return 0;
  }
}
