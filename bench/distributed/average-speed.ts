import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../../src/core/random.js';
import { Report } from '../../src/core/report.js';
import { averageFiles } from '../../src/distributed/average-files.js';
import type { Model } from '../../src/distributed/model.js';
import { writeChanges } from '../../src/distributed/train-shard.js';
import { nativeAddon } from '../../src/native/addon.js';
import type { AverageMeasured } from './measurements.js';

/**
 * Averages what so many shards changed: each all rows of a model with so many rows in all, half in each matrix. The best of
 * some rounds counts.
 */
export async function averageSpeed(
  { rows, shards, dimensions }: Pick<AverageMeasured, 'rows' | 'shards' | 'dimensions'>,
  folder: string,
  rounds: number,
): Promise<AverageMeasured> {
  const { signal } = new AbortController();
  const model = modelOf(rows / 2, dimensions);
  const paths: string[] = [];
  for (let shard = 0; shard < shards; shard++) {
    const path = join(folder, `changes-${shard}`);
    await writeChanges(path, model, changed(model, shard), signal);
    paths.push(path);
  }
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const begun = performance.now();
    await averageFiles(paths, model, join(folder, 'average'), {
      signal,
      learningRate: 0.025,
      report: new Report(),
    });
    best = Math.min(best, (performance.now() - begun) / 1_000);
  }
  for (const path of [...paths, join(folder, 'average')]) rmSync(path);
  return { rows, shards, dimensions, seconds: best };
}

function modelOf(rows: number, dimensions: number): Model {
  const { allocateMatrix } = nativeAddon();
  return { input: allocateMatrix(rows, dimensions), output: allocateMatrix(rows, dimensions) };
}

/** The same with other numbers in all rows. */
function changed({ input, output }: Model, shard: number): Model {
  const other = modelOf(input.rows, input.dimensions);
  const random = new Random(1, 1, shard);
  for (const [from, to] of [
    [input, other.input],
    [output, other.output],
  ] as const) {
    for (let at = 0; at < to.data.length; at++) to.data[at] = from.data[at]! + random.unit() - 0.5;
  }
  return other;
}
