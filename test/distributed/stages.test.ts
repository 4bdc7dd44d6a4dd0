import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  describeStep,
  firstStage,
  type RunShape,
  type Stage,
  stageAfter,
  stepsOf,
} from '../../src/distributed/stages.js';

const vectors: RunShape = { shards: 2, rounds: 3, roundsPerEpoch: 3, glove: false };
const glove: RunShape = { shards: 2, rounds: 0, roundsPerEpoch: 8, glove: true };

function allStages(shape: RunShape): Stage[] {
  const stages: Stage[] = [];
  let next: Stage | undefined = { name: 'ingest' };
  while (next) {
    stages.push(next);
    next = stageAfter(next, shape);
  }
  return stages;
}

describe('the stages of a distributed run', () => {
  test('follow each other to the result', () => {
    const names = (shape: RunShape) =>
      allStages(shape).map((stage) => (stage.name === 'round' ? `round ${stage.round}` : stage.name));
    const text = ['ingest', 'vocabulary', 'encode'];
    assert.deepEqual(names(vectors), [...text, 'round 0', 'round 1', 'round 2', 'result']);
    assert.deepEqual(names(glove), [...text, 'cells', 'merge', 'result']);
  });

  test('begin with the first whose records are not there', async () => {
    const first = (shape: RunShape, ...records: string[]) =>
      firstStage(shape, async (record) => records.includes(record));
    assert.deepEqual(await first(vectors), { name: 'ingest' });
    assert.deepEqual(await first(vectors, 'ingest-0', 'ingest-1'), { name: 'ingest' });
    assert.deepEqual(await first(vectors, 'vocabulary'), { name: 'encode' });
    for (const [records, round] of [
      [['average-0'], 1],
      [['average-0', 'average-1'], 2],
    ] as const) {
      assert.deepEqual(await first(vectors, 'vocabulary', ...records), { name: 'round', round });
    }
    const all = ['vocabulary', 'average-0', 'average-1', 'average-2'];
    assert.deepEqual(await first(vectors, ...all), { name: 'result' });
    assert.equal(await first(vectors, ...all, 'result'), undefined);
    assert.deepEqual(await first(glove, 'vocabulary'), { name: 'encode' });
    assert.deepEqual(await first(glove, 'vocabulary', 'cells'), { name: 'result' });
  });

  test('have a step for each shard, and one that waits for those of a round', () => {
    assert.deepEqual(stepsOf({ name: 'encode' }, vectors), [
      { kind: 'encode', shard: 0 },
      { kind: 'encode', shard: 1 },
    ]);
    assert.deepEqual(stepsOf({ name: 'round', round: 2 }, vectors), [
      {
        ...{ kind: 'average', round: 2 },
        after: [
          { kind: 'train', round: 2, shard: 0 },
          { kind: 'train', round: 2, shard: 1 },
        ],
      },
    ]);
    assert.equal(describeStep({ kind: 'train', round: 2, shard: 0 }), 'training shard 0 in round 2');
    assert.equal(describeStep({ kind: 'average', round: 2 }), 'averaging round 2');
  });
});
