/**
 * What this machine can do at most: memory bandwidth and arithmetic with one thread and with all, for the roofline in
 * docs/performance.md.
 *
 *   npm run bench:machine
 *
 * Builds two programs with the system's compiler (CXX, or c++), `-O3 -march=native`.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { root } from '../support/data.js';
import { outputFolder } from './jobs/output-folder.js';
import { alignedTable } from './table.js';

/** The vocabulary of the shared corpus at min-count 5: the rows of the matrices. */
const ROWS = 83_718;

interface Result {
  readonly test: string;
  readonly threads: number;
  readonly value: number;
  readonly unit: string;
}

const bandwidth = compile('bandwidth');
const arithmetic = compile('arithmetic');
const results: Result[] = [];
for (const threads of new Set([1, availableParallelism()])) {
  results.push(...run(arithmetic, [`${threads}`]), ...run(bandwidth, [`${threads}`, `${ROWS}`]));
}
const lines = results.map(({ test, threads, value, unit }) => [test, `${threads}`, value.toFixed(1), unit]);
console.log(`${cpus()[0]?.model.trim()}, ${availableParallelism()} processors\n`);
console.log(alignedTable(['test', 'threads', 'best', ''], lines));
const folder = join(root, 'bench', 'results');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'machine.json'), `${JSON.stringify(results, null, 2)}\n`);

function compile(name: string): string {
  const program = join(outputFolder(), name);
  const source = join(root, 'bench', 'native', 'machine', `${name}.cc`);
  const flags = ['-std=c++17', '-O3', '-march=native', '-ffast-math', '-pthread'];
  must(process.env.CXX ?? 'c++', [...flags, source, '-o', program]);
  return program;
}

function run(program: string, args: readonly string[]): Result[] {
  return must(program, args)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Result);
}

function must(command: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${error?.message ?? stderr}`);
  return stdout;
}
