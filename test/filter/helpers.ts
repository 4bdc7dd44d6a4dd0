import assert from 'node:assert/strict';
import type { TextBlock } from '../../src/core/blocks.js';
import type { RejectedRecord } from '../../src/core/rejected.js';
import type { StageCounts } from '../../src/core/report.js';
import { openContext } from '../../src/core/run.js';
import type { Stage } from '../../src/core/stage.js';

/** What a filter gave and reported. */
export interface Filtered {
  readonly units: string[];
  /** `a.txt:3` for each unit. */
  readonly places: string[];
  readonly rejected: RejectedRecord[];
  readonly stages: Record<string, StageCounts>;
  readonly warnings: readonly string[];
  /** How many blocks were asked for. */
  readonly pulled: number;
  readonly closed: boolean;
}

/** Runs a filter over units in blocks of so many, the units being the lines of `a.txt`. */
export async function filtered(
  stage: Stage<TextBlock, TextBlock>,
  units: readonly string[],
  blockUnits = units.length,
): Promise<Filtered> {
  const opened = openContext();
  const rejected: RejectedRecord[] = [];
  const add = async (records: readonly RejectedRecord[]) => void rejected.push(...records);
  let pulled = 0;
  let closed = false;
  async function* blocks(): AsyncGenerator<TextBlock> {
    try {
      for (let first = 0; first < units.length; first += blockUnits) {
        pulled++;
        const some = units.slice(first, first + blockUnits);
        const lines = Float64Array.from(some, (_, index) => first + index + 1);
        const bytes = Buffer.from(some.map((unit) => `${unit}\n`).join(''));
        yield { bytes, origins: [{ file: 'a.txt', firstUnit: 0, lines }] };
      }
    } finally {
      closed = true;
    }
  }
  try {
    let text = '';
    const places: string[] = [];
    for await (const { bytes, origins } of stage(blocks(), { ...opened.context, rejected: { add } })) {
      text += Buffer.from(bytes).toString();
      for (const { file, lines } of origins ?? []) for (const line of lines) places.push(`${file}:${line}`);
    }
    const { stages, warnings } = opened.context.report;
    return { units: text.split('\n').slice(0, -1), places, rejected, stages, warnings, pulled, closed };
  } finally {
    await opened.close();
  }
}

/** The same with blocks of 1, 2, 3 units and with one of all, expecting the same units and places; the last outcome. */
export async function everyBlocking(
  stage: () => Stage<TextBlock, TextBlock>,
  units: readonly string[],
  expected: readonly number[],
): Promise<Filtered> {
  let outcome: Filtered | undefined;
  for (const blockUnits of [1, 2, 3, units.length]) {
    outcome = await filtered(stage(), units, blockUnits);
    assert.deepEqual(
      outcome.units,
      expected.map((index) => units[index]!),
    );
    assert.deepEqual(
      outcome.places,
      expected.map((index) => `a.txt:${index + 1}`),
    );
  }
  return outcome!;
}
