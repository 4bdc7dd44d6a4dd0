// `npm run test:soak`: pipes gigabytes of made text through the real command and holds that its own memory (anonymous and
// shared, not mapped files) stays flat. `-- --gigabytes 2 --seed 1`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Random } from '../../src/core/random.js';
import { BINARY } from '../cli/helpers.js';
import { makeText } from '../faults/support/text-maker.js';
import { type MemorySample, megabytesPerGigabyte } from './slope.js';

/** More than five times what is seen: a leak of one byte for each 20 that are read would be 50. */
const STEEPEST = 20;

/** What is read before memory has come to its level: counting fills its share of it. */
const WARM_UP = 0.4;

const { values } = parseArgs({
  options: { gigabytes: { type: 'string', default: '2' }, seed: { type: 'string', default: '1' } },
});
const total = Number(values.gigabytes) * 1e9;
const folder = mkdtempSync(join(tmpdir(), 'wordmill-soak-'));
try {
  const samples = await soak();
  const reading = samples.filter(({ read }) => read >= total * WARM_UP && read < total);
  const slope = megabytesPerGigabyte(reading);
  const peak = Math.max(...samples.map(({ bytes }) => bytes)) / 1e6;
  console.log(
    `${values.gigabytes} GB: peak ${peak.toFixed(0)} MB, ${slope.toFixed(1)} MB more for each GB after the first ${WARM_UP * 100} % (${reading.length} samples; ${STEEPEST} are allowed)`,
  );
  process.exitCode = slope <= STEEPEST ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Trains on text from a pipe, with checkpoints; gives its memory as it reads. */
async function soak(): Promise<MemorySample[]> {
  const flags =
    '--vocabulary-memory 16 --max-vocabulary 50000 --dimensions 50 --epochs 1 --checkpoint-interval 20 --quiet --word2vec v.bin';
  const child = spawn(process.execPath, [BINARY, 'train', '-', ...flags.split(' ')], {
    cwd: folder,
    env: { ...process.env, WORDMILL_RUNS: join(folder, 'runs'), TMPDIR: folder },
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  const ended = once(child, 'close');
  const samples: MemorySample[] = [];
  let read = 0;
  const sampling = setInterval(() => {
    const bytes = memoryOf(child.pid!);
    if (bytes !== undefined) samples.push({ read, bytes });
  }, 500);
  for (const block of makeText(new Random(Number(values.seed)), { bytes: total, odd: 5_000 })) {
    read += block.length;
    if (!child.stdin.write(block)) await Promise.race([once(child.stdin, 'drain'), ended]);
    if (child.exitCode !== null) break;
  }
  child.stdin.end();
  const [code] = await ended;
  clearInterval(sampling);
  if (code !== 0) throw new Error(`wordmill ended with ${code}`);
  return samples;
}

/** Anonymous and shared memory of a process, in bytes; undefined once it is gone. */
function memoryOf(pid: number): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const kilobytes = ['RssAnon', 'RssShmem'].map((name) =>
      Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]),
    );
    return kilobytes.reduce((sum, one) => sum + one * 1024, 0);
  } catch {
    return undefined;
  }
}
