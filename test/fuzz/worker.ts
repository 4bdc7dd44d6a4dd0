// The process in which inputs are read: one that crashes or hangs takes only itself along. It keeps the input that it is
// at in a file, from which the parent learns what was read when it ended.
import { mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { WordmillError } from '../../src/core/errors.js';
import { inputsOf } from './inputs.js';
import type { FuzzPart, FuzzTarget } from './target.js';
import { TARGETS } from './targets.js';

/** What a worker is to do. */
export interface WorkerTask {
  readonly seed: number;
  readonly folder: string;
  readonly parts: readonly FuzzPart[];
}

/** More memory than any of the small inputs is worth, in kilobytes. */
const MOST_MEMORY = 1_500_000;

const { seed, folder, parts } = JSON.parse(process.argv[2]!) as WorkerTask;
const position = openSync(join(folder, 'position'), 'w');
const place = new Float64Array(2);
let mostMemory = MOST_MEMORY;
// A defect may show where nobody waits: it belongs to the input that is being read.
let late: unknown;
process.on('uncaughtException', (error) => {
  late = error;
});
try {
  for (const [number, part] of parts.entries()) {
    place[0] = number;
    await readAll(TARGETS.find(({ name }) => name === part.target)!, part);
  }
  process.disconnect();
} catch (error) {
  // Inputs that cannot be made are no inputs that were read: nobody is to take this for a good end.
  console.error(error);
  process.exit(1);
}

async function readAll(target: FuzzTarget, { from, to }: FuzzPart): Promise<void> {
  const inputOf = await inputsOf(target, seed);
  for (let input = from; input < to; input++) {
    place[1] = input;
    writeSync(position, place, 0, place.byteLength, 0);
    const { bytes, random } = inputOf(input);
    const inside = join(folder, 'input');
    mkdirSync(inside);
    const file = join(inside, target.name);
    writeFileSync(file, bytes);
    const problem = await target.read(bytes, file, random).then(() => undefined, problemOf);
    rmSync(inside, { recursive: true });
    const found = problem ?? lateProblem() ?? memoryProblem();
    if (found !== undefined) await tell(target, input, found);
  }
}

/** What is wrong about what was thrown; undefined where a reader may throw it. */
function problemOf(error: unknown): string | undefined {
  if (error instanceof WordmillError && error.kind !== 'internal') return undefined;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function lateProblem(): string | undefined {
  const error = late;
  late = undefined;
  return error === undefined ? undefined : `thrown where nobody waits: ${problemOf(error) ?? error}`;
}

function memoryProblem(): string | undefined {
  const { maxRSS } = process.resourceUsage();
  if (maxRSS <= mostMemory) return undefined;
  mostMemory = maxRSS * 1.1;
  return `takes ${Math.round(maxRSS / 1000)} MB of memory`;
}

function tell(target: FuzzTarget, input: number, problem: string): Promise<void> {
  return new Promise((resolve) =>
    process.send!({ target: target.name, seed, input, problem }, () => resolve()),
  );
}
