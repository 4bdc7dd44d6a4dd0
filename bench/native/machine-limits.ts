import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../support/data.js';
import { outputFolder } from './jobs/output-folder.js';

/** The vocabulary of the shared corpus at min-count 5: the rows of the matrices. */
const ROWS = 83_718;

/** A line that one of the programs in `machine/` prints. */
export interface Limit {
  readonly test: string;
  readonly threads: number;
  readonly value: number;
  readonly unit: string;
}

/**
 * Builds the programs in `machine/` with the system's compiler (CXX, or c++) and runs them with so many threads.
 *
 * @throws Error when the compiler or a program fails.
 */
export function measureLimits(threads: number): Limit[] {
  return [
    ...run(compile('arithmetic'), [`${threads}`]),
    ...run(compile('bandwidth'), [`${threads}`, `${ROWS}`]),
  ];
}

/** What bounds a training: multiply-adds, and rows of random places that are read and written. */
export function machineLimits(threads: number): { gigaflops: number; gigabytes(dimensions: number): number } {
  const limits = measureLimits(threads);
  const value = (start: string) => {
    const limit = limits.find(({ test }) => test.startsWith(start));
    if (!limit) throw new Error(`no test ${start} among ${limits.map(({ test }) => test).join(', ')}`);
    return limit.value;
  };
  return {
    gigaflops: value('multiply-add'),
    gigabytes: (dimensions) => value(dimensions <= 112 ? 'update rows of 448' : 'update rows of 1216'),
  };
}

function compile(name: string): string {
  const program = join(outputFolder(), name);
  const source = join(root, 'bench', 'native', 'machine', `${name}.cc`);
  const flags = ['-std=c++17', '-O3', '-march=native', '-ffast-math', '-pthread'];
  must(process.env.CXX ?? 'c++', [...flags, source, '-o', program]);
  return program;
}

function run(program: string, args: readonly string[]): Limit[] {
  return must(program, args)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Limit);
}

function must(command: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${error?.message ?? stderr}`);
  return stdout;
}
