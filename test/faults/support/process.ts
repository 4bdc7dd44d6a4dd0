import { type ChildProcess, spawn } from 'node:child_process';
import { BINARY } from '../../cli/helpers.js';

/** How a process ended, and what it wrote. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
  readonly stdout: Buffer;
}

/** A command under way. */
export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ending>;
}

/** How a command is started. */
export interface Start {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** In place of the job's. */
  readonly arguments?: readonly string[];
  /** A program, with its arguments, that the command is run by (`prlimit`, `faketime`). */
  readonly by?: readonly string[];
  /** The user to run it as, by number. */
  readonly uid?: number;
  /** What the child's standard output is; its bytes are gathered by default. */
  readonly stdout?: 'pipe' | number;
}

/** Longer than any run of the tests takes, also on a machine that is busy: one that takes longer hangs. */
const PATIENCE = 120_000;

/** Starts the real command. Its standard input is the caller's to end. */
export function startCommand(
  args: readonly string[],
  { cwd, env, by = [], uid, stdout = 'pipe' }: Start,
): Started {
  const [program, ...rest] = [...by, process.execPath, BINARY, ...args];
  const child = spawn(program!, rest, {
    cwd,
    env,
    stdio: ['pipe', stdout, 'pipe'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  const written: Buffer[] = [];
  let stderr = '';
  child.stdin!.on('error', () => {});
  child.stdout?.on('data', (chunk: Buffer) => written.push(chunk));
  child.stderr!.on('data', (chunk: Buffer) => {
    stderr += chunk;
  });
  const ended = new Promise<Ending>((resolve, reject) => {
    const hangs = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`the command hangs: wordmill ${args.join(' ')}\n${stderr}`));
    }, PATIENCE);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(hangs);
      resolve({ code, signal, stderr, stdout: Buffer.concat(written) });
    });
  });
  // Whoever waits for it hears of a failure; until then it is not unhandled.
  ended.catch(() => {});
  return { child, ended };
}
