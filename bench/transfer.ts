/**
 * What word vectors are worth to a tagger: random, frozen and fine-tuned ones, with 10, 30 and 100 % of the training
 * data, five seeds each, on WikiGold and WNUT-17.
 *
 *   npm run bench:transfer                  the trainings that are not done yet (of 90), then table and plot
 *   npm run bench:transfer -- --table       table and plot of what all five seeds have done, with the data of the last line
 *   npm run bench:transfer -- --workers 1
 *
 * Vectors: skip-gram, 100 dimensions, 5 epochs, minCount 2, trained by wordmill on the shared corpus (cached). Each
 * training is appended to bench/results/transfer.jsonl when it ends, so that a run can be cut off and go on. The table
 * goes to standard output, the numbers to bench/results/transfer.json, the plot to docs/transfer.svg.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { corpusVectors } from '../test/support/corpus-vectors.js';
import { root } from './support/data.js';
import { type Cell, type CellResult, cellName } from './transfer/cells.js';
import { plot } from './transfer/plot.js';
import {
  appendResult,
  dataKey,
  markdownTable,
  missingCells,
  places,
  readResults,
} from './transfer/results.js';

const { values: options } = parseArgs({
  options: {
    table: { type: 'boolean', default: false },
    workers: { type: 'string', default: '2' },
    results: { type: 'string', default: join(root, 'bench', 'results', 'transfer.jsonl') },
    plot: { type: 'string', default: join(root, 'docs', 'transfer.svg') },
  },
});

mkdirSync(dirname(options.results), { recursive: true });
if (!options.table) {
  // Once, before several processes would each do so.
  const data = dataKey((await corpusVectors()).file);
  const cells = missingCells(readResults(options.results, data));
  console.error(`${cpus()[0]?.model.trim()}; ${cells.length} trainings to do`);
  await Promise.all(Array.from({ length: Number(options.workers) }, () => work(cells, data)));
}
const all = places(readResults(options.results));
process.stdout.write(markdownTable(all));
writeFileSync(options.results.replace(/\.jsonl$/, '.json'), `${JSON.stringify(all, null, 2)}\n`);
writeFileSync(options.plot, plot(all));

/** Has a process train one cell after the other, each the next that nobody has taken, until none is left. */
async function work(cells: Cell[], data: string): Promise<void> {
  const child = spawn(process.execPath, ['--import', 'tsx', join(root, 'bench', 'transfer', 'worker.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    cwd: root,
    // Small steps gain nothing from a second thread; a second process does.
    env: { ...process.env, TF_NUM_INTRAOP_THREADS: '1', TF_NUM_INTEROP_THREADS: '1' },
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  for (let cell = cells.shift(); cell; cell = cells.shift()) {
    child.stdin.write(`${JSON.stringify(cell)}\n`);
    const { value, done } = await lines.next();
    if (done) throw new Error(`the worker ended at ${cellName(cell)}`);
    const result = JSON.parse(value) as CellResult;
    appendResult(options.results, result, data);
    console.error(
      `${cellName(result)}: F1 ${(100 * result.f1).toFixed(2)} in ${result.seconds.toFixed(0)} s`,
    );
  }
  child.stdin.end();
}
