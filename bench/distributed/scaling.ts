/**
 * What to expect of more machines and more words than there are here, from what `npm run bench:distributed` measured: checked
 * against the runs that it did, then for 1 to 128 machines and 1 to 100 billion words.
 *
 *   npm run bench:distributed:model
 *   npm run bench:distributed:model -- --cores 16 --epochs 5 --rounds-per-epoch 1,4 --most-words 1000000 --dimensions 100
 *   npm run bench:distributed:model -- --gigabits 1,10 --store-gigabits 10
 *   npm run bench:distributed:model -- --page       as tables of docs/distributed.md
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../support/data.js';
import { fastest } from './measured-tables.js';
import type { Measurements } from './measurements.js';
import { ratesOf } from './rates.js';
import { checkTable, expectedPage, expectedTables, ratesTable } from './scaling-tables.js';

const { values: options } = parseArgs({
  options: {
    measurements: { type: 'string', default: join(root, 'bench', 'results', 'distributed-speed.json') },
    cores: { type: 'string', default: '16' },
    epochs: { type: 'string', default: '1' },
    dimensions: { type: 'string', default: '100' },
    'rounds-per-epoch': { type: 'string', default: '1,4' },
    'most-words': { type: 'string', default: '1000000' },
    gigabits: { type: 'string', default: '1,10' },
    'store-gigabits': { type: 'string' },
    machines: { type: 'string', default: '1,2,8,32,128' },
    page: { type: 'boolean', default: false },
    billions: { type: 'string', default: '1,10,100' },
  },
});
const numbers = (list: string) => list.split(',').map(Number);

const measured = JSON.parse(readFileSync(options.measurements, 'utf8')) as Measurements;
const rates = ratesOf(measured, fastest(measured.runs, 1));
console.log(`${ratesTable(rates)}\n\n${checkTable(measured, rates)}`);
for (const gigabits of numbers(options.gigabits)) {
  for (const roundsPerEpoch of numbers(options['rounds-per-epoch'])) {
    const job = {
      ...{ epochs: Number(options.epochs), dimensions: Number(options.dimensions), roundsPerEpoch },
      mostWords: Number(options['most-words']),
    };
    const stores = options['store-gigabits'] ? Number(options['store-gigabits']) : gigabits;
    const cluster = {
      cores: Number(options.cores),
      machineBandwidth: (gigabits * 1e9) / 8,
      storeBandwidth: (stores * 1e9) / 8,
    };
    const tables = options.page ? expectedPage : expectedTables;
    console.log(`\n${tables(rates, job, cluster, numbers(options.machines), numbers(options.billions))}`);
  }
}
