/**
 * Exact search over 400,000 x 300 beside a plain streaming sum of the same matrix, and beside gensim and NumPy, in
 * alternation. Rates are bytes of the matrix a second; 60 % of the sum's is what a search has to reach.
 *
 *     npm run bench:search [-- --rows 400000 --dimensions 300 --rounds 7]
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Random } from '../src/core/random.js';
import { instructionSets, nativeAddon } from '../src/native/addon.js';
import { ExactSearch } from '../src/vectors/search.js';
import { alignedTable } from './native/table.js';
import { GensimSearch } from './search/gensim-search.js';
import { median } from './support/statistics.js';

const BATCH = 16;
const COUNT = 10;

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '400000' },
    dimensions: { type: 'string', default: '300' },
    rounds: { type: 'string', default: '7' },
  },
});
const [rows, dimensions, rounds] = [values.rows, values.dimensions, values.rounds].map(Number) as [
  number,
  number,
  number,
];

const threads = availableParallelism();
const instructionSet = instructionSets()[0]!;
const matrix = nativeAddon().allocateMatrix(rows, dimensions);
const random = new Random(1);
for (let row = 0; row < rows; row++) {
  for (let j = 0; j < dimensions; j++) matrix.data[row * matrix.stride + j] = random.unit() - 0.5;
}
const search = new ExactSearch(matrix, { instructionSet, threads });
const lengthsSeconds = seconds(() => search.lengths);
const gensim = await GensimSearch.start(rows, dimensions, BATCH, COUNT);

/** What is timed, and how many queries it answers. */
const tests: { name: string; queries: number; run(first: number): number | Promise<number> }[] = [
  {
    name: 'streaming sum',
    queries: 1,
    run: () => seconds(() => nativeAddon().sumFloats({ data: matrix.data, threads, instructionSet })),
  },
  { name: 'search, 1 query', queries: 1, run: (first) => seconds(() => find(first, 1)) },
  { name: `search, ${BATCH} queries`, queries: BATCH, run: (first) => seconds(() => find(first, BATCH)) },
  ...(gensim
    ? [
        { name: 'gensim most_similar', queries: 1, run: () => gensim.seconds('one') },
        { name: `NumPy, ${BATCH} queries`, queries: BATCH, run: () => gensim.seconds('batch') },
      ]
    : []),
];

const times = tests.map((): number[] => []);
for (let round = 0; round < rounds; round++) {
  for (const [index, test] of tests.entries()) times[index]!.push(await test.run(round * BATCH));
}
gensim?.end();

const bytes = matrix.data.byteLength;
const sum = median(times[0]!);
const lines = tests.map(({ name, queries }, index) => {
  const each = median(times[index]!);
  return [
    name,
    (each * 1e3).toFixed(1),
    (Math.min(...times[index]!) * 1e3).toFixed(1),
    (bytes / each / 1e9).toFixed(1),
    `${((100 * sum) / each).toFixed(0)} %`,
    `${((100 * sum * queries) / each).toFixed(0)} %`,
  ];
});
console.log(
  `${rows} x ${dimensions}, ${threads} threads, ${instructionSet}, ${rounds} rounds in alternation`,
);
console.log(`lengths, once: ${(lengthsSeconds * 1e3).toFixed(0)} ms\n`);
console.log(alignedTable(['', 'median ms', 'best ms', 'GB/s', 'of the sum', 'x queries'], lines));
if (!gensim) console.log('\ngensim is not installed: node scripts/peers.mjs');

function find(first: number, queries: number): void {
  search.nearest({ ...matrix, data: matrix.data.subarray(first * matrix.stride), rows: queries }, COUNT);
}

function seconds(work: () => unknown): number {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start) / 1e9;
}
