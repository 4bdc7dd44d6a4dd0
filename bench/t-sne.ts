/**
 * t-SNE of word-like vectors in wordmill and in scikit-learn, in turn: time, and trustworthiness (Venna & Kaski 2001) of
 * both maps.
 *
 *   npm run bench:t-sne                             2,000 x 300
 *   npm run bench:t-sne -- --rows 10000 --runs 1
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { peerPython } from '../scripts/peers.mjs';
import { project } from '../src/index.js';
import { workFolder } from './support/data.js';
import { measure } from './support/measure.js';
import { median } from './support/statistics.js';
import { clusteredVectors } from './t-sne/clustered-vectors.js';

const { values: options } = parseArgs({
  options: { rows: { type: 'string', default: '2000' }, runs: { type: 'string', default: '3' } },
});
const matrix = clusteredVectors(Number(options.rows), 300);
mkdirSync(workFolder, { recursive: true });
const paths = Object.fromEntries(
  ['data', 'ours', 'theirs'].map((name) => [name, join(workFolder, `t-sne-${name}.bin`)]),
) as Record<'data' | 'ours' | 'theirs', string>;
writeFileSync(paths.data, matrix.data);
const python = peerPython('sklearn');
const peer = (task: string, ...args: string[]) =>
  measure(python, ['bench/t-sne/sklearn_tsne.py', task, paths.data, String(matrix.rows), ...args]);

const seconds: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] };
for (let run = 0; run < Number(options.runs); run++) {
  const start = performance.now();
  const { positions } = await project(matrix, { seed: 1 });
  seconds.ours.push((performance.now() - start) / 1_000);
  writeFileSync(paths.ours, positions);
  seconds.theirs.push(Number((await peer('map', paths.theirs)).stdout));
}
const trust = async (path: string) => Number((await peer('trustworthiness', path)).stdout).toFixed(4);
const [ours, theirs] = [median(seconds.ours), median(seconds.theirs)];
console.log(
  `${cpus()[0]?.model.trim()}, ${availableParallelism()} processors; ${matrix.rows} x 300, 1,000 iterations\n`,
);
console.log('| | median time | trustworthiness |\n|---|---|---|');
console.log(`| wordmill | ${ours.toFixed(1)} s | ${await trust(paths.ours)} |`);
console.log(`| scikit-learn | ${theirs.toFixed(1)} s | ${await trust(paths.theirs)} |`);
console.log(`\nwordmill is ${(theirs / ours).toFixed(2)} times as fast`);
