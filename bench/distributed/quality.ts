/**
 * Quality of distributed training against a local run of the same definition: the shared corpus, skip-gram, 100
 * dimensions, 5 negatives, window 5, subsample 1e-4, min-count 5, 5 epochs, as the main job's quality is judged
 * (bench/native/quality.ts), with -5 % in place of -3 %. All steps are those of a run, one after another in this process,
 * over a folder as storage.
 *
 *   npm run bench:distributed:quality -- [--shards 2,4,8] [--rounds-per-epoch 4] [--seeds 1,2] [--epochs 5] [--model cbow]
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Definition, runDefinition } from '../../src/index.js';
import { alignedTable } from '../native/table.js';
import { prepareCorpus, root, workFolder } from '../support/data.js';
import { mean } from '../support/statistics.js';
import { type DistributedRun, distributedRun } from './run-steps.js';
import { type Scores, SETS, scoreLine, scoresOf } from './scores.js';

/** How much lower than the local run a score may be. */
const MOST_LOST = 0.05;

const { values: options } = parseArgs({
  options: {
    shards: { type: 'string', default: '2,4,8' },
    'rounds-per-epoch': { type: 'string', default: '4' },
    seeds: { type: 'string', default: '1' },
    epochs: { type: 'string', default: '5' },
    model: { type: 'string', default: 'skipgram' },
    loss: { type: 'string', default: 'negative' },
  },
});
const numbers = (text: string) => text.split(',').map(Number);
const { raw } = await prepareCorpus();
const roundsPerEpoch = Number(options['rounds-per-epoch']);
const folder = join(workFolder, 'distributed');
rmSync(folder, { recursive: true, force: true });

const byShards = new Map<number, { scores: Scores[]; runs: DistributedRun[] }>();
for (const seed of numbers(options.seeds)) {
  for (const shards of [0, ...numbers(options.shards)]) {
    const definition = definitionOf(seed, shards);
    const begun = performance.now();
    const done = shards === 0 ? undefined : await distributedRun(definition, folder, `${shards}-${seed}`, 2);
    const vectors = done?.vectors ?? (await runDefinition(definition)).last!;
    const scores = await scoresOf(vectors);
    const entry = byShards.get(shards) ?? { scores: [], runs: [] };
    entry.scores.push(scores);
    if (done) entry.runs.push(done);
    byShards.set(shards, entry);
    const seconds = ((performance.now() - begun) / 1_000).toFixed(0);
    console.log(`seed ${seed}, ${shards || 'no'} shards: ${scoreLine(scores)} (${seconds} s)`);
  }
}
report();

function definitionOf(seed: number, shards: number): Definition {
  return {
    source: { files: raw },
    vocabulary: { minCount: 5 },
    sampling: { window: 5, subsample: 1e-4 },
    train: {
      engine: 'native',
      model: options.model as 'skipgram',
      loss: options.loss as 'negative',
      ...{ dimensions: 100, negative: 5, epochs: Number(options.epochs), seed, threads: 2 },
      // gensim's range, as the main job has it.
      initialRange: 1,
    },
    ...(shards > 0 && { distributed: { shards, roundsPerEpoch } }),
  };
}

function report(): void {
  const local = byShards.get(0)!.scores;
  const rows = [...byShards].map(([shards, { scores, runs }]) => {
    const cells = SETS.map((set) => {
      const [own, of] = [scores, local].map((each) => mean(each.map((one) => one[set])));
      const relative = own! / of! - 1;
      const sign = relative >= 0 ? '+' : '';
      return shards === 0 ? own!.toFixed(3) : `${own!.toFixed(3)} (${sign}${(100 * relative).toFixed(1)} %)`;
    });
    const megabytes = (of: (run: DistributedRun) => number) =>
      runs.length === 0 ? '' : (mean(runs.map(of)) / 1e6).toFixed(1);
    return [
      ...[shards === 0 ? 'local' : `${shards}`, ...cells],
      ...[megabytes((run) => run.changesOfShard), megabytes((run) => run.changesOfAverage)],
    ];
  });
  const head = ['shards', ...SETS, 'MB a shard sends', 'MB of an average'];
  console.log(`\n${alignedTable(head, rows)}\n`);
  const lost = [...byShards].flatMap(([shards, { scores }]) =>
    SETS.filter(
      (set) => mean(scores.map((one) => one[set])) < (1 - MOST_LOST) * mean(local.map((one) => one[set])),
    ).map((set) => `${shards} shards lose more than ${100 * MOST_LOST} % on ${set}`),
  );
  for (const line of lost) console.log(line);
  if (lost.length > 0) process.exitCode = 1;
  const results = join(root, 'bench', 'results');
  mkdirSync(results, { recursive: true });
  const path = join(results, `distributed-quality-${options.model}-${options.loss}.json`);
  const plain = [...byShards].map(([shards, { scores, runs }]) => ({
    ...{ shards, scores },
    bytes: runs.map(({ changesOfShard, changesOfAverage }) => ({ changesOfShard, changesOfAverage })),
  }));
  writeFileSync(path, `${JSON.stringify({ options, plain }, undefined, 2)}\n`);
  console.log(`written: ${path}`);
}
