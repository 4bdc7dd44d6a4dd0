/**
 * How long a distributed run takes and what it exchanges: the shared corpus, skip-gram, 100 dimensions, 5 negatives, window 5,
 * subsample 1e-4, min-count 5, on workers of one thread each, over a Redis server and a folder on this machine; runs on one
 * and on two workers and local ones take turns. Then one with twice as many shards, averaging by rows and shards, and merging counts by types.
 *
 *   npm run bench:distributed                       the whole corpus, one epoch
 *   npm run bench:distributed -- --megabytes 10 --rounds 1
 *   npm run bench:distributed -- --shards 4 --rounds-per-epoch 4 --epochs 1
 *   npm run bench:distributed:model                 what follows from it for more machines and more words
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { BlobCache } from '../../src/storage/blob-cache.js';
import { openStore } from '../../src/storage/open-store.js';
import { runStorage } from '../../src/storage/run-storage.js';
import { prefixOfText, wholeText } from '../native/text.js';
import { root, workFolder } from '../support/data.js';
import { mean } from '../support/statistics.js';
import { averageSpeed } from './average-speed.js';
import { type MeasuredDefinition, runLocally, runOnWorkers } from './cluster.js';
import { measuredTables } from './measured-tables.js';
import type {
  AverageMeasured,
  LocalMeasured,
  Measurements,
  MergeMeasured,
  RunMeasured,
  TextMeasured,
} from './measurements.js';
import { mergeSpeed } from './merge-speed.js';
import type { RunRecords } from './run-records.js';

const { values: options } = parseArgs({
  options: {
    megabytes: { type: 'string' },
    rounds: { type: 'string', default: '2' },
    shards: { type: 'string', default: '4' },
    'rounds-per-epoch': { type: 'string', default: '4' },
    epochs: { type: 'string', default: '1' },
  },
});

const folder = join(workFolder, 'distributed-speed');
const path = join(root, 'bench', 'results', 'distributed-speed.json');
const text = options.megabytes ? await prefixOfText(Number(options.megabytes)) : await wholeText();
const definition: MeasuredDefinition = {
  name: 'speed',
  source: { files: text.raw },
  vocabulary: { minCount: 5 },
  sampling: { window: 5, subsample: 1e-4 },
  train: {
    ...{ engine: 'native', model: 'skipgram', loss: 'negative', dimensions: 100, negative: 5 },
    // gensim's range, as the main job has it.
    ...{ epochs: Number(options.epochs), seed: 1, threads: 1, initialRange: 1 },
  },
  distributed: { shards: Number(options.shards), roundsPerEpoch: Number(options['rounds-per-epoch']) },
};

const loadBefore = loadavg()[0]!;
const runs: RunMeasured[] = [];
const local: LocalMeasured[] = [];
let about: TextMeasured | undefined;
let fetchBytesPerSecond = 0;
const averages: AverageMeasured[] = [];
const merges: MergeMeasured[] = [];
for (let round = 0; round < Number(options.rounds); round++) {
  for (const count of round % 2 === 0 ? [1, 2] : [2, 1]) {
    tell(`round ${round + 1}: local, ${count} threads`);
    local.push(await runLocally(definition, count, folder));
    tell(`round ${round + 1}: ${count} workers`);
    runs.push(
      await runOnWorkers(definition, count, folder, async (records, storage, run) => {
        about ??= textOf(records);
        fetchBytesPerSecond = Math.max(fetchBytesPerSecond, await fetchSpeed(records, storage, run));
      }),
    );
    save();
  }
}
// What the model is checked by besides: twice as many shards.
const { shards, ...rest } = definition.distributed;
tell(`2 workers, ${2 * shards} shards`);
runs.push(await runOnWorkers({ ...definition, distributed: { ...rest, shards: 2 * shards } }, 2, folder));

mkdirSync(folder, { recursive: true });
for (const [rows, shards] of [
  [20_000, 2],
  [20_000, 8],
  [80_000, 2],
  [80_000, 8],
  [80_000, 16],
] as const) {
  tell(`averaging ${rows} rows of ${shards} shards`);
  averages.push(await averageSpeed({ rows, shards, dimensions: 100 }, folder, 2));
  save();
}
for (const [typesOfShard, shards] of [
  [100_000, 2],
  [100_000, 8],
  [400_000, 2],
  [400_000, 8],
] as const) {
  tell(`merging ${typesOfShard} types of ${shards} shards`);
  merges.push(await mergeSpeed({ typesOfShard, shards }, folder, 2));
  save();
}
rmSync(folder, { recursive: true, force: true });
console.log(measuredTables(measured()));
console.log(`written: ${path}`);

function measured(): Measurements {
  const load = [loadBefore, loadavg()[0]!] as const;
  const processor = cpus()[0]?.model.trim() ?? 'unknown';
  return {
    machine: { processor, processors: availableParallelism(), load },
    text: about!,
    ...{ runs, local, averages, merges, fetchBytesPerSecond },
  };
}

/** Writes what there is: a benchmark that is stopped has not been for nothing. */
function save(): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(measured(), undefined, 2)}\n`);
}

function textOf({ vocabulary, ingests }: RunRecords): TextMeasured {
  const { tokens, types, words, known } = vocabulary;
  return {
    name: text.name,
    bytes: mean(ingests.map(({ stages }) => stages.source!.counts.textBytes!)) * ingests.length,
    ...{ tokens, types, vocabulary: words, known },
    tokensOfShard: mean(ingests.map((ingest) => ingest.tokens)),
    typesOfShard: mean(ingests.map((ingest) => ingest.types)),
  };
}

/** Fetches the changes of the last round into a new cache, one after another. */
async function fetchSpeed({ trains }: RunRecords, storage: string, run: string): Promise<number> {
  const { signal } = new AbortController();
  const store = await openStore(storage);
  const fetching = runStorage(store, run, new BlobCache(join(storage, '..', 'cache-new')));
  const blobs = trains.at(-1)!.map(({ changes }) => changes);
  const begun = performance.now();
  for (const blob of blobs) await fetching.fetch(blob, signal);
  const seconds = (performance.now() - begun) / 1_000;
  await fetching.close();
  await store.close();
  return blobs.reduce((sum, { bytes }) => sum + bytes, 0) / seconds;
}

function tell(what: string): void {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${what}\n`);
}
