/**
 * What this machine can do at most: memory bandwidth and arithmetic with one thread and with all, for the roofline in
 * docs/performance.md.
 *
 *   npm run bench:machine
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { root } from '../support/data.js';
import { measureLimits } from './machine-limits.js';
import { alignedTable } from './table.js';

const limits = [...new Set([1, availableParallelism()])].flatMap(measureLimits);
const lines = limits.map(({ test, threads, value, unit }) => [test, `${threads}`, value.toFixed(1), unit]);
console.log(`${cpus()[0]?.model.trim()}, ${availableParallelism()} processors\n`);
console.log(alignedTable(['test', 'threads', 'best', ''], lines));
const folder = join(root, 'bench', 'results');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'machine.json'), `${JSON.stringify(limits, null, 2)}\n`);
