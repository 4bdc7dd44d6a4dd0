/**
 * GloVe text to word2vec binary: `wordmill convert`, which also reads back what it wrote, against gensim's load and save.
 *
 *   npm run bench:convert                              1 GB of text, 3 rounds
 *   npm run bench:convert -- --megabytes 200 --rounds 5
 *
 * The text is made: 300 numbers a row of five decimals, as published files have them. Whole processes are timed, in
 * turns; the two files that come out must hold the same words and numbers.
 */
import { once } from 'node:events';
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gensimPython } from '../scripts/peers.mjs';
import { openVectors, Random } from '../src/index.js';
import { checkWritten } from '../src/vectors/convert/check-written.js';
import { toleranceOf } from '../src/vectors/convert/target.js';
import { root, wordmill, workFolder } from './support/data.js';
import { type Measured, measure } from './support/measure.js';
import { median } from './support/statistics.js';

const { values: options } = parseArgs({
  options: { megabytes: { type: 'string', default: '1000' }, rounds: { type: 'string', default: '3' } },
});
const DIMENSIONS = 300;

const text = await glovePublished(Number(options.megabytes) * 1e6);
const python = gensimPython();
const folder = mkdtempSync(join(tmpdir(), 'wordmill-bench-'));
const [ours, theirs] = [join(folder, 'ours.bin'), join(folder, 'theirs.bin')];
const jobs = {
  wordmill: () => measure(process.execPath, [wordmill, 'convert', text, ours, '--quiet']),
  gensim: () => measure(python, [join(root, 'bench', 'peers', 'gensim_convert.py'), text, theirs]),
};
const runs: Record<keyof typeof jobs, Measured[]> = { wordmill: [], gensim: [] };
try {
  for (let round = 0; round < Number(options.rounds); round++) {
    const order = Object.keys(jobs) as (keyof typeof jobs)[];
    for (const name of round % 2 === 0 ? order : order.reverse()) runs[name].push(await jobs[name]());
  }
  await compareFiles();
} finally {
  rmSync(folder, { recursive: true });
}

console.log(
  `${cpus()[0]?.model.trim()}, ${availableParallelism()} processors, Node ${process.versions.node}; ${options.megabytes} MB of text\n`,
);
console.log('| | best | median | peak memory |\n|---|---|---|---|');
for (const [name, measured] of Object.entries(runs)) {
  const seconds = measured.map((run) => run.seconds);
  const memory = Math.max(...measured.map((run) => run.megabytes));
  console.log(
    `| ${name} | ${Math.min(...seconds).toFixed(2)} s | ${median(seconds).toFixed(2)} s | ${memory.toFixed(0)} MB |`,
  );
}
const seconds = (name: keyof typeof jobs) => runs[name].map((run) => run.seconds);
const best = Math.min(...seconds('gensim')) / Math.min(...seconds('wordmill'));
const middle = median(seconds('gensim')) / median(seconds('wordmill'));
console.log(`\nwordmill is ${best.toFixed(1)} times as fast by best runs, ${middle.toFixed(1)} by medians`);
mkdirSync(join(root, 'bench', 'results'), { recursive: true });
writeFileSync(
  join(root, 'bench', 'results', 'convert.json'),
  `${JSON.stringify({ best, middle, runs }, null, 2)}\n`,
);

/** The file to convert; made once for each size. */
async function glovePublished(bytes: number): Promise<string> {
  const path = join(workFolder, `glove-${bytes / 1e6}-mb.txt`);
  if (existsSync(path)) return path;
  mkdirSync(workFolder, { recursive: true });
  const random = new Random(1);
  const out = createWriteStream(`${path}.part`);
  for (let row = 0; out.bytesWritten + out.writableLength < bytes; row++) {
    let line = `word${row}`;
    for (let j = 0; j < DIMENSIONS; j++) line += ` ${((random.unit() + random.unit() - 1) * 0.8).toFixed(5)}`;
    if (!out.write(`${line}\n`)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'close');
  renameSync(`${path}.part`, path);
  return path;
}

async function compareFiles(): Promise<void> {
  const [one, two] = [await openVectors(ours), await openVectors(theirs)];
  await checkWritten(two.batches(), one.batches(), toleranceOf('f32'), ours);
  await one.close();
  await two.close();
}
