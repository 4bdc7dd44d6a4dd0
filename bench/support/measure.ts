import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';

/** What running a command took. */
export interface Measured {
  /** Wall-clock time of the whole process, from start to exit. */
  readonly seconds: number;
  /** The most anonymous memory (RssAnon + RssShmem) of the process and its children at any sample, in MB (10^6). */
  readonly megabytes: number;
  readonly stdout: string;
  readonly stderr: string;
}

const SAMPLE_EVERY_MS = 50;

/**
 * Runs a command to its end, sampling its memory. Throws, with its stderr, if it fails.
 *
 * @param input what it reads from its standard input; nothing by default.
 */
export async function measure(
  command: string,
  args: readonly string[],
  input: Readable = Readable.from([]),
): Promise<Measured> {
  const started = process.hrtime.bigint();
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  input.pipe(child.stdin);
  child.stdin.on('error', () => {}); // The command may end without reading it all; its exit code tells.
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, anonymousBytes(child.pid!));
  }, SAMPLE_EVERY_MS);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  }).finally(() => clearInterval(timer));
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} exited with ${code}:\n${stderr}`);
  return { seconds, megabytes: peak / 1e6, stdout, stderr };
}

/** Anonymous memory of a process and its descendants, in bytes; 0 once it is gone. */
function anonymousBytes(pid: number): number {
  let total = 0;
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    for (const match of status.matchAll(/^Rss(?:Anon|Shmem):\s+(\d+) kB$/gm))
      total += Number(match[1]) * 1024;
    for (const task of readdirSync(`/proc/${pid}/task`)) {
      for (const child of readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ')) {
        if (child.trim()) total += anonymousBytes(Number(child));
      }
    }
  } catch {
    // The process ended between two reads.
  }
  return total;
}
