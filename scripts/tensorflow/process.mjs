// Child processes of the set-up, each in a process group of its own so that a time limit or an interrupt ends it whole.
import { spawn, spawnSync } from 'node:child_process';
import { basename } from 'node:path';

/** Something that the machine lacks or that did not work; its message is all that a person needs. */
export class SetupFailure extends Error {}

const running = new Set();

/**
 * Runs a command to its end or the time limit.
 *
 * @returns what it wrote to stdout and stderr together, and whether it exited with 0.
 */
export function run(command, args, { cwd, env = process.env, seconds, onOutput } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    running.add(child);
    let output = '';
    let timedOut = false;
    const timer =
      seconds &&
      setTimeout(() => {
        timedOut = true;
        endGroup(child);
      }, seconds * 1000);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output = (output + text).slice(-100_000);
        onOutput?.(text);
      });
    }
    const finish = (result) => {
      clearTimeout(timer);
      running.delete(child);
      resolve({ ok: false, output, timedOut, ...result });
    };
    child.on('error', (error) => finish({ output: error.message }));
    child.on('close', (code, signal) => {
      finish({ ok: code === 0 && !timedOut, output: signal ? `${output}\nended by ${signal}` : output });
    });
  });
}

/** Ends whatever is running, with all that it started. */
export function endChildren() {
  for (const child of running) endGroup(child);
}

function endGroup(child) {
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}

/** The npm that runs this script, or the one on the PATH. */
export function npm() {
  const script = process.env.npm_execpath;
  return script && basename(script).startsWith('npm') ? [process.execPath, script] : ['npm'];
}

/** Whether a command can be started and exits with 0. */
export const works = (command, args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/** What says why a program failed, the most telling first. */
const REASONS = [/error:|no space|ended by/i, /error|not found/i, /./];

/** The lines of a program's output that say what went wrong, at most four. */
export function telling(output) {
  const lines = output.split('\n').filter((line) => line.trim() !== '' && !/^\s+at /.test(line));
  const reason = REASONS.find((pattern) => lines.some((line) => pattern.test(line)));
  const wrong = lines.filter((line) => reason?.test(line)).slice(-4);
  return wrong.join('\n  ') || 'it gave no reason';
}
