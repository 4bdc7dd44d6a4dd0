import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { rowOfStatus, statusText } from '../../../src/cli/runs/status-text.js';
import { progressOf } from '../../../src/distributed/bullmq/run-progress.js';
import type { RunStatus } from '../../../src/distributed/bullmq/status.js';
import type { RunPlan, VocabularyRecord } from '../../../src/distributed/records.js';

const base: RunStatus = {
  ...{ run: '20261130T000000-job-1a2b', state: 'running', retries: 1, stalled: 0, running: [] },
  submitted: '2026-11-30T00:00:00.000Z',
};
const part = (start: number, end: number) => ({ path: 'a', start, end, whole: false });
const known = {
  plan: { shards: [[part(0, 600)], [part(600, 1_000)]] } as unknown as RunPlan,
  vocabulary: { tokens: 5_000, known: 4_000 } as VocabularyRecord,
  loss: 2.5,
};

describe('the progress of a distributed run', () => {
  test('is that of a local run, over all machines: bytes, then words, then words of all epochs', () => {
    assert.deepEqual(progressOf({ ...base, stage: 'ingest', share: 0.75 }, known), {
      ...{ phase: 'read', done: 750, total: 1_000, unit: 'bytes' },
    });
    assert.deepEqual(progressOf({ ...base, stage: 'encode', share: 0.5 }, known), {
      ...{ phase: 'count', done: 2_500, total: 5_000, unit: 'words' },
    });
    const training = { stage: 'round', share: 0.5, rounds: 6, roundsDone: 2, roundsPerEpoch: 2 } as const;
    assert.deepEqual(progressOf({ ...base, ...training, wordsPerSecond: 900 }, known), {
      ...{ phase: 'train', done: 5_000, total: 12_000, unit: 'words' },
      ...{ epoch: 2, epochs: 3, wordsPerSecond: 900, loss: 2.5 },
    });
    assert.equal(progressOf({ ...base, stage: 'result' }, known), undefined);
    assert.equal(progressOf({ ...base, ...training }, { ...known, vocabulary: undefined }), undefined);
  });

  test('is shown as a row, or a line for each thing', () => {
    const status: RunStatus = {
      ...{ ...base, stage: 'round', shards: 4, shardsDone: 3, share: 0.8, rounds: 6, roundsDone: 2 },
      ...{ wordsPerSecond: 1_234_567, secondsLeft: 75 },
      running: [{ step: 'training shard 3 in round 2', worker: 'host-12', share: 0.256 }],
    };
    assert.deepEqual(rowOfStatus(status), [
      ...[base.run, 'running', 'round', '3 of 4', '2 of 6', '1:15', '2026-11-30 00:00:00'],
    ]);
    assert.equal(
      statusText(status, ['host-12', 'other-3']),
      [
        'run          20261130T000000-job-1a2b',
        'state        running',
        'submitted    2026-11-30 00:00:00',
        'stage        round',
        'shards done  3 of 4',
        'rounds done  2 of 6',
        'rate         1.23 M words/s',
        'time left    1:15',
        'retries      1',
        'stalled      0',
        'workers      host-12, other-3',
        'running',
        '  training shard 3 in round 2  25 %  host-12',
        '',
      ].join('\n'),
    );
    const failed = statusText({ ...base, state: 'failed', error: 'reading shard 1: gone\n  Mend it.' }, []);
    assert.match(
      failed,
      /workers +none: start some with wordmill worker\nerror +reading shard 1: gone {3}Mend it\.\n/,
    );
  });
});
