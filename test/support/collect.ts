import type { Report } from '../../src/core/report.js';
import { openContext } from '../../src/core/run.js';
import type { Stage } from '../../src/core/stage.js';

/** Runs a stage over these batches and gives all that comes out. */
export async function collect<In, Out>(stage: Stage<In, Out>, batches: Iterable<In>): Promise<Out[]> {
  return (await collectWithReport(stage, batches)).batches;
}

/** The same, with what the stage counted and dropped. */
export async function collectWithReport<In, Out>(
  stage: Stage<In, Out>,
  batches: Iterable<In>,
): Promise<{ batches: Out[]; report: Report }> {
  const { context, close } = openContext();
  try {
    const out: Out[] = [];
    for await (const batch of stage(asyncOf(batches), context)) out.push(batch);
    return { batches: out, report: context.report };
  } finally {
    await close();
  }
}

async function* asyncOf<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}
