import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { InputPosition, TextBlock } from '../../src/core/blocks.js';
import type { Recovery } from '../../src/core/recovery.js';
import { openContext } from '../../src/core/run.js';
import { nothing, type Source, type Stage, type StageContext } from '../../src/core/stage.js';
import { duplicateFilter } from '../../src/filter/duplicates.js';
import { keepRejected } from '../../src/filter/keep-rejected.js';
import { lengthFilter } from '../../src/filter/length.js';
import { limitUnits } from '../../src/filter/limit.js';
import { patternFilter } from '../../src/filter/pattern.js';
import { sampleUnits } from '../../src/filter/sample.js';
import { scriptFilter } from '../../src/filter/script.js';
import { shuffleUnits } from '../../src/filter/shuffle.js';
import { skipUnits } from '../../src/filter/skip.js';
import { folder } from '../sources/helpers.js';

const POSITION: InputPosition = { input: 0, units: 2, source: { counts: {}, dropped: {} } };

/** Whether blocks still say how far the source has come, behind a stage that keeps all of them, or a part. */
async function saysPosition(stage: Stage<TextBlock, TextBlock>): Promise<boolean> {
  const { context, close } = openContext();
  async function* source(): AsyncGenerator<TextBlock> {
    yield { bytes: Buffer.from('a word\nno\n'), position: POSITION };
  }
  try {
    const positions: unknown[] = [];
    for await (const { position } of stage(source(), context)) positions.push(position);
    assert.equal(positions.length, 1);
    if (positions[0] !== undefined) assert.deepEqual(positions[0], POSITION);
    return positions[0] !== undefined;
  } finally {
    await close();
  }
}

test('an interrupted run can go on behind filters that go by the unit alone, and behind no others', async () => {
  const byUnit = [
    lengthFilter({ minWords: 2 }),
    lengthFilter({ minWords: 1 }),
    scriptFilter({ script: 'Latin' }),
  ];
  for (const stage of [...byUnit, patternFilter('a'), patternFilter('x', 'others')]) {
    assert.equal(await saysPosition(stage), true);
  }
  const others = [skipUnits(1), sampleUnits({ share: 0.999999 }), duplicateFilter(1), shuffleUnits(2)];
  for (const stage of [...others, limitUnits(1), limitUnits(2), limitUnits(9)]) {
    assert.equal(await saysPosition(stage), false);
  }
});

test('where what is left out is kept, the source is told of no recovery', async (context) => {
  const inside = folder(context);
  const opened = openContext();
  const recovery = { folder: inside, resume: false } as Recovery;
  const seen: StageContext[] = [];
  const source: Source<number> = async function* (_input, lent) {
    seen.push(lent);
    yield 1;
  };
  try {
    const kept = keepRejected(join(inside, 'rejected.jsonl'), source);
    for await (const _ of kept(nothing(), { ...opened.context, recovery })) assert.ok(_);
    assert.equal(seen[0]!.recovery, undefined);
    assert.ok(seen[0]!.rejected);
  } finally {
    await opened.close();
  }
});
