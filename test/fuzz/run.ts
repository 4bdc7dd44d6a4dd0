import { fork } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Finding, FuzzPart } from './target.js';
import type { WorkerTask } from './worker.js';

/** How long one input may take, in milliseconds: far longer than it does on a busy machine. */
const LONGEST = 30_000;

/** Where a worker ended too early, and how. */
interface EarlyEnd {
  /** The number of the part, and the input of it; undefined where it did not come to any. */
  readonly place: readonly [part: number, input: number] | undefined;
  readonly problem: string;
}

/** Has inputs read in another process, started again after each crash, and gives what was found. */
export async function fuzz(seed: number, parts: readonly FuzzPart[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  // In memory where there is such a place: a million small files wear no disk out.
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'wordmill-fuzz-'));
  try {
    for (let left = parts; left.length > 0; ) {
      for (const name of ['input', 'position']) rmSync(join(folder, name), { recursive: true, force: true });
      const ended = await work({ seed, folder, parts: left }, (finding) => findings.push(finding));
      if (!ended) break;
      const { place, problem } = ended;
      if (!place) throw new Error(`the process that reads does not start: ${problem}`);
      const [number, input] = place;
      const { target, to } = left[number]!;
      findings.push({ target, seed, input, problem });
      left = [{ target, from: input + 1, to }, ...left.slice(number + 1)];
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return findings;
}

/** Runs a worker to its end; gives how it ended where that was too early. */
function work(task: WorkerTask, onFinding: (finding: Finding) => void): Promise<EarlyEnd | undefined> {
  const worker = fork(join(import.meta.dirname, 'worker.ts'), [JSON.stringify(task)], {
    execArgv: ['--import', 'tsx', '--max-old-space-size=1024'],
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  });
  let said = '';
  worker.stderr!.on('data', (chunk) => {
    said = (said + chunk).slice(-4000);
  });
  worker.on('message', (finding) => onFinding(finding as Finding));
  let hangs = false;
  let last = '';
  const watch = setInterval(() => {
    const place = String(placeIn(task.folder));
    hangs = place === last;
    if (hangs) worker.kill('SIGKILL');
    last = place;
  }, LONGEST);
  return new Promise((resolve, reject) => {
    worker.on('error', reject);
    worker.on('close', (code, signal) => {
      clearInterval(watch);
      const problem = hangs
        ? `takes longer than ${LONGEST / 1000} s`
        : `ends the process (${signal ?? code}): ${said}`;
      resolve(code === 0 ? undefined : { place: placeIn(task.folder), problem });
    });
  });
}

function placeIn(folder: string): readonly [number, number] | undefined {
  try {
    const bytes = readFileSync(join(folder, 'position'));
    return [bytes.readDoubleLE(0), bytes.readDoubleLE(8)];
  } catch {
    return undefined;
  }
}
