import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Log } from '../../src/cli/log.js';
import { parseCommandLine } from '../../src/cli/parse.js';
import { failureOf } from '../../src/core/failure.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The real command. */
export const BINARY = join(root, 'bin', 'wordmill.js');

/** For `describe`: why the command cannot be run, or false. */
export const notBuilt = existsSync(join(root, 'dist', 'cli', 'main.js'))
  ? false
  : 'dist/ is missing: npm run build';

// What child processes run is kept here, and nothing in anybody's home.
process.env.WORDMILL_RUNS = mkdtempSync(join(tmpdir(), 'wordmill-test-runs-'));
process.once('exit', () => rmSync(process.env.WORDMILL_RUNS!, { recursive: true, force: true }));

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  /** The same, as it came. */
  readonly bytes: Buffer;
  readonly stderr: string;
}

export interface Call {
  readonly cwd: string;
  /** What comes in by standard input; nothing by default. */
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the command as a child process to its end. */
export function wordmill(args: readonly string[], { cwd, input, env }: Call): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [BINARY, ...args], { cwd, env: { ...process.env, ...env } });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk) => stdout.push(chunk));
    child.stderr.on('data', (chunk) => stderr.push(chunk));
    child.stdin.on('error', () => {});
    child.on('error', reject);
    child.on('close', (code) => {
      const bytes = Buffer.concat(stdout);
      resolve({ code, stdout: bytes.toString(), bytes, stderr: Buffer.concat(stderr).toString() });
    });
    child.stdin.end(input ?? '');
  });
}

const SILENT: Log = { progress() {}, warning() {}, note() {}, error() {}, close() {} };

/**
 * The same in this process and its working folder, for calls that are to fail: without the half second that a process
 * takes to start. What they would write to standard output is not caught.
 */
export async function failingCall(
  args: readonly string[],
): Promise<Pick<Outcome, 'code' | 'stdout' | 'stderr'>> {
  try {
    const { command, values, operands } = (await parseCommandLine(args, '0'))!;
    await command.run({ argv: args, values, operands, signal: new AbortController().signal, log: SILENT });
    return { code: 0, stdout: '', stderr: '' };
  } catch (error) {
    const { exitCode, message } = failureOf(error);
    return { code: exitCode, stdout: '', stderr: `wordmill: ${message}\n` };
  }
}

/** A folder for one test file, with files in it by name, and what removes it. */
export async function temporaryFolder(
  files: Readonly<Record<string, string>> = {},
): Promise<{ folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'wordmill-test-'));
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Text with some words that keep company: enough for each to occur `times` times. */
export function smallCorpus(times = 100): string {
  return 'the quick brown fox jumps over the lazy dog\ni want a glass of orange juice\n'.repeat(times);
}
